"""Adapters of sites: a body is a document that comes back the same from its own file, or the error that says why not.

The first byte chooses the adapter, the second how the site labels what it sends.
"""

from __future__ import annotations

import json

from assistant.corpus import parse_document, render_document
from assistant.errors import ExtractError
from assistant.scrape.extract.adapters import ADAPTERS
from assistant.scrape.extract.excerpt import EXCERPT, to_excerpt
from assistant.types import Document
from tests.fuzz.promises import check_line
from tests.scrape.given import html, page, response, source

NAMES = tuple(sorted(ADAPTERS))
LABELS = ("", "utf-8", "cp1252", "utf-16", "iso-8859-15", "idna")
_SENTENCE = "Lock the office at night, and ask for every key back when somebody leaves the home. "
_PAGE = html(
    '<header>Menu</header><main id="main-content"><h1>Locks</h1><p>Applies to England</p><p>Updated: 1 May 2026</p>'
    f'<div role="note"><h3>Stop</h3><p>{_SENTENCE}</p></div><h2 id="keys">Keys</h2><p>{_SENTENCE * 3}</p><ol start=2><li>One'
    "<ul><li>Two</li></ul></li></ol><table><thead><tr><th>A<th>B</thead><tr><td rowspan=2>1<td>2<tr><td>3</table>"
    "<dl><dt>T<dd>D</dl><pre>x\n y</pre><blockquote>Said</blockquote></main><footer>F</footer>",
    head='<meta property="article:published_time" content="2026-01-02"><script type="application/ld+json">{"datePublished":'
    '"2025-02-03"}</script>',
)
_ITEM = {
    "base_path": "/guidance/locks",
    "title": "Locks",
    "description": "About locks & keys.",
    "schema_name": "guide",
    "document_type": "guide",
    "locale": "en",
    "first_published_at": "2024-03-01T10:00:00.000+00:00",
    "public_updated_at": "2026-06-30T23:30:00+01:00",
    "withdrawn_notice": {"withdrawn_at": "2026-07-01T00:00:00Z", "explanation": "<p>Old.</p>"},
    "links": {"parent": [{"document_type": "guidance"}]},
    "details": {
        "body": [{"content_type": "text/html", "content": f"<h2 id='a'>A</h2><p>{_SENTENCE}</p>"}],
        "parts": [{"slug": "keys", "title": "Keys", "body": f"<p>{_SENTENCE}</p>"}],
        "national_applicability": {"england": {"label": "England", "applicable": True}},
    },
}
_SOURCES, _KNOWN = {name: source(name) for name in NAMES}, page()
SEEDS = (
    *(bytes([at, 0]) + (json.dumps(_ITEM) if name == "govuk" else _PAGE).encode() for at, name in enumerate(NAMES)),
    bytes([NAMES.index("govuk"), 1])
    + json.dumps({**_ITEM, "details": {"body": [{"content_type": "text/govspeak", "content": "# A\n\n* b\n"}]}}).encode(),
)
WORDS = (
    *(
        "<h2>",
        "</h2>",
        "<p>",
        "<ul>",
        "<ol>",
        "<li>",
        "<table>",
        "<tr>",
        "<td>",
        "<th colspan=9>",
        "<dl>",
        "<dt>",
        "<pre>",
        "<br>",
    ),
    *(
        "<main>",
        "<article>",
        "<nav>",
        "<div ",
        'class="',
        'id="',
        'role="note"',
        "hidden",
        "<!--",
        "<![CDATA[",
        "<time datetime=",
    ),
    *("<meta charset=", "<script>", "<blockquote>", "<button>", "<a href=", "&#x", "Published: ", "1 May 2026", "Skip to"),
)


def check(data: bytes) -> None:
    """Take the bytes as what a site sent for a page.

    Raises:
        AssertionError: the document is not that of its own file, the excerpt is too long, or the error is not one line.
    """
    name = NAMES[data[0] % len(NAMES)] if data else NAMES[0]
    charset = LABELS[data[1] % len(LABELS)] if len(data) > 1 else ""
    kind = "application/json" if name == "govuk" else "text/html"
    try:
        made = ADAPTERS[name](response(data[2:], kind, charset=charset), _SOURCES[name], _KNOWN)
    except ExtractError as fault:
        check_line(str(fault))
        return
    assert made.text
    assert parse_document(made.id, render_document(made)) == made, "what is written is read again"
    _check_excerpt(made)


def _check_excerpt(made: Document) -> None:
    try:
        excerpt = to_excerpt(made)
    except ExtractError:
        return
    assert to_excerpt(excerpt) == excerpt, "an excerpt has no further one"
    kept = sum(block.end - block.start for block in excerpt.blocks if block.kind != "heading")
    assert kept <= EXCERPT, "no more is kept than may be"
