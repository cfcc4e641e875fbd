"""PDFs as documents: pages with their anchors, headings, paragraphs, lists; what is no text is left out or refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.cite import citation
from assistant.errors import ExtractError
from assistant.scrape.extract.adapters import extract
from assistant.scrape.extract.pdf import is_pdf
from assistant.scrape.extract.pdf_lines import MOST_BYTES
from tests.scrape.given import URL, page, paragraph, pdf, response, source, text_page

FILE = f"{URL}/locks-for_homes.pdf"
TYPE = "application/pdf"


def document(body: bytes, **fields):
    return extract(response(body, TYPE, url=FILE), source(**fields), page(kind="pdf"))


def reason(body: bytes) -> str:
    with pytest.raises(ExtractError) as caught:
        document(body)
    assert caught.value.url == FILE
    assert "\n" not in str(caught.value)
    return str(caught.value)


def words(*lines: str, top: float = 700) -> bytes:
    return text_page(*paragraph(top, *lines))


TWO_PAGES = pdf(
    text_page(
        (24, 780, "Locks for homes"),
        *paragraph(740, "A door that nobody locks is open", "to everybody."),
        (16, 690, "Keys"),
        *paragraph(670, "Write down who holds one.", "Ask for it back."),
    ),
    text_page((16, 780, "Codes"), *paragraph(760, "Change the code when somebody leaves.")),
    info="/Title (Microsoft Word - locks.docx) /ModDate (D:20240213101112Z)",
)


def test_each_page_is_a_section_with_the_headings_on_it_below():
    made = document(TWO_PAGES)
    assert (made.title, made.updated, made.published, made.kind) == ("Locks for homes", "2024-02-13", None, "pdf")
    assert made.text == (
        "## Page 1 {#page=1}\n\nA door that nobody locks is open to everybody.\n\n### Keys\n\n"
        "Write down who holds one. Ask for it back.\n\n## Page 2 {#page=2}\n\n"
        "### Codes\n\nChange the code when somebody leaves."
    )


def test_a_citation_opens_the_file_at_its_page():
    made = document(TWO_PAGES)
    links = [citation(made, section, 1, "Ask for it back.").deep_link for section in made.sections]
    assert links == [f"{FILE}#page={number}" for number in (1, 1, 2, 2)]


def test_the_outline_tells_headings_that_their_size_does_not():
    body = pdf(
        words("Keys", "Write down who holds one.", "Codes", "Change them."),
        info="/Title (Locks for homes)",
        catalog="/Outlines 5 0 R",
        more=(
            "<< /First 6 0 R /Last 7 0 R /Count 2 >>",
            "<< /Title (Keys) /Parent 5 0 R /Next 7 0 R /Dest [8 0 R /Fit] >>",
            "<< /Title (Codes) /Parent 5 0 R /Prev 6 0 R /Dest [8 0 R /Fit] >>",
        ),
    )
    text = "## Page 1 {#page=1}\n\n### Keys\n\nWrite down who holds one.\n\n### Codes\n\nChange them."
    assert (document(body).title, document(body).text) == ("Locks for homes", text)


def test_an_outline_that_is_broken_is_done_without():
    body = pdf(words("Lock it."), catalog="/Outlines 5 0 R", more=("<< /First 5 0 R /Last 99 0 R /Title 7 >>",))
    assert document(body).text.endswith("Lock it.")


def test_a_file_without_title_is_called_by_its_name():
    assert document(pdf(words("Lock it."))).title == "Locks for homes"


def test_lists_are_lists_and_gaps_part_paragraphs():
    body = pdf(
        words("Before you leave:", "\u2022 lock the office, and the", "store", "\u2022 hang up the keys", "1. Look", "2. Go")
    )
    assert document(body).text.partition("\n\n")[2] == (
        "Before you leave:\n\n- lock the office, and the store\n- hang up the keys\n\n1. Look\n\n2. Go"
    )
    apart = pdf(text_page(*paragraph(700, "One thing", "is this."), *paragraph(650, "Another is", "that.")))
    assert document(apart).text.partition("\n\n")[2] == "One thing is this.\n\nAnother is that."


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (("Keep the informa-", "tion safe."), "Keep the information safe."),
        (("Use a two-", "step login, in two ways, each a step."), "Use a two-step login, in two ways, each a step."),
        (("Multi-factor login. Ask for multi-", "factor login."), "Multi-factor login. Ask for multi-factor login."),
        (("The word passkey. A pass-", "key with a pass and a key."), "The word passkey. A passkey with a pass and a key."),
        (("From Monday -", "or Tuesday."), "From Monday - or Tuesday."),
        (("Cyber-", "Essentials"), "Cyber- Essentials"),
    ],
)
def test_hyphens_at_line_ends_go_where_they_only_broke_a_word(lines, joined):
    assert document(pdf(words(*lines))).text.partition("\n\n")[2] == joined


def test_running_heads_page_numbers_and_lists_of_contents_are_left_out():
    pages = [
        text_page(
            (9, 810, "Locks for homes, version 2"),
            *paragraph(700, f"Text {'abc'[at]} of this page.", "Keys . . . . . . . . . . 3"),
            (9, 40, f"Page {at + 1} of 3"),
        )
        for at in range(3)
    ]
    made = document(pdf(*pages))
    assert "version 2" not in made.text
    assert " of 3" not in made.text
    assert ". . ." not in made.text
    assert [section.heading for section in made.sections] == ["Page 1", "Page 2", "Page 3"]


def test_only_an_excerpt_is_kept_where_the_licence_asks_for_it():
    made = document(TWO_PAGES, storage="excerpt", licence="not stated")
    assert made.kept == "excerpt"
    assert [section.anchor for section in made.sections if section.anchor.startswith("page=")] == ["page=1", "page=2"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "damaged"),
        (b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "damaged"),
        (b"<html><body>Not found</body></html>", "damaged"),
        (TWO_PAGES[:400], "damaged"),
        (pdf(), "no text"),
        (pdf(b"", b"0 0 595 842 re f"), "only pictures"),
        (pdf(*[words("1", top=30)] * 3), "only pictures"),
        (
            pdf(words("Lock it."), more=("<< /Filter /Standard /V 1 /R 2 /O (o) /U (u) /P -4 >>",), trailer="/Encrypt 5 0 R"),
            "locked",
        ),
        (pdf(*[b""] * 501), "501 pages"),
        (b"%PDF-1.4" + b" " * MOST_BYTES, "bytes"),
        (pdf(words(*["lock " * 500] * 20)), "characters"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",  # a file of 30 MB makes a name of 30 MB
)
def test_a_file_that_makes_no_document_says_why(body, expected):
    assert expected in reason(body)


@pytest.mark.parametrize(
    ("content_type", "body", "expected"),
    [
        ("application/pdf", b"", True),
        ("application/octet-stream", b"\n%PDF-1.4", True),
        ("application/octet-stream", b"PK\x03\x04", False),
        ("text/html", b"%PDF-1.4", False),
    ],
)
def test_a_pdf_is_told_by_its_type_or_its_first_bytes(content_type, body, expected):
    assert is_pdf(response(body, content_type)) is expected


WORDS = st.lists(st.sampled_from("lock the office door at night and hang up keys".split()), min_size=1, max_size=8).map(
    " ".join
)


@settings(max_examples=40)
@given(st.lists(st.lists(st.tuples(st.sampled_from([11, 16]), WORDS), min_size=1, max_size=6), min_size=1, max_size=3))
def test_every_word_of_the_pages_is_in_the_document_and_no_other(pages):
    drawn = [text_page(*((size, 780 - 30 * at, line) for at, (size, line) in enumerate(lines))) for lines in pages]
    whole = " ".join(line for lines in pages for _, line in lines)
    made = document(pdf(*drawn, info="/Title (Zz Zz)"))
    text = " ".join(line.lstrip("# ") for line in made.text.splitlines() if "{#page=" not in line)
    if len(pages) == 1:
        assert text.split() == whole.split()
    assert set(text.split()) <= set(whole.split())


@settings(max_examples=60)
@given(st.integers(0, len(TWO_PAGES) - 1), st.binary(min_size=1, max_size=6))
def test_a_damaged_file_is_read_or_refused(at, junk):
    with contextlib.suppress(ExtractError):
        assert document(TWO_PAGES[:at] + junk + TWO_PAGES[at + len(junk) :]).text
