"""The JSON of receipts and of what has become of them, as docs/JSON.md documents it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tests.schema import CitationJson, Exact


class ReceiptQuoteJson(Exact):
    """A quote of a receipt."""

    number: int = Field(ge=0)
    document_id: str = Field(min_length=1)
    content_hash: str = Field(pattern="^[0-9a-f]{64}$")
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    text: str = Field(min_length=1)
    strength: Literal["must", "should", "may", "information"]
    title: str
    section: str
    anchor: str
    publisher: str
    kind: str
    url: str = Field(pattern="^https://")
    deep_link: str = Field(pattern="^https://")
    published: str | None
    updated: str | None
    reviewed: str | None
    retrieved: str | None
    based_on: list[str]
    notice: str


class ReceiptAnswerJson(Exact):
    """An answer of a receipt."""

    question: str = Field(min_length=1)
    searched: str
    filters: str
    outcome: Literal["answered", "partial", "not_found", "out_of_scope"]
    reason: str
    quotes: list[ReceiptQuoteJson]
    uncovered: list[str]


class ReceiptIndexJson(Exact):
    """The index that answered, in a receipt."""

    id: str = Field(min_length=1)
    corpus_digest: str = Field(pattern="^[0-9a-f]{64}$")
    encoder: str
    warnings: list[str]


class ReceiptJson(Exact):
    """A receipt."""

    careguide: Literal["receipt"]
    format: Literal[1]
    asked_at: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$")
    index: ReceiptIndexJson
    answers: list[ReceiptAnswerJson] = Field(min_length=1)


class PieceJson(Exact):
    """Words of a difference."""

    kind: Literal["same", "removed", "added"]
    text: str


class PlaceJson(CitationJson):
    """Where words are now."""

    document_id: str
    anchor: str


class FindingJson(Exact):
    """What has become of a quote."""

    number: int
    standing: Literal["stands", "moved", "changed", "withdrawn", "gone"]
    why: str
    text: str
    document_id: str
    section: str
    place: PlaceJson | None
    elsewhere: PlaceJson | None
    difference: list[PieceJson]
    notice: str
    altered: bool
    named_otherwise: dict[Literal["publisher", "title", "section", "kind", "url"], str]


class CheckedAnswerJson(Exact):
    """What has become of an answer."""

    question: str
    outcome: Literal["answered", "partial", "not_found", "out_of_scope"]
    quotes: list[FindingJson]


class CheckedJson(Exact):
    """What has become of a receipt."""

    file: str
    asked_at: str
    index_warnings: list[str]
    same_guidance: bool
    stands: bool
    warnings: list[str]
    answers: list[CheckedAnswerJson]
