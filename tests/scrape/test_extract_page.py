"""What all adapters of HTML share: titles, dates, banners, furniture, call-outs, excerpts, character sets, and refusals."""

from __future__ import annotations

import html as entities

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.corpus import parse_document, render_document
from assistant.errors import ExtractError
from assistant.scrape.extract.adapters import ADAPTERS, extract
from assistant.scrape.extract.dates import iso_day
from assistant.scrape.extract.excerpt import EXCERPT, to_excerpt
from assistant.text import one_line
from tests.scrape.given import HOST, URL, html, page, response, source

TEXT = '<h1>Locks</h1><p>A door that nobody locks is open to everybody who comes past at night.</p><h2 id="keys">Keys</h2>'
BODY = f"<main>{TEXT}<p>Write down who holds one, and ask for it back when they leave the home.</p></main>"


def document(body: str, head: str = "", adapter: str = "generic", **fields):
    return extract(response(html(body, head=head)), source(adapter, **fields), page())


def reason(fetched) -> str:
    with pytest.raises(ExtractError) as caught:
        extract(fetched, source(), page())
    assert (caught.value.url, str(caught.value).startswith(f"{URL}: ")) == (URL, True)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("adapter", sorted(set(ADAPTERS) - {"govuk"}))
def test_every_adapter_reads_a_plain_page_and_says_where_it_is_from(adapter):
    fetched = response(html(BODY), aliases=("https://old.example.org/locks", f"{URL}#top", "http://www.example.org/l"))
    known = page(kind="blog", also=[f"https://{HOST}/locks", "https://old.example.org/locks"])
    made = extract(fetched, source(adapter), known)
    assert (made.url, made.title, made.publisher, made.kind) == (URL, "Locks", "Example Office", "blog")
    assert (made.retrieved, made.licence, made.topics, made.kept) == ("2026-10-10", "OGL-UK-3.0", ("locks",), "full")
    assert made.aliases == ("https://old.example.org/locks", f"https://{HOST}/locks")
    assert made.text == (
        "A door that nobody locks is open to everybody who comes past at night.\n\n## Keys {#keys}\n\n"
        "Write down who holds one, and ask for it back when they leave the home."
    )
    assert parse_document(made.id, render_document(made)) == made


MARK = "zzz"
FURNITURE = [
    f"<nav><a href='/'>{MARK}</a></nav>",
    f"<header role='banner'><p>{MARK}</p></header>",
    f"<footer><h2>{MARK}</h2></footer>",
    f"<aside><h2>{MARK}</h2><p>{MARK}</p></aside>",
    f"<div class='cookie-banner'><h2>Cookies on this site</h2><p>{MARK}</p></div>",
    f"<div id='onetrust-consent-sdk'><p>{MARK}</p></div>",
    f"<ul class='breadcrumbs'><li>{MARK}</li></ul>",
    f"<div class='SocialShare'><p>{MARK}</p></div>",
    f"<ul><li><a href='https://www.facebook.com/sharer.php?u=x'>{MARK}</a></li><li><a href='https://x.com/intent/post'>{MARK}</a></li></ul>",
    f"<p><a href='mailto:?subject=x'>{MARK}</a></p>",
    f"<form><label>{MARK}</label><p>{MARK}</p></form>",
    f"<div><p>Is this page useful?</p><a href='/y'>{MARK}</a> <button>No</button></div>",
    f"<section><h2>Related content</h2><ul><li><a href='/r'>{MARK}</a></li></ul></section>",
    f"<h2>On this page</h2><ul><li><a href='#keys'>{MARK}</a></li></ul>",
    f"<div class='page-feedback'><p>{MARK}</p></div>",
    f"<div role='dialog'><p>{MARK}</p></div>",
    f"<span class='visually-hidden'>{MARK}</span>",
    f"<div class='related_links'><p>{MARK}</p></div>",
    f"<p class='entry-meta'>{MARK}</p>",
]
WORDS = st.lists(
    st.sampled_from("cookies sharing social care consent feedback related menu locks 1. # * é".split()), min_size=1
).map(" ".join)
PART = st.tuples(st.sampled_from(["p", "h2", "h3", "li", "td", "blockquote"]), WORDS)
LONG = "Lock the office at night and write down who holds a key, and ask for it back when somebody leaves the home. " * 4


