"""Answers as plain text: what is said beside the quotes, and that nothing in them acts on a terminal."""

from __future__ import annotations

import dataclasses

import pytest

from assistant.question.personal import notice
from assistant.reference import Contact, Reference, Step, UrgentCard, Way
from assistant.render import citation_line, dates_line, day, document_text
from assistant.render_answer import ASK_PEOPLE, HAPPENING, answer_text
from assistant.types import Answer, Citation, Correction, NoAnswer, Query, Quote
from tests.fakes import document

CITATION = Citation(
    number=1,
    document_id="documents/x",
    title="Scam texts",
    section="Reporting > By text",
    anchor="by-text",
    publisher="Example Office",
    kind="guidance",
    url="https://example.org/scams",
    deep_link="https://example.org/scams#by-text:~:text=Forward%20it",
    published="2024-03-01",
    updated="2025-12-31",
    reviewed=None,
    retrieved="2026-02-02",
)
NOTE = dataclasses.replace(
    CITATION,
    kind="starter note",
    publisher="Careguide starter notes",
    reviewed="2026-11-22",
    based_on=("https://example.org/a", "https://example.org/b"),
)
PAGE = document("## By text {#by-text}\n\nForward it to the number.\n")


def answer(citation: Citation = CITATION, uncovered: tuple[str, ...] = (), query: Query | None = None) -> Answer:
    start = PAGE.text.index("Forward")
    return Answer(query or Query("scam text"), (Quote(PAGE.excerpt(start, len(PAGE.text)), citation),), uncovered)


@pytest.mark.parametrize(("iso", "shown"), [("2026-03-01", "1 March 2026"), ("2025-12-31", "31 December 2025"), (None, "")])
def test_day(iso: str | None, shown: str):
    assert day(iso) == shown


def test_an_official_citation_gives_its_dates_and_deep_link():
    assert dates_line(CITATION) == "published 1 March 2024, updated 31 December 2025, fetched 2 February 2026"
    line = citation_line(CITATION)
    assert line.startswith('Example Office, "Scam texts", section: Reporting > By text, published 1 March 2024')
    assert line.endswith(CITATION.deep_link)


def test_a_starter_note_is_told_apart_and_names_its_official_pages():
    assert dates_line(NOTE) == "this note was reviewed 22 November 2026"
    line = citation_line(NOTE)
    assert "own wording of guidance, not official text" in line
    assert line.endswith("based on https://example.org/a and https://example.org/b")
    text = answer_text(answer(NOTE))
    assert "    Based on: https://example.org/a\n    Based on: https://example.org/b" in text


def test_an_answer_reads_from_question_to_sources():
    lines = answer_text(answer()).split("\n")
    assert lines == [
        "Question: scam text",
        "",
        "1 excerpt, word for word.",
        "",
        'Excerpt 1, from "Reporting > By text" (information) [1]:',
        "",
        "Forward it to the number.",
        "",
        "Where this is from:",
        "",
        "[1] Example Office: Scam texts",
        "    Section: Reporting > By text",
        "    Dates: published 1 March 2024, updated 31 December 2025, fetched 2 February 2026",
        f"    Link: {CITATION.deep_link}",
    ]


def test_what_was_searched_for_and_what_was_not_found_are_told():
    query = Query("scams what about texts", asked="what about texts", topic="scams")
    text = answer_text(answer(uncovered=("texts",), query=query))
    assert text.startswith("Question: what about texts\nSearched for: scams what about texts\n")
    assert "I found nothing about: texts." in text


def test_not_found_says_why_who_to_ask_and_what_is_near():
    text = answer_text(NoAnswer(Query("hens"), "I found nothing.", (CITATION,)))
    assert text.split("\n")[2:5] == ["Not found.", "I found nothing.", ASK_PEOPLE]
    assert "- Reporting > By text (Example Office: Scam texts)" in text
    assert "nearest" not in answer_text(NoAnswer(Query("hens"), "I found nothing."))


def test_nothing_in_an_answer_acts_on_a_terminal():
    nasty = dataclasses.replace(CITATION, title="Red \x1b[31m", notice="\x1b]52;c;ZXZpbA==\x07\u202e")
    for text in (answer_text(answer(nasty)), citation_line(nasty), document_text(dataclasses.replace(PAGE, title="\x1b[2J"))):
        assert not any(ord(letter) < 32 and letter != "\n" for letter in text)
        assert "\u202e" not in text


def test_a_notice_stands_with_the_citation():
    noticed = dataclasses.replace(CITATION, notice="Under review.")
    assert "    Note: Under review." in answer_text(answer(noticed))


def test_how_a_question_was_read_is_told():
    query = Query(
        "what about texts",
        asked="wot about texts",
        corrections=(Correction("wot", "what", "text-speak"),),
        personal=("an NHS number",),
    )
    lines = answer_text(answer(query=query)).split("\n")
    assert lines[1:3] == ["I read: wot as what", notice(("an NHS number",))]


CARD = UrgentCard(
    "clicked-link", "You clicked", (), (Step("Stop.", ()), Step("Tell.", ())), ("bank",), "starter/x", "2026-01-01", ("UK",), ()
)
BANK = Contact("bank", "Your bank", "Money has gone.", (Way("phone", "159"),), ("UK",), (), "2026-01-01", (), ())


def test_first_steps_stand_above_the_answer_where_something_is_happening():
    reference = Reference(contacts=(BANK,), cards=(CARD,))
    text = answer_text(answer(query=Query("I clicked a link", urgent="clicked-link")), reference)
    steps, quote = (
        text.index("1. Stop.\n2. Tell.\n- Your bank (UK): Money has gone.\n  Call 159"),
        text.index("1 excerpt, word for word"),
    )
    assert text.index(HAPPENING) < steps < quote
    assert "careguide urgent clicked-link" in text
    assert HAPPENING not in answer_text(answer(), reference)
    assert HAPPENING not in answer_text(answer(query=Query("x", urgent="gone")), reference)
    declined = answer_text(NoAnswer(Query("I clicked", urgent="clicked-link"), "I found nothing."), reference)
    assert declined.index(HAPPENING) < declined.index("Not found.")


def test_who_can_be_asked_is_told_where_nothing_was_found():
    reference = Reference(contacts=(BANK,))
    declined = NoAnswer(Query("hens"), "It is about hens.", outcome="out_of_scope", contacts=("bank", "gone"))
    text = answer_text(declined, reference)
    assert text.split("\n")[2:4] == ["Not something I can answer.", "It is about hens."]
    assert "Who you can ask:\n- Your bank (UK): Money has gone.\n  Call 159" in text


def test_sources_that_differ_are_pointed_out():
    assert "[1] and [2] do not give the same figures" in answer_text(dataclasses.replace(answer(), differing=(1, 2)))
