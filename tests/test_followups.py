"""Questions to go on with: from the headings beside those quoted, and only those that lead where they promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.cite import citation
from assistant.config import load_config
from assistant.conversation import Turn
from assistant.filters import NO_FILTERS, Filters
from assistant.followups import MOST, MOST_TRIED, follow_ups
from assistant.opening import open_assistant
from assistant.types import Answer, Document, NoAnswer, Query, Quote
from assistant.wiring import Assistant
from tests.fakes import document

PAGE = document("\n\n".join(f"## Part {number} {{#part-{number}}}\n\nWords of part {number}." for number in range(1, 10)))


def quoted(page: Document, heading: str, query: Query) -> Answer:
    section = next(one for one in page.sections if one.heading == heading)
    return Answer(query, (Quote(page.excerpt(section.start, section.end), citation(page, section, 1)),))


def answer(query: Query) -> Answer | NoAnswer:
    return quoted(PAGE, query.text, query)


def turn(question: str = "q", filters: Filters = NO_FILTERS) -> Turn:
    query = Query(question, filters=filters)
    return Turn(query, quoted(PAGE, "Part 5", query))


def of_page(_: str) -> Document:
    return PAGE


def test_the_next_heading_comes_first_then_the_one_before_then_those_further_on() -> None:
    assert follow_ups(turn(), of_page, answer) == ("Part 6", "Part 4", "Part 7")
    assert len(follow_ups(turn(), of_page, answer)) == MOST


def test_a_heading_that_leads_elsewhere_or_nowhere_is_not_offered() -> None:
    def astray(query: Query) -> Answer | NoAnswer:
        return NoAnswer(query, "nothing") if query.text == "Part 6" else quoted(PAGE, "Part 9", query)

    assert follow_ups(turn(), of_page, astray) == ()


def test_what_was_asked_before_is_not_offered_again() -> None:
    before = [Turn(Query("PART 6"), NoAnswer(Query("PART 6"), "nothing"))]
    assert follow_ups(turn("part 4"), of_page, answer, before) == ("Part 7", "Part 3", "Part 8")


def test_nothing_is_offered_where_nothing_was_quoted() -> None:
    assert follow_ups(Turn(Query("q"), NoAnswer(Query("q"), "nothing")), of_page, answer) == ()


def test_the_filters_hold_for_the_questions_that_are_tried_and_few_are() -> None:
    tried: list[Query] = []

    def none(query: Query) -> NoAnswer:
        tried.append(query)
        return NoAnswer(query, "nothing")

    filters = Filters(publisher=("NCSC",))
    assert follow_ups(turn(filters=filters), of_page, none) == ()
    assert 0 < len(tried) <= MOST_TRIED
    assert {query.filters for query in tried} == {filters}


def test_over_the_notes_each_is_answered_by_the_section_that_it_names(opened: Assistant) -> None:
    asked = opened.conversation().ask("how long do we have to tell the ICO about a breach?")
    offered = follow_ups(asked, opened.document, opened.answerer.answer)
    assert len(offered) == MOST
    for question in offered:
        reply = opened.conversation().ask(question, alone=True).reply
        assert isinstance(reply, Answer)
        assert any(quote.citation.section.endswith(question) for quote in reply.quotes)


@pytest.fixture
def opened(built: Path) -> Assistant:
    """Return what answers from the notes."""
    return open_assistant(load_config({"data": built}))
