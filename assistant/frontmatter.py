"""Front matter: the fields of a document between its two lines of dashes, as YAML.

Imported only where documents are read from or written to files; answering needs neither pydantic nor YAML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from assistant.fields import Address, Checked, IsoDate, Named, Words, first_fault
from assistant.text import one_line
from assistant.types import Document

DEEPEST = 10
"""Levels of lists and fields; front matter as the project writes it has three."""


class FrontMatter(Checked):
    """The fields of a document's file; their meaning is that of ``types.Document``."""

    title: Named
    publisher: Named
    url: Address
    kind: Named = "guidance"
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
    aliases: tuple[Address, ...] = ()
    kept: Literal["full", "excerpt"] = "full"
    facts: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    sources: dict[str, tuple[Address, ...]] = Field(default_factory=dict)


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
    names = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
    for name, times in names.items():
        if times > 1:
            raise ValueError(f"the field {name!r} stands there twice")
    return yaml.SafeLoader.construct_mapping(loader, node, deep)


def _check_shape(head: str) -> None:
    """Refuse text that nests further than any front matter, or whose values stand for others.

    The fast loader would overflow the stack of the process; a value that stands for ten, each of which stands for ten, is
    longer than any memory after a few lines.

    Raises:
        ValueError: it does.
    """
    depth = 0
    for event in yaml.parse(head, Loader=_loader()):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError(f"write the value itself in place of '*{event.anchor}'")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(f"lists and fields nest deeper than {DEEPEST} levels")


def parse(head: str) -> dict[str, Any]:
    """Return the checked fields.

    Raises:
        ValueError: the text is not YAML, or a field is missing, unknown or wrong; the message names it.
    """
    try:
        _check_shape(head)
        fields = yaml.load(head, Loader=_loader())  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        raise ValueError(f"the front matter is not YAML ({one_line(str(fault))}); mend that line") from fault
    if not isinstance(fields, dict):
        raise ValueError("the front matter is not a list of fields such as 'title: ...'")
    try:
        return dict(FrontMatter.model_validate(fields))
    except ValidationError as fault:
        raise ValueError(first_fault(fault, "front matter")) from fault


def render(document: Document) -> str:
    """Return the YAML of a document's fields, empty ones left out."""
    values = {name: _plain(getattr(document, name)) for name in FrontMatter.model_fields}
    kept = {name: value for name, value in values.items() if value and (name, value) != ("kept", "full")}
    return str(yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=110))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return list(value) if isinstance(value, tuple) else value