@given(
    st.lists(PART, max_size=6), st.lists(st.tuples(st.integers(0, 6), st.sampled_from(FURNITURE)), max_size=5), st.booleans()
)
def test_no_furniture_reaches_the_text_and_no_word_of_it_is_lost(parts, furniture, inside):
    pieces = [f"<div><{name}>{entities.escape(words)} x{at}</{name}></div>" for at, (name, words) in enumerate(parts)]
    for at, piece in furniture:
        pieces.insert(min(at, len(pieces)), piece) if inside else None
    around = "" if inside else "".join(piece for _, piece in furniture)
    made = document(f"{around}<main><h1>Locks</h1><p>{LONG}</p><h2>Doors</h2>{''.join(pieces)}</main>{around}")
    assert MARK not in made.text
    assert all(f"{one_line(words)} x{at}" in one_line(made.text.replace("\\", "")) for at, (_, words) in enumerate(parts))
    bare = {word for line in made.text.splitlines() for word in line.replace("\\", "").lstrip("#>-").split()}
    assert bare <= set(" ".join([LONG, "Doors", *(f"{words} x{at}" for at, (_, words) in enumerate(parts))]).split()) | {
        "#",
        "-",
    }


def test_sections_about_what_furniture_is_about_are_text():
    body = "".join(
        f'<section id="{name}"><h2>{name} of your home</h2><p>{LONG}</p></section>'
        for name in ("cookies", "data-sharing", "social-media", "consent", "feedback", "adult-social-care", "share")
    )
    made = document(f"<main><h1>Policy</h1>{body}</main>")
    assert len(made.sections) == 7
    assert [section.anchor for section in made.sections][:3] == ["cookies", "data-sharing", "social-media"]


def test_a_form_or_a_sidebar_that_holds_the_whole_page_is_no_furniture():
    assert document(f'<form id="aspnetForm"><div class="has-sidebar">{BODY}</div></form>').title == "Locks"
    bare = BODY.replace("main>", "div>")
    assert "Write down" in document(f'<form><div class="sidebar">{bare}</div></form>').text


def test_a_list_of_the_section_goes_and_a_paragraph_below_the_same_heading_stays():
    links = "<ul><li><a href='/a'>Doors of the home</a></li></ul>"
    prose = "<p>Cameras need a reason that is written down before anybody puts them up.</p>"
    assert "In this section" not in document(BODY.replace("</main>", f"<h2>In this section</h2>{links}</main>")).text
    assert "Cameras need" in document(BODY.replace("</main>", f"<h2>In this section</h2>{prose}{links}</main>")).text


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ('<div class="warning-callout"><h3>Important</h3>', "</div>"),
        ('<div class="alert alert-info">', "</div>"),
        ('<aside class="callout">', "</aside>"),
        ("<blockquote>", "</blockquote>"),
    ],
)
def test_call_outs_are_quotes(opening, closing):
    made = document(BODY.replace("</main>", f"{opening}<p>Never lend a key.</p>{closing}</main>"))
    assert made.text.endswith("> Never lend a key.")
    assert len(made.sections) == 2


