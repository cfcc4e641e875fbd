"""A conversation: the turns so far, and a follow-up made into a query that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Answerer
from assistant.errors import ConfigError
from assistant.index.words import content_words
from assistant.text import one_line
from assistant.types import Answer, NoAnswer, Query, Utterance

LONGEST_QUESTION = 4_000
"""Characters; a question of several hundred words still fits."""
FEW_WORDS = 1
"""Content words up to which a later turn is taken to lean on what was said before."""
SOME_WORDS = 6
"""The same for a turn that also has a cue such as "it" or "what about"."""

REMEMBERED = 6
"""Utterances before a question that its query carries: three questions with their replies, or more where some had none."""

_OPENING = re.compile(
    r"^(?:and|but|or|so|also|even|then|what about|how about|what if|what else|which one|without|not|isn'?t)\b", re.I
)
_POINTING = re.compile(r"\b(?:it|its|that|this|those|these|they|them|their|he|him|she|her|there|one|ones|same)\b", re.I)


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


def leans_on_earlier(question: str) -> bool:
    """Whether a turn seems not to stand alone: hardly any content words, or few of them and a cue."""
    count = len(content_words(question))
    cue = _OPENING.search(question) or _POINTING.search(question)
    return count <= FEW_WORDS or (count <= SOME_WORDS and cue is not None)


def standalone(question: str, topic: str, history: Sequence[Utterance] = ()) -> Query:
    """Return the query for a turn, led by the topic of the conversation where the turn leans on it."""
    said = tuple(history[-REMEMBERED:])
    if topic and leans_on_earlier(question):
        return Query(text=f"{topic} {question}", asked=question, history=said)
    return Query(text=question, history=said)


class Conversation:
    """Turns of one user; the topic is the last question that stood alone."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._topic = ""
        self._said: list[Utterance] = []
        self.turns: list[Turn] = []

    def query(self, text: str) -> Query:
        """Return what would be searched for.

        Raises:
            ConfigError: the question is empty or too long.
        """
        return standalone(checked_question(text), self._topic, self._said)

    def ask(self, text: str) -> Turn:
        """Answer a question in the light of the turns before it.

        Raises:
            ConfigError: the question is empty or too long.
        """
        query = self.query(text)
        turn = Turn(query, self._answerer.answer(query))
        self._follow(query)
        if isinstance(turn.reply, Answer):
            self._said.append(Utterance("assistant", "\n".join(quote.excerpt.text for quote in turn.reply.quotes)))
        self.turns.append(turn)
        return turn

    def _follow(self, query: Query) -> None:
        """Remember what was asked, and take it for the topic where it stands alone."""
        self._said.append(Utterance("user", query.question))
        if not query.asked:
            self._topic = query.text

    def ask_last(self, texts: Sequence[str]) -> Turn:
        """Answer the last of several turns, after following the topic through the earlier ones.

        Raises:
            ConfigError: there is none, or one is empty or too long.
        """
        if not texts:
            raise ConfigError("there is no turn to answer; give at least one question in 'turns'")
        self.follow(texts[:-1])
        return self.ask(texts[-1])

    def follow(self, texts: Sequence[str]) -> None:
        """Follow the topic through turns that are not to be answered.

        Raises:
            ConfigError: one is empty or too long.
        """
        for text in texts:
            self._follow(self.query(text))
