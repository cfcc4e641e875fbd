"""Glossary, contacts and urgent cards of a generation, in one JSON file."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from assistant.errors import IndexDamaged
from assistant.reference import Contact, Reference, Step, Term, UrgentCard, Way

FILE = "reference.json"


def write_reference(file: Path, reference: Reference) -> None:
    """Write the file."""
    file.write_text(json.dumps(dataclasses.asdict(reference), ensure_ascii=False), encoding="utf-8")


def read_reference(file: Path) -> Reference:
    """Return what was written.

    Raises:
        IndexDamaged: the file is missing or not such a file.
    """
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        return Reference(
            tuple(Term(**_tuples(one)) for one in values["glossary"]),
            tuple(_contact(one) for one in values["contacts"]),
            tuple(_card(one) for one in values["cards"]),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise IndexDamaged(f"the contacts and cards in {file} cannot be read ({fault}); run: careguide index") from fault


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def _contact(fields: dict[str, Any]) -> Contact:
    return Contact(**_tuples({**fields, "ways": [Way(**way) for way in fields["ways"]]}))


def _card(fields: dict[str, Any]) -> UrgentCard:
    return UrgentCard(**_tuples({**fields, "steps": [Step(**_tuples(step)) for step in fields["steps"]]}))
