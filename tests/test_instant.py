"""Search while a question is being typed, over fakes and over a small corpus."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import Config
from assistant.filters import NO_FILTERS, Filters
from assistant.instant import InstantSearch
from assistant.opening import open_assistant
from assistant.question.wording import Wording
from assistant.types import Passage
from assistant.wiring import Session, build_index
from tests.fakes import FakeLibrary, FakeSearcher, FakeVocabulary, document

WORDS = ["laptop", "passwords", "password", "report", "reports", "the", "their"]
BODY = (
    "## Laptops {#laptops}\n\nReport a lost laptop.\n\n## Passwords {#passwords}\n\nUse a password manager.\n\n- One.\n- Two.\n"
)
NOTE = document(BODY)


def completions(beginning: str, most: int) -> list[str]:
    return [word for word in WORDS if word.startswith(beginning)][:most]


def instant(*passages: Passage) -> tuple[InstantSearch, FakeSearcher]:
    """Return a search over the note whose searcher finds these passages."""
    searcher = FakeSearcher([(one.id, 1.0 - 0.1 * rank) for rank, one in enumerate(passages)])
    words = FakeVocabulary(WORDS)
    return InstantSearch(searcher, FakeLibrary([NOTE], passages), Wording(words), words, completions), searcher


WHOLE = Passage(f"{NOTE.id}#0000", NOTE.id, 0, 0, len(NOTE.text))
ITEM = Passage(f"{NOTE.id}#0001", NOTE.id, 1, NOTE.text.index("- Two"), len(NOTE.text))
HEADING = Passage(f"{NOTE.id}#0002", NOTE.id, 0, 0, NOTE.text.index("\n"))


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("lost passw", "lost passwords"),
        ("lost passwords", "lost passwords"),
        ("lost password", "lost password"),
        ("Lost PASSW", "Lost passwords"),
        ("lost passw ", "lost passw"),
        ("lost passw?", "lost passw?"),
        ("passw", "passwords"),
        ("p", "p"),
        ("th", "th"),
        ("lost th", "lost th"),
        ("lost zzz", "lost zzz"),
        ("laptpo passw", "laptop passwords"),
        ("laptpo", "laptpo"),
        ("laptpo ", "laptop"),
        ("", ""),
        (" ", ""),
    ],
)
def test_the_last_word_is_completed_where_it_is_none_and_whole_words_are_corrected(typed: str, searched: str):
    assert instant()[0].query(typed).text == searched


@pytest.mark.parametrize("text", ["", "   ", "the", "???", "\x1b[31m", "\u200b"])
def test_a_text_without_words_finds_nothing_and_raises_nothing(text: str):
    search, searcher = instant(WHOLE)
    assert search.search(text) == ()
    assert searcher.queries == []


def test_a_match_is_the_piece_of_the_passage_that_holds_most_and_is_cited_by_rank():
    search, _ = instant(WHOLE, ITEM, HEADING)
    first, second, third = search.search("password manager")
    assert first.excerpt.text == NOTE.text[NOTE.text.index("Use a") :]
    assert (first.citation.number, first.citation.section, first.score) == (1, "Passwords", 1.0)
    assert (second.excerpt.text, second.citation.number) == ("- Two.", 2)
    assert third.excerpt.text == "## Laptops {#laptops}", "there is nothing else in that passage"
    (other,) = instant(WHOLE)[0].search("lost lap")
    assert (other.excerpt.text, other.citation.section) == ("Report a lost laptop.", "Laptops")


def test_filters_and_the_number_wanted_are_handed_on():
    search, searcher = instant(WHOLE, ITEM)
    filters = Filters(publisher=("Example Office",))
    assert len(search.search("laptop", filters, 1)) == 1
    assert (searcher.queries[-1].filters, searcher.depths) == (filters, [1])
    assert searcher.queries[-1] == search.query("laptop", filters)


@given(st.text(max_size=60))
def test_any_text_can_be_typed_letter_by_letter(text: str):
    search, _ = instant(WHOLE, ITEM)
    for end in range(len(text) + 1):
        for match in search.search(text[:end]):
            one = match.excerpt
            assert NOTE.text[one.start : one.end] == one.text


def test_a_text_beyond_the_longest_question_is_cut_and_not_refused():
    assert len(instant(WHOLE)[0].query("laptop " * 2_000).text) <= 4_000


@pytest.fixture
def session(config: Config) -> Session:
    build_index(config)
    return Session(open_assistant(config))


def test_a_session_finds_admitted_pages_for_each_beginning_of_a_question(session: Session):
    office = Filters(publisher=("Example Security Office",))
    question = "password manager for each account"
    for end in range(len(question) + 1):
        matches = session.search(question[:end], office)
        assert matches == session.search(question[:end], office)
        assert {match.citation.publisher for match in matches} <= {"Example Security Office"}
        assert [match.citation.number for match in matches] == list(range(1, len(matches) + 1))
    assert session.search("passwo")[0].citation.document_id == "documents/security-office/passwords"
    assert session.search("passwo", most=2) == session.search("passwo")[:2]
    assert session.search(question, Filters(topic=("nothing",))) == ()


def test_what_is_typed_leaves_no_trace_in_the_conversation(session: Session, config: Config):
    other = Session(open_assistant(config))
    session.search("how often should we make a backu")
    question = "What about phones?"
    assert session.ask(question) == other.ask(question)


def test_a_session_counts_its_documents(session: Session):
    facets = session.facets(NO_FILTERS)
    assert facets.total == 4
    assert facets.publisher == (("Careguide starter notes", 2), ("Example Security Office", 2))
    assert facets.updated_since == (("2026-01-01", 2), ("2025-01-01", 3), ("2023-01-01", 4))
    narrowed = session.facets(Filters(applies_to=("Scotland",)))
    assert narrowed.total == 3
    assert dict(narrowed.applies_to)["England"] == 4


def test_an_answer_of_a_session_is_from_admitted_pages(session: Session):
    asked = session.ask("how often should we make a backup of care plans", filters=Filters(topic=("backups",)))
    assert asked.query.filters == Filters(topic=("backups",))
    assert {quote.excerpt.document_id for quote in asked.reply.quotes} == {"starter/backups"}  # type: ignore[union-attr]
    declined = session.ask("how often should we make a backup of care plans", True, Filters(topic=("lost-device",)))
    assert declined.reply.outcome == "not_found"
    assert "among: topic lost-device." in declined.reply.reason  # type: ignore[union-attr]
