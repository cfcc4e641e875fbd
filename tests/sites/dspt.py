"""The Data Security and Protection Toolkit: numbered pages of help and news, and files of them. It has no robots file."""

from __future__ import annotations

from tests.sites.furniture import COOKIES, FOOTER, NAVIGATION
from tests.sites.serving import Page, Site

HOST = "www.dsptoolkit.nhs.uk"
HELP, ROLES, NEWS = "/Help/29", "/Help/5", "/News/154"
ATTACHMENT = "/News/Attachment/761"
"""A PDF of two pages."""
PDF_HEADINGS = ("What changed this year", "What to do next")
PDF_LINES = (
    ("Three questions were dropped.", "One on suppliers is new."),
    ("Read last year's answers.", "Publish before the end of June."),
)


def pdf(headings: tuple[str, ...], lines: tuple[tuple[str, ...], ...], title: str = "Changes to the toolkit") -> bytes:
    """Return a PDF with one page for each heading: the heading in a larger font, then lines, then the number of the page."""
    count = len(headings)
    pages = [4 + 2 * place for place in range(count)]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
        f"<< /Type /Pages /Count {count} /Kids [{' '.join(f'{page} 0 R' for page in pages)}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for place, (heading, body) in enumerate(zip(headings, lines, strict=True)):
        words = [f"BT /F1 18 Tf 72 760 Td ({_literal(heading)}) Tj ET"]
        words += [f"BT /F1 11 Tf 72 {730 - 16 * row} Td ({_literal(line)}) Tj ET" for row, line in enumerate(body)]
        words.append(f"BT /F1 9 Tf 290 40 Td ({place + 1}) Tj ET")
        stream = "\n".join(words).encode("cp1252")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {pages[place] + 1} 0 R"
            f" /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects.append(
        f"<< /Title ({_literal(title)}) /CreationDate (D:20260105090000Z) /ModDate (D:20260106090000Z) >>".encode("cp1252")
    )
    return _filed(objects)


def _literal(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _filed(objects: list[bytes]) -> bytes:
    """Return the file: its objects, the last of which is about the document, and where each begins."""
    whole, starts = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        starts.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, size - 1, len(whole))
    return whole + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer


def _page(title: str, body: str, date: str = "") -> Page:
    return Page(
        f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>
<div class="nhsuk-cookie-banner" id="cookiebanner"><p>{COOKIES}</p></div>
<a class="nhsuk-skip-link" href="#maincontent">{NAVIGATION}</a>
<header class="nhsuk-header"><nav><ul><li><a href="/OrganisationSearch">Organisation search</a></li><li>
<a href="/Account/Login">Log in</a></li></ul></nav></header>
<div class="nhsuk-width-container"><main id="maincontent" class="nhsuk-main-wrapper"><h1>{title}</h1>{date}{body}</main></div>
<footer class="nhsuk-footer"><p>{FOOTER}</p></footer></body></html>""",
        validators=("etag",),
    )


_HELP = """<h2 id="standards-met">Standards met</h2><p>Every question that must be answered has an answer.</p>
<h2 id="approaching">Approaching standards</h2><p>A few are left, and there is a plan with dates for each.</p>
<table><tr><th>Status</th><th>For how long</th></tr><tr><td>Standards met</td><td>A year</td></tr><tr><td>Approaching</td>
<td>Until the plan ends</td></tr></table>"""
_ROLES = """<h2>Who signs</h2><p>One person on the board signs for the whole service.</p><h2>Who fills it in</h2>
<p>Anybody whom that person names.</p>"""
_NEWS = f"""<h2>The new year</h2><p>The toolkit for the new year is open.</p><p>
<a href="{ATTACHMENT}">What changed (PDF, 1 KB)</a></p>"""

SITES = (
    Site(
        HOST,
        {
            HELP: _page("What the results mean", _HELP),
            ROLES: _page("Roles in the toolkit", _ROLES),
            NEWS: _page("The toolkit is open", _NEWS, '<p class="nhsuk-body-s">5 January 2026</p>'),
            ATTACHMENT: Page(
                pdf(PDF_HEADINGS, PDF_LINES),
                "application/pdf",
                headers={"Content-Disposition": 'inline; filename="changes.pdf"'},
                validators=("etag", "last-modified"),
            ),
        },
    ),
)

SOURCES = [
    {
        "id": "dspt",
        "publisher": "NHS DSPT",
        "adapter": "dspt",
        "hosts": [HOST],
        "storage": "excerpt",
        "licence": "not stated",
        "attribution": "Data Security and Protection Toolkit, NHS England. A short excerpt; read the page itself.",
        "pages": [
            {"url": f"https://{HOST}{HELP}", "kind": "guidance", "topics": ["dspt"]},
            {"url": f"https://{HOST}{ROLES}", "kind": "guidance", "topics": ["dspt"]},
            {"url": f"https://{HOST}{NEWS}", "kind": "news", "topics": ["dspt"]},
            {"url": f"https://{HOST}{ATTACHMENT}", "kind": "pdf", "topics": ["dspt"]},
        ],
    }
]
