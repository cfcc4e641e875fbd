"""From a ranking to quotes where only some pages may be looked at: nothing of the others is shown, and the answer says so."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answerer
from assistant.filters import Filters
from assistant.index.chunk import chunk
from assistant.reasons import ELSEWHERE, NO_WORDS, NOTHING
from assistant.types import Answer, Document, NoAnswer, Query
from tests.answering import STEPS, answerer, count_words, scoped
from tests.fakes import FakeLibrary, FakeSearcher, document

ONE, TWO = Filters(publisher=("One",)), Filters(publisher=("Two",))


def published(body: str, publisher: str) -> Document:
    return dataclasses.replace(document(body, f"documents/{publisher}/page"), publisher=publisher)


def two_publishers(first: float, second: float) -> Answerer:
    """Return an answerer over a page of each publisher, found with these scores; the second says half of what is asked."""
    pages = (published(STEPS, "One"), published("## Lost keys {#keys}\n\nA lost key is told to the manager.\n", "Two"))
    passages = [passage for page in pages for passage in chunk(page, 60, count_words)]
    scores = {page.id: score for page, score in zip(pages, (first, second), strict=True)}
    hits = sorted(((one.id, scores[one.document_id]) for one in passages), key=lambda hit: -hit[1])
    return Answerer(FakeSearcher(hits, pages), FakeLibrary(pages, passages), lambda term: 1.0)


def declined(by: Answerer, question: str, filters: Filters) -> NoAnswer:
    reply = by.answer(Query(question, filters=filters))
    assert isinstance(reply, NoAnswer)
    return reply


@given(
    st.lists(st.sampled_from(["phone", "lost", "key", "backup", "manager", "zebra", "?"]), max_size=6),
    st.sampled_from(["One", "Two", "Three"]),
    st.sampled_from([(1.0, 0.9), (1.0, 0.2), (0.3, 1.0)]),
)
def test_nothing_that_filters_keep_out_is_quoted_or_named(words_: list[str], publisher: str, scores: tuple[float, float]):
    reply = two_publishers(*scores).answer(Query(" ".join(words_), filters=Filters(publisher=(publisher,))))
    shown = [quote.citation for quote in reply.quotes] if isinstance(reply, Answer) else list(reply.nearest)
    assert {one.publisher for one in shown} <= {publisher}


def test_a_page_that_says_far_less_than_one_kept_out_does_not_answer_and_one_that_says_about_as_much_does():
    for share, answered in ((0.3, False), (0.6, False), (0.8, True), (1.0, True)):
        by = two_publishers(1.0, share)
        reply = by.answer(Query("lost key manager", filters=TWO))
        assert isinstance(reply, Answer) is answered
        assert isinstance(by.answer(Query("lost key manager", filters=ONE)), Answer | NoAnswer)


def test_what_is_declined_under_filters_says_so_and_whether_other_pages_may_answer():
    by = two_publishers(1.0, 0.3)
    beyond = declined(by, "lost phone manager", TWO)
    assert beyond.reason == "I found nothing about this among: publisher Two. Without the filter, other pages may answer."
    assert (beyond.outcome, [one.publisher for one in beyond.nearest]) == ("not_found", ["Two"])
    foreign = declined(by, "who won the football match in Leeds", TWO)
    assert foreign.reason == "I found nothing about this among: publisher Two. Without the filter I find no answer either."
    assert declined(by, "what is it?", TWO).reason == NO_WORDS
    plain = by.answer(Query("who won the football match in Leeds"))
    assert isinstance(plain, NoAnswer)
    assert plain.reason == NOTHING


def test_where_no_page_is_admitted_there_is_neither_an_answer_nor_a_heading():
    reply = declined(two_publishers(1.0, 0.9), "lost phone manager", Filters(kind=("nothing",)))
    assert (reply.nearest, reply.confidence) == ((), 0.0)
    assert reply.reason.startswith("I found nothing about this among: kind nothing. Without the filter, other pages")


def test_only_headings_under_filters_say_what_was_looked_at():
    page = published("## Lost phones and tablets {#lost}\n\n## Backups of records {#backups}\n", "One")
    reply = declined(answerer(page), "lost phones and tablets", ONE)
    assert reply.reason == f"{ELSEWHERE} Only these pages were looked at: publisher One."


def test_filters_do_not_change_what_is_outside_the_field_or_dangerous():
    by, topic = scoped(0.0, "care"), Filters(topic=("phones",))
    for question in ("lost phone", "resident is choking and going blue"):
        assert declined(by, question, topic).reason == by.answer(Query(question)).reason  # type: ignore[union-attr]


def test_filters_that_admit_every_page_give_the_answer_without_them():
    every = Filters(publisher=("One", "Two"))
    by = two_publishers(1.0, 0.9)
    for question in ("lost phone manager", "lost key", "who won the football match"):
        filtered, plain = by.answer(Query(question, filters=every)), by.answer(Query(question))
        if isinstance(filtered, Answer):
            assert filtered == dataclasses.replace(plain, query=filtered.query)
        else:
            assert filtered.nearest == plain.nearest  # type: ignore[union-attr]