def test_headings_that_open_and_close_keep_their_words():
    made = document(BODY.replace("</main>", '<h3 id="a"><button>Who asks?</button></h3><p>You.</p></main>'))
    assert "### Who asks? {#a}" in made.text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<p>Published: 1 March 2024</p><p>Updated: 2nd April 2025</p>", ("2024-03-01", "2025-04-02", None)),
        ("<p>Published 1 March 2024 | Last updated on 2 April 2025</p>", ("2024-03-01", "2025-04-02", None)),
        (
            "<dl><dt>Published</dt><dd>1 March 2024</dd><dt>Reviewed</dt><dd>Apr 2, 2025</dd></dl>",
            ("2024-03-01", None, "2025-04-02"),
        ),
        ("<p>Page last updated: 26 April 2022</p>", (None, "2022-04-26", None)),
        ('<p>Last edited: <time datetime="2025-04-02">2 April 2025 3:15 pm</time></p>', (None, "2025-04-02", None)),
        ("<p>1 March 2024</p>", ("2024-03-01", None, None)),
        ("<p>Next review due: 1 March 2030</p>", (None, None, None)),
        ("<p>Updated 31 February 2024</p>", (None, None, None)),
        ("<a href='/n'>Published: 1 March 2024</a>", (None, None, None)),
    ],
)
def test_dates_are_those_that_the_page_says(line, expected):
    made = document(BODY.replace("<p>A door", f"{line}<p>A door"))
    assert (made.published, made.updated, made.reviewed) == expected
    assert ("2024" in made.text) == (expected == (None, None, None) and "2024" in line)


def test_dates_in_the_markup_count_where_the_text_says_none():
    head = (
        '<meta property="article:published_time" content="2024-03-01T09:00:00+00:00">'
        '<meta name="DC.Date" content="Wednesday, July 08, 2026">'
    )
    made = document(BODY, head)
    assert (made.published, made.updated) == ("2024-03-01", "2026-07-08")
    assert document(BODY.replace("<h2", "<p>Updated: 1 May 2026</p><h2"), head).updated == "2026-05-01"


@given(st.dates(), st.sampled_from(["%d %B %Y", "%A, %B %d, %Y", "%d %b %Y", "%Y-%m-%d", "%d/%m/%Y", "%a %d %B %Y"]))
def test_a_day_is_read_however_it_is_written(day, form):
    if day.year >= 1000:
        assert iso_day(f"on {day.strftime(form)}.") == day.isoformat()


@given(st.text(max_size=40))
def test_any_words_are_a_day_or_none(words):
    assert iso_day(words) is None or len(iso_day(words)) == 10


@pytest.mark.parametrize(
    ("banner", "status"),
    [
        ("This guidance is under review and may change.", "live"),
        ("This guidance was withdrawn on 1 March 2024.", "withdrawn"),
        ("This page has been superseded by the new code.", "superseded"),
    ],
)
def test_a_banner_is_a_notice_and_no_text(banner, status):
    made = document(BODY.replace("<p>A door", f'<div class="status-banner"><p>{banner}</p></div><p>A door'))
    assert (made.notice, made.status) == (banner, status)
    assert banner not in made.text


def test_nations_are_told_where_the_page_names_them():
    made = document(BODY.replace("<p>A door", "<p>Applies to England and Wales</p><p>A door"))
    assert made.applies_to == ("England", "Wales")
    assert "Applies" not in made.text


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<header><h1>Office</h1></header><main><h1>Locks</h1><p>Lock it.</p></main>", "Locks"),
        ("<main><p>Lock it.</p></main>", "Locks"),
        ("<main><h1> </h1><p>Lock it.</p></main>", "Locks"),
    ],
)
def test_the_title_is_the_heading_of_the_text_or_that_of_the_window(body, title):
    made = document(body)
    assert (made.title, made.text) == (title, "Lock it.")


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ("Renée\u2019s".encode(), ""),
        ("Renée\u2019s".encode(), "iso-8859-1"),
        ("Renée\u2019s".encode(), "utf-16"),
        ("Renée\u2019s".encode("utf-8-sig"), "klingon"),
        ("Renée\u2019s".encode("cp1252"), "iso-8859-1"),
        ("Renée\u2019s".encode("cp1252"), "utf-8"),
        ("Renée\u2019s".encode("utf-16"), "utf-8"),
    ],
)
def test_letters_are_read_whatever_they_are_called(body, charset):
    mark = body[:2] if body.startswith(b"\xff\xfe") else body[:3] if body.startswith(b"\xef\xbb\xbf") else b""
    coding = "utf-16-le" if mark == b"\xff\xfe" else "ascii"
    opening, closing = (part.encode(coding) for part in html("<main><p>|</p></main>").split("|"))
    fetched = response(mark + opening + body.removeprefix(mark) + closing, charset=charset)
    assert extract(fetched, source(), page()).text == "Renée\u2019s"


