"""Exports as they are read: every word of guidance and of its source is there, and nothing in them acts."""

from __future__ import annotations

import datetime
import io
import itertools
import re
import zipfile
from dataclasses import replace

import docx
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export.docx import as_docx
from assistant.export.html import as_html
from assistant.export.licences import attributions
from assistant.export.markdown import as_markdown, escaped
from assistant.export.parts import Export, Link
from assistant.export.write import Format
from assistant.text import normalise, one_line
from tests.export.given import AT, EXPORT, HOSTILE, LINKS, NOTE, PAGE, QUOTES, SAID, cited, quoting
from tests.export.read import seen
from tests.strategies import dirty, markdown, raw

WRITERS = {Format.MARKDOWN: as_markdown, Format.HTML: as_html, Format.DOCX: as_docx}
FORMATS = pytest.mark.parametrize("format_", list(WRITERS))
PLAIN = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "strong", "blockquote"),
    *("a", "ol", "ul", "li", "section", "div", "pre", "code"),
}
quoted = st.one_of(markdown, raw, dirty).map(normalise).filter(bool)


@FORMATS
def test_every_quote_and_all_that_is_told_of_it_is_there(format_: Format):
    read = seen(WRITERS[format_](EXPORT), format_)
    assert read.quotes == [one.excerpt.text for one in QUOTES]
    for said in SAID:
        assert " ".join(said.split()) in read.text
    assert read.links == LINKS


@FORMATS
def test_all_stands_in_one_order(format_: Format):
    text = seen(WRITERS[format_](EXPORT), format_).text
    marks = (
        "Exported on",
        "81 documents",
        "Warning: ",
        "I read",
        "You clicked",
        "2 excerpts",
        "insurance",
        "Excerpt 1",
        "[1] GOV.UK",
    )
    places = [text.index(mark) for mark in (*marks, "Excerpt 2", "Question 2", "about hens", "nearest", "Licences of")]
    assert places == sorted(places)


@FORMATS
def test_the_same_export_gives_the_same_bytes(format_: Format):
    assert WRITERS[format_](EXPORT) == WRITERS[format_](replace(EXPORT))


@FORMATS
def test_nothing_hostile_acts_and_all_of_it_is_shown(format_: Format):
    read = seen(WRITERS[format_](quoting(normalise(HOSTILE))), format_)
    assert read.links == set(), "no address of the hostile turns may lead anywhere, and nothing official is quoted"
    assert read.elements <= PLAIN
    assert "<script>alert(1)</script>" in read.text
    assert "[x](javascript:alert(1))" in read.text
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", read.text)


@pytest.mark.parametrize("format_", [Format.MARKDOWN, Format.HTML])
@given(text=quoted)
def test_any_words_of_a_quote_come_back_as_they_are(format_: Format, text: str):
    read = seen(WRITERS[format_](quoting(text)), format_)
    assert read.quotes == [text]
    assert read.links == set()
    assert read.elements <= PLAIN


@settings(max_examples=12)  # a tenth of a second each, most of it for reading the template
@given(text=quoted)
def test_any_words_of_a_quote_come_back_from_a_word_processor_but_what_xml_cannot_hold(text: str):
    read = seen(as_docx(quoting(text)), Format.DOCX)
    assert read.quotes == [re.sub("[\ufffe\uffff]", "", text)]
    assert read.links == set()


@given(text=st.one_of(markdown, raw, dirty).map(one_line).filter(bool))
def test_any_line_is_shown_by_markdown_as_it_is(text: str):
    export = replace(EXPORT, turns=(replace(EXPORT.turns[1], reply=replace(EXPORT.turns[1].reply, reason=text)),))
    assert text in seen(as_markdown(export), Format.MARKDOWN).text


@pytest.mark.parametrize("text", ["1. one", "- two", "+ three", "# four", "=====", "> five", "http://six.example", "7) seven"])
def test_markdown_takes_no_line_for_a_block(text: str):
    read = seen(escaped(text).encode(), Format.MARKDOWN)
    assert (read.text, read.elements, read.links) == (text, {"p"}, set())


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://www.gov.uk/a?b=1&c=(2)#d:~:text=x%20y,z", True),
        ("HTTPS://example.org", True),
        *((url, False) for url in ("http://example.org/", "javascript:alert(1)", "https://me@example.org/", "https://", "")),
        *((url, False) for url in ("https://example.org/a b", "https://example.org/<x>", "https://example.org\\x", "//x.org")),
    ],
)
def test_only_plain_https_addresses_become_links(url: str, leads: bool):
    assert bool(Link("", url).target) == leads


