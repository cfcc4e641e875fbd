"""The JSON that ``docs/JSON.md`` promises, field for field; anything more or less is refused."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Exact(BaseModel):
    """A JSON object with just these fields."""

    model_config = ConfigDict(extra="forbid")


class CitationJson(Exact):
    """A citation."""

    number: int = Field(ge=1)
    title: str = Field(min_length=1)
    section: str
    publisher: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    url: str = Field(pattern="^https://")
    deep_link: str = Field(pattern="^https://")
    published: str | None
    updated: str | None
    reviewed: str | None
    retrieved: str | None
    based_on: list[str]
    facts: list[str]
    notice: str


class QuoteJson(Exact):
    """A quote."""

    text: str = Field(min_length=1)
    document_id: str
    content_hash: str = Field(pattern="^[0-9a-f]{64}$")
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    strength: Literal["must", "should", "may", "information"]
    citation: CitationJson


class IndexJson(Exact):
    """The index that answered."""

    id: str = Field(pattern="^[0-9a-f]{16}$")
    corpus_digest: str = Field(pattern="^[0-9a-f]{64}$")
    encoder: str
    warnings: list[str]


class CorrectionJson(Exact):
    """A word that was read as another."""

    typed: str
    read: str
    why: Literal["text-speak", "spelling", "British spelling"]


class SynonymJson(Exact):
    """Another name that is searched for besides."""

    said: str
    other: str


class FiltersJson(Exact):
    """Which pages were looked at."""

    publisher: list[str]
    kind: list[str]
    topic: list[str]
    applies_to: list[str]
    updated_since: str = Field(pattern=r"^(\d{4}-\d\d-\d\d)?$")


class AnswerJson(Exact):
    """An answer."""

    question: str
    searched_for: str
    topic: str
    corrections: list[CorrectionJson]
    synonyms: list[SynonymJson]
    personal_details: list[str]
    urgent: str
    filters: FiltersJson
    outcome: Literal["answered", "partial", "not_found", "out_of_scope"]
    confidence: float = Field(ge=0, le=1)
    reason: str
    quotes: list[QuoteJson]
    uncovered: list[str]
    differing: list[int]
    nearest: list[CitationJson]
    contacts: list[str]
    index: IndexJson
    took_ms: float


class HitJson(Exact):
    """A ranked passage."""

    rank: int = Field(ge=1)
    score: float
    passage_id: str
    document_id: str
    title: str
    section: str
    publisher: str
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    text: str = Field(min_length=1)


class SearchJson(Exact):
    """A search."""

    question: str
    hits: list[HitJson]
    filters: FiltersJson
    index: IndexJson


class SectionJson(Exact):
    """A section of a document."""

    heading: str
    path: list[str]
    anchor: str
    level: int = Field(ge=0, le=6)
    start: int
    end: int


class DocumentJson(Exact):
    """A document."""

    id: str
    title: str
    publisher: str
    url: str
    kind: str
    published: str | None
    updated: str | None
    reviewed: str | None
    retrieved: str | None
    applies_to: list[str]
    licence: str
    topics: list[str]
    status: Literal["live", "withdrawn", "superseded"]
    notice: str
    based_on: list[str]
    aliases: list[str]
    kept: Literal["full", "excerpt"]
    facts: dict[str, list[str]]
    sources: dict[str, list[str]]
    text: str
    content_hash: str
    sections: list[SectionJson]


class TermJson(Exact):
    """A term of the glossary."""

    term: str = Field(min_length=1)
    aliases: list[str]
    meaning: str = Field(min_length=1)
    facts: list[str] = Field(min_length=1)
    sources: list[str] = Field(min_length=1)


class WayJson(Exact):
    """A way to reach a contact."""

    kind: Literal["phone", "text", "email", "web"]
    value: str = Field(min_length=1)
    note: str


class ContactJson(Exact):
    """A contact."""

    id: str
    name: str
    when: str
    ways: list[WayJson]
    applies_to: list[str]
    topics: list[str]
    verified_on: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    facts: list[str] = Field(min_length=1)
    sources: list[str] = Field(min_length=1)
    seen: str


class StepJson(Exact):
    """A step of an urgent card."""

    text: str
    facts: list[str] = Field(min_length=1)


class CardJson(Exact):
    """An urgent card."""

    id: str
    title: str
    aliases: list[str]
    steps: list[StepJson] = Field(min_length=1)
    contacts: list[str]
    read_on: str
    reviewed: str
    applies_to: list[str]
    sources: list[str] = Field(min_length=1)


class EntryJson(Exact):
    """A question that was kept."""

    number: int = Field(ge=1)
    at: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$")
    question: str = Field(min_length=1)
    outcome: Literal["answered", "partial", "not_found", "out_of_scope"]
    sections: list[str]


class HistoryJson(Exact):
    """The questions kept on this machine."""

    on: bool
    file: str = Field(min_length=1)
    deleted: bool
    entries: list[EntryJson]


class RefreshSourceJson(Exact):
    """What became of a source in a refresh."""

    id: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    pages: int = Field(ge=0)
    fetched: int = Field(ge=0)
    not_modified: int = Field(ge=0)
    by_hash: int = Field(ge=0)
    failed: int = Field(ge=0)
    refused: list[str]
    news: list[str]
    unlisted: list[str]
    fault: str


class DifferenceJson(Exact):
    """A field of a document that differs."""

    name: str = Field(min_length=1)
    before: str
    after: str


class RefreshDecisionJson(Exact):
    """What became of a page in a refresh."""

    outcome: Literal["added", "changed", "moved", "withdrawn", "quarantined", "missing", "gone", "failed", "unchanged"]
    source: str = Field(min_length=1)
    document_id: str
    title: str
    url: str
    was: str
    why: str
    fields: list[DifferenceJson]
    only_dates: bool
    times: int = Field(ge=0)
    diff: str


class StaleSourceJson(Exact):
    """A source that was not refreshed for long."""

    id: str = Field(min_length=1)
    last: str | None


class RefreshJson(Exact):
    """The report of a refresh."""

    started: str = Field(min_length=1)
    finished: str = Field(min_length=1)
    exit_code: Literal[0, 1, 4]
    stopped: str
    dry_run: bool
    generation: str
    sources: list[RefreshSourceJson]
    decisions: list[RefreshDecisionJson]
    stepping_aside: list[str]
    stale: list[StaleSourceJson]
    strangers: list[str]