def test_a_set_named_in_the_page_counts_where_the_header_names_none():
    whole = html("<main><p>5 €</p></main>", head='<meta charset="iso-8859-15">')
    assert extract(response(whole.encode("iso-8859-15")), source(), page()).text == "5 €"


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "idna", "undefined", "zlib", "utf-16", "x\0y", "cp1252"]))
def test_any_bytes_are_read_or_refused(junk, charset):
    whole = b"<html><head><title>Locks</title></head><body><main><p>Word " + junk
    try:
        assert extract(response(whole, charset=charset), source(), page()).text
    except ExtractError as fault:
        assert fault.url == URL  # noqa: PT017


@pytest.mark.parametrize(
    ("fetched", "expected"),
    [
        (response(""), "is none"),
        (response('{"title": "<b>"}'), "is none"),
        (response(BODY, "application/json"), "application/json"),
        (response(BODY, "application/vnd.ms-excel"), 'storage = "link"'),
        (response(html("<main><h1>Locks</h1></main>")), "no text"),
        (response(html('<div id="root"></div><script>go()</script>')), 'render = "browser"'),
        (response("<p>Words.</p>"), "no title"),
        (response(html(BODY, title="Page not found")), "error page"),
        (response(html("<main><h1>Sorry, we can\u2019t find this page</h1><p>Try again.</p></main>")), "error page"),
        (response(html("<h1>404</h1><p>Try again.</p>")), "error page"),
        (response(html("<main><p>Wait.</p></main>", title="Just a moment...")), "error page"),
        (response(html(f"<body><main>{'<div>' * 100_000}Words</main>")), "nested more than"),
        (
            response(
                html(f"<main><h1>Locks</h1><div class='entry-content'><p>{LONG}</p></div><h2>Keys</h2><p>{LONG}</p></main>")
            ),
            "headings are lost (such as 'Keys')",
        ),
    ],
)
def test_a_page_that_makes_no_document_says_why(fetched, expected):
    assert expected in reason(fetched)


def test_a_page_that_never_had_headings_has_lost_none():
    made = document(f"<nav><h2>Menu</h2></nav><main><h1>Locks</h1><p>{LONG}</p></main><footer><h2>Contact</h2></footer>")
    assert len(made.sections) == 1


def test_an_excerpt_keeps_headings_and_the_first_sentences():
    made = document(
        f"<main><h1>Locks</h1><p>Lock it. {LONG}</p><h2 id='keys'>Keys</h2><p>More.</p><h3>Codes</h3><p>One.</p></main>",
        storage="excerpt",
        licence="not stated",
    )
    text, *headings = made.text.split("\n\n")
    assert headings == ["## Keys {#keys}", "### Codes"]
    assert text.startswith("Lock it. Lock the office")
    assert text.endswith("home.")
    assert len(text) <= EXCERPT
    assert (made.kept, made.title, made.licence) == ("excerpt", "Locks", "not stated")


BLOCKS = st.lists(
    st.tuples(st.sampled_from(["p", "h2", "li", "blockquote", "td"]), WORDS | st.just(LONG)), min_size=1, max_size=6
)


@given(BLOCKS)
def test_an_excerpt_is_short_verbatim_and_whole_in_its_headings(parts):
    made = document(f"<main><h1>Locks</h1>{''.join(f'<div><{name}>{words}</{name}></div>' for name, words in parts)}</main>")
    short = to_excerpt(made)
    kept = [short.text[block.start : block.end] for block in short.blocks if block.kind != "heading"]
    assert sum(map(len, kept)) <= EXCERPT
    assert all(piece in made.text for piece in kept)
    assert [(one.heading, one.level) for one in short.sections if one.level] == [
        (one.heading, one.level) for one in made.sections if one.level
    ]
    assert to_excerpt(short) == short