def test_a_link_is_shown_without_its_text_fragment_and_still_leads_to_the_words():
    link = Link("Link: ", QUOTES[0].citation.deep_link)
    assert link.shown == "https://www.gov.uk/guidance/phones#lost"
    assert ":~:text=" in link.target


def test_a_page_of_html_runs_nothing_and_loads_nothing():
    soup = BeautifulSoup(as_html(EXPORT).decode(), "html.parser")
    policy = soup.select_one("meta[http-equiv=Content-Security-Policy]")
    assert policy is not None
    assert str(policy["content"]).startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in str(policy["content"])
    assert soup.html is not None
    assert soup.html["lang"] == "en-GB"
    assert not soup.select("script, link, img, iframe, object, form, [src], [style], [onclick]")
    assert all(link["rel"] == ["noopener", "noreferrer"] for link in soup.select("a"))


def test_headings_of_html_leave_out_no_level():
    levels = [int(one.name[1]) for one in BeautifulSoup(as_html(EXPORT).decode(), "html.parser").select("h1, h2, h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - level <= 1 for level, later in itertools.pairwise(levels))


def test_a_document_for_a_word_processor_has_styles_and_names_nobody():
    content = as_docx(EXPORT)
    document = docx.Document(io.BytesIO(content))
    styles = {one.text: one.style.name for one in document.paragraphs if one.style}
    assert styles["Question 1: wher do i report it"] == "Heading 1"
    assert styles["Stop."] == "List Number"
    said = document.core_properties
    assert (said.title, said.author, said.last_modified_by, said.comments, said.language) == (
        "Careguide: questions and answers, 24 November 2026",
        *("", "", "", "en-GB"),
    )
    assert said.created == said.modified == AT
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in archive.namelist() if "thumbnail" in name]


def test_the_time_of_a_document_is_told_in_utc_and_that_of_the_text_by_the_clock():
    summer = datetime.datetime(2026, 7, 1, 0, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    content = as_docx(replace(EXPORT, at=summer))
    assert "1 July 2026 at 00:30 (UTC+01:00)" in seen(content, Format.DOCX).text
    created = docx.Document(io.BytesIO(content)).core_properties.created
    assert created == datetime.datetime(2026, 6, 30, 23, 30, tzinfo=datetime.UTC)


def test_steps_of_every_card_begin_at_one():
    content = as_docx(replace(EXPORT, turns=EXPORT.turns * 2))
    document = docx.Document(io.BytesIO(content))
    steps = [one for one in document.paragraphs if one.style and one.style.name == "List Number"]
    numberings = [one._p.pPr.numPr.numId.val for one in steps]
    assert len(steps) == 4
    assert numberings[0] == numberings[1] != numberings[2] == numberings[3]


def test_an_export_needs_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        Export(EXPORT.turns, EXPORT.reference, EXPORT.index, datetime.datetime(2026, 11, 24))


def test_publishers_are_named_once_by_the_licence_of_the_site_quoted():
    official = cited(PAGE, "Tell your", 1)
    ico = replace(official, publisher="ICO", url="https://ico.org.uk/a", title="Breaches {x}", published="2024-01-02")
    closed = replace(official, publisher="NHS England", url="https://transform.england.nhs.uk/a")
    open_ = replace(closed, url="https://digital.nhs.uk/a")
    lines = attributions([official, official, ico, closed, open_, cited(NOTE, "Use", 2)])
    assert lines == [
        "GOV.UK: Contains public sector information licensed under the Open Government Licence v3.0.",
        "ICO: Information Commission's Office, Breaches {x}, 2 January 2024, licensed under the Open Government Licence.",
        "NHS England: short excerpts, which stay under their publisher's own terms; read the page itself.",
        "NHS England: Contains information from NHS England, "
        "licenced under the current version of the Open Government Licence.",
        "Careguide starter notes: Careguide's own wording of guidance, not official text; under the MIT licence.",
    ]
