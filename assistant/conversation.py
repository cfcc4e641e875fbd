"""A conversation: the turns so far, and a follow-up made into a query that stands alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Answerer
from assistant.errors import ConfigError
from assistant.filters import NO_FILTERS, Filters
from assistant.question.followup import Known, leans_on_earlier
from assistant.question.personal import personal_details
from assistant.question.urgent import urgent_card
from assistant.question.wording import Reading, Wording
from assistant.text import LONGEST_QUESTION, one_line
from assistant.types import Answer, NoAnswer, Query, Utterance

REMEMBERED = 6
"""Utterances before a question that its query carries: three questions with their replies, or more where some had none."""


@dataclass(frozen=True)
class Turn:
    """A question and what came of it."""

    query: Query
    reply: Answer | NoAnswer


def checked_question(text: str) -> str:
    """Return the question on one line, sanitised.

    Raises:
        ConfigError: it is empty or too long.
    """
    question = one_line(text)
    if not question:
        raise ConfigError("the question is empty; type what you want to know, such as: how do I report a scam text?")
    if len(question) > LONGEST_QUESTION:
        raise ConfigError(f"the question has {len(question):,} characters, more than {LONGEST_QUESTION:,}; ask the main point")
    return question


class Conversation:
    """Turns of one user; the topic is the last question that stood alone."""

    def __init__(self, answerer: Answerer, wording: Wording | None = None) -> None:
        self._answerer, self._wording = answerer, wording
        self._topic = ""
        self._said: list[Utterance] = []
        self.turns: list[Turn] = []

    @property
    def known(self) -> Known | None:
        """What a turn is compared with to tell whether it stands alone; None where there are no questions that people ask."""
        likeness = self._answerer.likeness
        if likeness is None or self._wording is None:
            return None
        return Known(likeness, self._answerer.is_common, self._wording.names_a_term)

    def query(self, text: str, alone: bool = False, filters: Filters = NO_FILTERS) -> Query:
        """Return what would be searched for: led by the topic of the conversation where the turn leans on it.

        Args:
            alone: whether the turn is to be taken by itself, whatever was said before.
            filters: which pages may be found; of this turn alone.

        Raises:
            ConfigError: the question is empty or too long.
        """
        question = checked_question(text)
        reading = self._wording.read(question) if self._wording else Reading(question)
        again = reading.text.casefold() == self._topic.casefold()
        leans = bool(self._topic) and not (alone or again)
        leans = leans and leans_on_earlier(reading.text, self._topic, self.known)
        topic = self._topic if leans else ""
        searched = f"{topic} {reading.text}".strip()
        return Query(
            text=searched,
            asked="" if searched == question else question,
            history=() if alone else tuple(self._said[-REMEMBERED:]),
            topic=topic,
            corrections=reading.corrections,
            synonyms=reading.synonyms,
            urgent=urgent_card(reading.text),
            personal=personal_details(question),
            filters=filters,
        )

    def ask(self, text: str, alone: bool = False, filters: Filters = NO_FILTERS) -> Turn:
        """Answer a question in the light of the turns before it, or by itself, from the pages that the filters admit.

        Raises:
            ConfigError: the question is empty or too long.
        """
        query = self.query(text, alone, filters)
        turn = Turn(query, self._answerer.answer(query))
        self._follow(query)
        if isinstance(turn.reply, Answer):
            self._said.append(Utterance("assistant", "\n".join(quote.excerpt.text for quote in turn.reply.quotes)))
        self.turns.append(turn)
        return turn

    def _follow(self, query: Query) -> None:
        """Remember what was asked, and take it for the topic where it stands alone."""
        self._said.append(Utterance("user", query.question))
        if not query.topic:
            self._topic = query.text

    def ask_last(self, texts: Sequence[str], filters: Filters = NO_FILTERS) -> Turn:
        """Answer the last of several turns, after following the topic through the earlier ones.

        Args:
            filters: which pages may be found.

        Raises:
            ConfigError: there is none, or one is empty or too long.
        """
        if not texts:
            raise ConfigError("there is no turn to answer; give at least one question in 'turns'")
        self.follow(texts[:-1])
        return self.ask(texts[-1], filters=filters)

    def follow(self, texts: Sequence[str]) -> None:
        """Follow the topic through turns that are not to be answered.

        Raises:
            ConfigError: one is empty or too long.
        """
        for text in texts:
            self._follow(self.query(text))
