"""HTML to Markdown: structure is kept, words are kept, and a hostile page is refused."""

from __future__ import annotations

import html as entities
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import markdown
from assistant.errors import ExtractError
from assistant.scrape.extract.html import MOST_CHARACTERS, MOST_DEPTH, MOST_ELEMENTS, to_markdown
from assistant.scrape.extract.plain import plain_markdown, to_document
from assistant.scrape.extract.tables import Cell, row_items
from assistant.text import normalise, one_line

AWKWARD = st.text(alphabet=st.sampled_from(list("ab1.)#>*+-=_|~`[]:{}\\&<' \n\t\u200b\u0338")), max_size=20)
WORDS = st.lists(st.sampled_from("lock the office phone 999 # - 1. > ``` === | --- é".split()), min_size=1, max_size=8).map(
    " ".join
)


def test_headings_keep_their_anchors_and_levels():
    page = (
        '<h1>Phones</h1><h2 id="lost">Lost <b>phones</b></h2><p>Say so.</p><h3><a id="who:1"></a>Whom<br>to tell</h3><h4></h4>'
    )
    assert to_markdown(page) == "# Phones\n\n## Lost phones {#lost}\n\nSay so.\n\n### Whom to tell {#who:1}"


def test_an_anchor_that_markdown_cannot_hold_is_left_out():
    assert to_markdown('<h2 id="a b}">Keys</h2>') == "## Keys"


def test_headings_go_down_with_the_part_and_never_below_six():
    assert to_markdown("<h2>A</h2><h6>B</h6>", deeper=1) == "### A\n\n###### B"


def test_inline_markup_becomes_its_words():
    page = '<p>Ring  the <a href="https://example.org">service\n desk</a>, <em>now</em>, on&nbsp;<abbr>IT</abbr>.</p>'
    assert to_markdown(page) == "Ring the service desk, now, on IT."


def test_what_no_reader_sees_is_left_out():
    unseen = (
        "<script>x</script><style>y</style><nav>menu</nav><!-- note --><template>t</template><noscript>n</noscript>"
        '<p hidden>h</p><span aria-hidden="true">i</span><div role="navigation">r</div><footer>f</footer><button>Print</button>'
    )
    assert to_markdown(f"<title>T</title>{unseen}<p>Seen{unseen.replace('<p hidden>h</p>', '')}</p>") == "Seen"


def test_only_the_main_part_of_a_page_is_read():
    assert to_markdown("<body><div>Cookies</div><main><p>Text</p></main><div>Share</div></body>") == "Text"


def test_lists_nest_and_number():
    stop = "<li>Stop<ul><li>the mail</li><li>the phone</li></ul></li>"
    page = f"<p>Do this:</p><ol start=9>{stop}<li><p>Tell</p><p>Write it down</p></li></ol>"
    assert to_markdown(page) == "Do this:\n\n9. Stop\n   - the mail\n   - the phone\n10. Tell\n    Write it down"


def test_a_list_outside_any_item_goes_to_the_item_before():
    assert to_markdown("<ul><li>A</li><ul><li>B</li></ul><li> </li></ul>") == "- A\n  - B"


def test_a_list_of_headed_sections_keeps_its_headings():
    text = to_markdown('<ul><li><h2 id="one">One</h2><p>First</p></li><li>Two</li></ul>')
    assert text == "## One {#one}\n\nFirst\n\nTwo"


def test_terms_stand_with_their_descriptions():
    malware = "<div><dt>Malware</dt><dd>Bad code.</dd><dd>Also called a virus.</dd></div>"
    page = f"<dl><dt>Phishing</dt><dd>A false mail.</dd>{malware}</dl>"
    assert to_markdown(page) == "- Phishing\n  A false mail.\n- Malware\n  Bad code.\n  Also called a virus."


@pytest.mark.parametrize(
    "opening",
    ["<blockquote>", '<div class="call-to-action">', '<div class="govuk-inset-text">', '<aside role="note">'],
)
def test_call_outs_are_quotes(opening):
    text = to_markdown(
        f"{opening}<p>Stop.</p><ul><li>Ring</li><li>Wait</li></ul></{opening[1:].split(' ')[0].rstrip('>')}><p>After</p>"
    )
    assert text == "> Stop.\n>\n> - Ring\n> - Wait\n\nAfter"


