"""Tests of conversations: what a turn searches for."""

from __future__ import annotations

import pytest

from assistant.answer import Answerer
from assistant.conversation import REMEMBERED, Conversation, checked_question
from assistant.errors import ConfigError
from assistant.filters import NO_FILTERS, Filters
from assistant.question.wording import Wording
from assistant.reference import Term
from assistant.text import LONGEST_QUESTION
from assistant.types import Answer, NoAnswer, Passage, Query, Synonym, Utterance
from tests.fakes import FakeLibrary, FakeSearcher, FakeVocabulary, document

FIRST = "How do I register a new work laptop with the council?"
OTHER = "Who decides when care records are destroyed for good?"
PAGE = "Tell the council about a new work laptop. Register it the same day."
REPLY = Utterance("assistant", PAGE)


def said(*texts: str) -> tuple[Utterance, ...]:
    """Return what the user said, each followed by the reply that this page gives."""
    return tuple(one for text in texts for one in (Utterance("user", text), REPLY))


@pytest.fixture
def searcher() -> FakeSearcher:
    return FakeSearcher([("documents/example/a-page#0000", 1.0)])


@pytest.fixture
def conversation(searcher: FakeSearcher) -> Conversation:
    page = document(PAGE)
    passage = Passage(f"{page.id}#0000", page.id, 0, 0, len(page.text))
    return Conversation(Answerer(searcher, FakeLibrary([page], [passage]), lambda term: 1.0))


def test_a_first_question_is_searched_for_as_it_stands(conversation: Conversation, searcher: FakeSearcher) -> None:
    turn = conversation.ask(FIRST)
    assert turn.query == Query(FIRST)
    assert isinstance(turn.reply, Answer)
    assert searcher.queries == [Query(FIRST)]
    assert conversation.turns == [turn]


@pytest.mark.parametrize(
    "follow_up", ["And how long do we have?", "What about a phone?", "Who?", "Should they change it?", "without a password?"]
)
def test_a_follow_up_is_led_by_the_topic(conversation: Conversation, searcher: FakeSearcher, follow_up: str) -> None:
    conversation.ask(FIRST)
    turn = conversation.ask(follow_up)
    assert turn.query == Query(text=f"{FIRST} {follow_up}", asked=follow_up, history=said(FIRST), topic=FIRST)
    assert turn.query.question == follow_up
    assert searcher.queries[-1] == turn.query


def test_a_second_follow_up_leans_on_the_topic_and_not_on_the_first_one(conversation: Conversation) -> None:
    for question in (FIRST, "And the manager?"):
        conversation.ask(question)
    assert conversation.ask("And then?").query.text == f"{FIRST} And then?"


def test_a_new_question_changes_the_topic(conversation: Conversation) -> None:
    assert conversation.ask(FIRST).query == Query(FIRST)
    assert conversation.ask(OTHER).query == Query(OTHER, history=said(FIRST))
    assert conversation.query("And then?").text == f"{OTHER} And then?"


def test_asking_what_would_be_searched_for_changes_nothing(conversation: Conversation, searcher: FakeSearcher) -> None:
    assert conversation.query(FIRST) == conversation.query(FIRST) == Query(FIRST)
    assert searcher.queries == []
    assert conversation.turns == []
    assert conversation.query("And then?") == Query("And then?")


def test_several_turns_at_once_search_as_one_after_the_other(conversation: Conversation, searcher: FakeSearcher) -> None:
    turn = conversation.ask_last([FIRST, "And the manager?", "Who pays?"])
    history = (Utterance("user", FIRST), Utterance("user", "And the manager?"))
    assert turn.query == Query(f"{FIRST} Who pays?", asked="Who pays?", history=history, topic=FIRST)
    assert searcher.queries == [turn.query]
    assert len(conversation.turns) == 1


def test_a_question_carries_what_was_asked_and_replied_before_it_in_order(conversation: Conversation) -> None:
    asked = [FIRST, "And the manager?", "Who pays?", "How soon?", "And then?"]
    histories = [conversation.ask(question).query.history for question in asked]
    assert histories == [said(*asked[max(0, turn - 3) : turn]) for turn in range(len(asked))]
    assert histories[0] == ()
    assert len(histories[-1]) == REMEMBERED
    assert conversation.query("Why?").said("user") == "\n".join(asked[-3:])
    assert conversation.query("Why?").said("assistant") == "\n".join([PAGE] * 3)


