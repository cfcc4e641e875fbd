"""A receipt: what was asked, what was quoted in answer, from which version of the guidance, and when."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from assistant.types import Outcome

MARK, FORMAT = "receipt", 1
"""The value of the field ``careguide`` by which a file is known, and the number of its format."""
MOST_BYTES = 4_000_000
"""Largest receipt that is written or read. JSON takes many times its size in memory, however it is nested."""
MOST_QUOTES = 1_000
"""Quotes of a receipt, all its answers together: each may have to be looked for in the whole corpus."""
LONGEST_QUOTE = 100_000
"""Characters of a quote. Most have up to 1,100; a single block, such as a table, is quoted whole whatever its length."""
LONGEST_LINE = 20_000
"""Characters of any other text; an address with a text fragment is the longest of them."""


@dataclass(frozen=True, slots=True)
class ReceiptQuote:
    """Words that were quoted, and where they stood. The fields are those of ``types.Excerpt`` and ``types.Citation``."""

    number: int
    document_id: str
    content_hash: str
    start: int
    end: int
    text: str
    strength: str
    title: str
    section: str
    anchor: str
    publisher: str
    kind: str
    url: str
    deep_link: str
    published: str | None
    updated: str | None
    reviewed: str | None
    retrieved: str | None
    based_on: tuple[str, ...]
    notice: str


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """A question and what was quoted in answer to it.

    Attributes:
        question: as it was asked.
        searched: the words that were searched for.
        filters: which pages alone were looked at, in words; empty for all.
        reason: where nothing was quoted, why; else empty.
        quotes: most useful first; empty where nothing was found.
        uncovered: what of the question no quote spoke of.
    """

    question: str
    searched: str
    filters: str
    outcome: Outcome
    reason: str
    quotes: tuple[ReceiptQuote, ...]
    uncovered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceiptIndex:
    """What answered: the id of the index, the SHA-256 of the corpus files, and the encoder with its fingerprint.

    Attributes:
        warnings: what was said with every answer from it, such as that a guidance pack had expired.
    """

    id: str
    corpus_digest: str
    encoder: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """One answer, or those of a conversation, oldest first.

    Attributes:
        asked_at: when the question was answered, with its time zone; of an exported conversation, when it was exported.
    """

    asked_at: datetime.datetime
    index: ReceiptIndex
    answers: tuple[ReceiptAnswer, ...]

    @property
    def quotes(self) -> tuple[ReceiptQuote, ...]:
        """The quotes of all answers, in order."""
        return tuple(quote for answer in self.answers for quote in answer.quotes)