def test_an_address_keeps_its_lines():
    assert to_markdown("<p>1 High Street<br>\n<br/>Leeds</p><pre>Line one\n  line two</pre>") == (
        "1 High Street\nLeeds\n\nLine one\nline two"
    )


def test_a_table_is_an_item_for_each_row():
    page = (
        "<table><caption>Records</caption><thead><tr><td>What</td><th>Keep for</th></tr></thead>"
        "<tr><td>Care plan</td><td>8 years</td></tr><tr><td colspan=2>Staff</td></tr>"
        "<tr><th>Rota:</th><td><ul><li>2 years</li><li>then shred</li></ul></td></tr><tr><td></td></tr></table>"
    )
    assert to_markdown(page) == (
        "Records\n\n- What: Care plan\n  Keep for: 8 years\n- Staff\n- What: Rota:\n  Keep for:\n  - 2 years\n  - then shred"
    )


def test_spanning_cells_stand_in_every_row_and_column_that_they_fill():
    page = (
        "<table><tr><th rowspan=2>Team<th colspan=2>Phone</tr><tr><th>Day<th>Night</tr>"
        "<tr><td rowspan=2>Desk<td>1<td>2</tr><tr><td colspan=2>3</tr></table>"
    )
    assert to_markdown(page) == ("- Team: Desk\n  Phone Day: 1\n  Phone Night: 2\n- Team: Desk\n  Phone Day: 3")


def test_a_table_without_header_rows_uses_the_header_beside():
    assert (
        to_markdown("<table><tr><th>Phone:</th><td>123</td></tr><tr><td>a</td><td>b</td></tr></table>")
        == "- Phone: 123\n- a\n  b"
    )


def test_a_table_that_lays_out_a_page_keeps_its_headings():
    assert to_markdown("<table><tr><td><h2 id=a>A</h2>x</td><td>y</td></tr></table>") == "## A {#a}\n\nx\n\ny"


@pytest.mark.parametrize("line", ["# Not a heading", "```", "~~~ x", "---", "=====", "|---|---|", "\u200b# Hidden"])
def test_marks_of_markdown_in_words_make_no_structure(line):
    page = f"<p>Before<br>{line}</p><p>{line}</p><p>Last</p>"
    sections, blocks = markdown.parse(to_markdown(page))
    assert [section.heading for section in sections] == [""]
    assert {block.kind for block in blocks} == {"paragraph"}
    assert len(blocks) == 3


@given(st.lists(AWKWARD, max_size=5))
def test_any_words_survive_in_normal_form_and_make_no_heading(paragraphs):
    text = to_markdown("".join(f"<p>{entities.escape(words)}</p>" for words in paragraphs))
    assert normalise(text) == text
    assert all(not section.heading for section in markdown.parse(text)[0])
    words = " ".join(one_line(paragraph) for paragraph in paragraphs)
    assert text.replace("\\", "").split() == words.replace("\\", "").split()


@given(st.lists(st.tuples(st.sampled_from(["p", "h2", "li", "td", "th", "blockquote", "dd"]), WORDS), max_size=8))
def test_every_heading_of_the_page_is_a_section_and_no_word_is_lost(parts):
    text = to_markdown("".join(f"<div><{name}>{entities.escape(words)}</{name}></div>" for name, words in parts))
    levels = [section.level for section in markdown.parse(text)[0] if section.level]
    assert levels == [2] * sum(name == "h2" for name, _ in parts)
    assert all(word in text for _, words in parts for word in words.split())


@given(st.text(alphabet=st.sampled_from(list("<>/abdiloprtuh1234 \n&;=\"'!-#")), max_size=80))
def test_any_string_is_read_or_refused(page):
    text = to_markdown(page)
    assert normalise(text) == text