def test_a_follow_up_is_remembered_as_it_was_asked_and_not_as_it_was_searched_for(conversation: Conversation) -> None:
    conversation.ask(FIRST)
    conversation.ask("And then?")
    assert conversation.query("Why?").history == said(FIRST, "And then?")


def test_a_question_that_was_not_answered_leaves_no_reply_behind(conversation: Conversation) -> None:
    conversation.ask("???")
    assert conversation.query(OTHER).history == (Utterance("user", "???"),)


def test_the_turns_before_the_last_of_several_are_remembered_as_asked(conversation: Conversation) -> None:
    asked = [f"{FIRST} Case {number}." for number in range(REMEMBERED + 2)]
    turn = conversation.ask_last([*asked, "Who pays?"])
    assert turn.query.history == tuple(Utterance("user", text) for text in asked[-REMEMBERED:])
    assert conversation.query("Why?").history[-2:] == said("Who pays?")


def test_a_refused_question_is_not_remembered(conversation: Conversation) -> None:
    with pytest.raises(ConfigError):
        conversation.ask(" ")
    assert conversation.ask(FIRST).query.history == ()


def test_a_new_conversation_knows_nothing_of_another(conversation: Conversation, searcher: FakeSearcher) -> None:
    conversation.ask(FIRST)
    other = Conversation(Answerer(searcher, FakeLibrary(), lambda term: 1.0))
    assert other.query("And then?") == Query("And then?")


@pytest.mark.parametrize("texts", [[], [""], [FIRST, " \u200b "], ["", FIRST]])
def test_turns_that_are_missing_or_empty(conversation: Conversation, texts: list[str]) -> None:
    with pytest.raises(ConfigError):
        conversation.ask_last(texts)
    assert conversation.turns == []


def test_a_question_without_words_is_a_turn_without_an_answer(conversation: Conversation) -> None:
    assert isinstance(conversation.ask("???").reply, NoAnswer)


def test_questions_are_cleaned() -> None:
    assert checked_question("  what\x1b[31m is\u202e\n a  breach? ") == "what is a breach?"


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\x1b[31m"])
def test_empty_questions(text: str) -> None:
    with pytest.raises(ConfigError, match="empty"):
        checked_question(text)


def test_the_longest_question() -> None:
    assert len(checked_question("a" * LONGEST_QUESTION)) == LONGEST_QUESTION
    with pytest.raises(ConfigError, match=r"4,001 characters.*4,000"):
        checked_question("a" * (LONGEST_QUESTION + 1))


def test_a_turn_can_be_taken_by_itself(conversation: Conversation) -> None:
    conversation.ask(FIRST)
    assert conversation.query("What about a phone?", alone=True) == Query("What about a phone?")
    turn = conversation.ask("What about a phone?", alone=True)
    assert (turn.query.topic, turn.query.history) == ("", ())
    assert conversation.query("And then?").topic == "What about a phone?", "it is the topic now"


def test_filters_are_of_their_turn_alone_and_leave_the_card_of_first_steps(
    conversation: Conversation, searcher: FakeSearcher
) -> None:
    filters = Filters(topic=("laptops",))
    turn = conversation.ask(FIRST, filters=filters)
    assert turn.query == Query(FIRST, filters=filters)
    assert searcher.queries[0].filters == filters
    assert conversation.ask("And then?").query.filters == NO_FILTERS
    assert conversation.query("I clicked a link", filters=filters).urgent == "clicked-link"
    assert conversation.ask_last([FIRST, "Who pays?"], filters).query.filters == filters


def test_a_question_is_read_as_it_is_meant(searcher: FakeSearcher) -> None:
    wording = Wording(FakeVocabulary(["laptop", "register"]), [Term("laptop", ("notebook",), "A computer.", (), ())])
    conversation = Conversation(Answerer(searcher, FakeLibrary(), lambda term: 1.0), wording)
    query = conversation.query("wot laptpo do i registr")
    assert query.text == "what laptop do i register"
    assert query.question == "wot laptpo do i registr"
    assert [(one.typed, one.read) for one in query.corrections] == [
        ("wot", "what"),
        ("laptpo", "laptop"),
        ("registr", "register"),
    ]
    assert query.synonyms == (Synonym("laptop", "notebook"),)


def test_urgent_and_personal_are_told_of_the_question_as_asked(conversation: Conversation) -> None:
    query = conversation.query("I clicked a link, ring me on 07700 900123")
    assert (query.urgent, query.personal) == ("clicked-link", ("a phone number",))
    assert "07700" in query.text, "the question itself is searched for as it is"
