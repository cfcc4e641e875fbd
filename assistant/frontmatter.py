"""Front matter: the fields of a document between its two lines of dashes, as YAML.

Imported only where documents are read from or written to files; answering needs neither pydantic nor YAML.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.text import one_line
from assistant.types import Document


def _https(address: str) -> str:
    parts = urlsplit(address)
    hidden = address != one_line(address) or any(mark in address for mark in ' "<>\\')
    if parts.scheme != "https" or not parts.hostname or hidden:
        raise ValueError("expected an https address")
    return address


def _iso(value: object) -> str | None:
    if value is None:
        return None
    try:
        return datetime.date.fromisoformat(str(value)).isoformat()
    except ValueError as fault:
        raise ValueError(f"expected a date such as 2024-03-31, found {value!r}") from fault


def _words(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


DEEPEST = 10
"""Levels of lists and fields; front matter as the project writes it has three."""

Words = Annotated[str, BeforeValidator(_words)]
Address = Annotated[str, AfterValidator(_https)]
IsoDate = Annotated[str | None, BeforeValidator(_iso)]


class FrontMatter(BaseModel):
    """The fields of a document's file; their meaning is that of ``types.Document``."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[Words, Field(min_length=1)]
    publisher: Annotated[Words, Field(min_length=1)]
    url: Address
    kind: Annotated[Words, Field(min_length=1)] = "guidance"
    published: IsoDate = None
    updated: IsoDate = None
    reviewed: IsoDate = None
    retrieved: IsoDate = None
    applies_to: tuple[Words, ...] = ()
    licence: Words = ""
    topics: tuple[Words, ...] = ()
    status: Literal["live", "withdrawn", "superseded"] = "live"
    notice: Words = ""
    based_on: tuple[Address, ...] = ()
    facts: dict[str, tuple[str, ...]] = {}
    sources: dict[str, tuple[Address, ...]] = {}


@cache
def _loader() -> type[yaml.SafeLoader]:
    """Return the safe loader, the fast one where there is one, that leaves dates as text for the model to check."""
    base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith(":timestamp")]
        for first, pairs in base.yaml_implicit_resolvers.items()
    }
    return type("FrontMatterLoader", (base,), {"yaml_implicit_resolvers": resolvers, "construct_mapping": _unique_mapping})


def _unique_mapping(loader: yaml.SafeLoader, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    """Return a mapping; a field that stands there twice is an error, because one of the two would be lost."""
    names = [str(key.value) for key, _ in node.value]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"the field {twice!r} stands there twice")
    return yaml.SafeLoader.construct_mapping(loader, node, deep)


def _check_depth(head: str) -> None:
    """Refuse text that nests further than any front matter; the fast loader would overflow the stack of the process.

    Raises:
        ValueError: it does.
    """
    depth = 0
    for event in yaml.parse(head, Loader=_loader()):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(f"lists and fields nest deeper than {DEEPEST} levels")


def parse(head: str) -> dict[str, Any]:
    """Return the checked fields.

    Raises:
        ValueError: the text is not YAML, or a field is missing, unknown or wrong; the message names it.
    """
    try:
        _check_depth(head)
        fields = yaml.load(head, Loader=_loader())  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        raise ValueError(f"the front matter is not YAML ({one_line(str(fault))}); mend that line") from fault
    if not isinstance(fields, dict):
        raise ValueError("the front matter is not a list of fields such as 'title: ...'")
    try:
        return dict(FrontMatter.model_validate(fields))
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "front matter"
        raise ValueError(f"the field {field!r}: {first['msg'].removeprefix('Value error, ')}") from fault


def render(document: Document) -> str:
    """Return the YAML of a document's fields, empty ones left out."""
    values = {name: _plain(getattr(document, name)) for name in FrontMatter.model_fields}
    kept = {name: value for name, value in values.items() if value}
    return str(yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=110))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return list(value) if isinstance(value, tuple) else value