@pytest.mark.parametrize("opening", ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<blockquote>", "<dl><dd>"])
def test_a_hundred_thousand_nested_tags_are_refused(opening):
    with pytest.raises(ExtractError, match="nested more than"):
        to_markdown(opening * 100_000)


@pytest.mark.parametrize("opening", ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<blockquote>", "<dl><dd>"])
def test_nesting_up_to_the_limit_is_read(opening):
    times = (MOST_DEPTH - 6) // opening.count("<")
    assert to_markdown(opening * (times - times // 8) + "word").endswith("word")


def test_paragraphs_that_are_never_closed_are_no_nesting():
    assert to_markdown("<p>a" * 500).count("a") == 500


@pytest.mark.parametrize("page", ["x" * (MOST_CHARACTERS + 1), "<br>" * (MOST_ELEMENTS + 1)])
def test_a_page_that_is_too_large_is_refused(page):
    with pytest.raises(ExtractError, match="split the page"):
        to_markdown(page)


@pytest.mark.parametrize(
    "rows",
    [
        [[Cell("a", across=100)]] * 1_100,
        [[Cell("h" * 200, head=True)], *[[Cell("a")]] * 30_000],
        [[Cell("h" * 60_000, down=100), Cell("a")], *[[Cell("a")]] * 99],
    ],
)
def test_a_table_that_would_swell_is_refused(rows):
    with pytest.raises(ExtractError, match="a table has more than"):
        row_items(rows)


def test_a_long_header_is_not_repeated():
    assert row_items([[Cell("h" * 201, head=True)], [Cell("a")]]) == ["a"]


def test_escape_sequences_go_without_the_markup_around_them():
    assert to_markdown("<p>a\x1b</p><p>\x1b[31mb&#27;]0;title&#7;</p><p>\x9b1mc</p>") == "a\n\nb\n\nc"


@pytest.mark.parametrize("page", ["", " ", "<!-- -->", "<p>\u200b</p>", "<table></table>", "<ul><li></li></ul>", "<dl></dl>"])
def test_a_page_without_words_is_empty(page):
    assert to_markdown(page) == ""


def test_the_declared_encoding_of_text_that_is_decoded_already_does_no_harm():
    page = '<?xml version="1.0" encoding="iso-8859-1"?><html><head><meta charset="iso-8859-1"></head><p>“Café”</p></html>'
    assert to_markdown(page) == "“Café”"


def test_saved_markdown_is_reduced_to_words():
    saved = (
        "## **Keys** {#keys}\n\nDon\\'t [share them](https://example.org/a_b), *ever*.\n\n-   **One**\n-   two <b>\n\n1. `a`"
    )
    assert plain_markdown(saved) == "## Keys {#keys}\n\nDon't share them, ever.\n\n- One\n- two <b>\n\n1. a"


def test_lines_too_long_to_be_wrapped_are_paragraphs():
    long = "word " * 40
    assert plain_markdown(f"2 May\n{long}\n{long}things:\n- one\n- two\n{long}") == (
        f"2 May\n\n{long}\n\n{long}things:\n\n- one\n- two\n\n{long}".replace(" \n", "\n").strip()
    )


def test_wrapped_lines_are_joined_whatever_the_length_of_their_links():
    assert plain_markdown(f"Read the\n[page](https://example.org/{'a' * 150})\nfirst.\n\n    Indented words.") == (
        "Read the page first.\n\nIndented words."
    )


@pytest.mark.parametrize("mark", [">", "- ", "1. "])
def test_saved_markdown_is_never_cut_short_by_its_nesting(mark):
    assert plain_markdown(mark * 30 + "word").endswith("word")
    for times in (60, 5_000):
        with pytest.raises(ExtractError, match="nested more than"):
            plain_markdown(mark * (times + 30 * (mark == ">")) + "word")


def test_a_plain_document_says_what_the_caller_says():
    document = to_document(
        "Lock it.", url="https://example.org/lock", title="Lock:  it", publisher="Example Office", reviewed="2024-02-13"
    )
    assert re.fullmatch(r"documents/example-office/[0-9a-f]{12}", document.id)
    assert (document.title, document.text, document.reviewed, document.kind) == (
        "Lock: it",
        "Lock it.",
        "2024-02-13",
        "guidance",
    )


@pytest.mark.parametrize(
    ("text", "changed", "reason"),
    [
        (" \n", {}, "no text"),
        ("Words.", {"url": "http://example.org"}, "'url': expected an https address"),
        ("Words.", {"title": ""}, "'title'"),
        ("Words.", {"published": "13 May"}, "'published'"),
    ],
)
def test_a_plain_document_that_cannot_be_made_says_why(text, changed, reason):
    with pytest.raises(ExtractError, match=reason):
        to_document(text, **({"url": "https://example.org/a", "title": "T", "publisher": "P"} | changed))
