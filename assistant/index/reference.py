"""Glossary, contacts and urgent cards of a generation, in one JSON file."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import IndexDamaged
from assistant.reference import Contact, Reference, Step, Term, UrgentCard, Way

FILE = "reference.json"


def write_reference(file: Path, reference: Reference) -> None:
    """Write the file."""
    file.write_text(json.dumps(dataclasses.asdict(reference), ensure_ascii=False), encoding="utf-8")


@dataclass(frozen=True)
class StoredReference:
    """The content of the file, kept as it came until somebody asks for it: making the entries takes longer than reading it."""

    file: Path
    content: bytes

    @classmethod
    def open(cls, file: Path) -> StoredReference:
        """Take the content in, so that the file is not needed any more.

        Raises:
            IndexDamaged: the file is missing.
        """
        try:
            return cls(file, file.read_bytes())
        except OSError as fault:
            raise _damaged(file, fault) from fault

    def read(self) -> Reference:
        """Return what was written.

        Raises:
            IndexDamaged: it is not such a file.
        """
        return _parsed(self.file, self.content)


def _parsed(file: Path, content: bytes) -> Reference:
    try:
        values = json.loads(content)
        return Reference(
            tuple(Term(**_tuples(one)) for one in values["glossary"]),
            tuple(_contact(one) for one in values["contacts"]),
            tuple(_card(one) for one in values["cards"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise _damaged(file, fault) from fault


def _damaged(file: Path, fault: Exception) -> IndexDamaged:
    return IndexDamaged(f"the contacts and cards in {file} cannot be read ({fault}); run: careguide index")


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def _contact(fields: dict[str, Any]) -> Contact:
    return Contact(**_tuples({**fields, "ways": [Way(**way) for way in fields["ways"]]}))


def _card(fields: dict[str, Any]) -> UrgentCard:
    return UrgentCard(**_tuples({**fields, "steps": [Step(**_tuples(step)) for step in fields["steps"]]}))
