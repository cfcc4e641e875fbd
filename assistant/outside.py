"""Examples of questions that the guidance does not answer, kept beside the documents in ``outside.jsonl``.

A new question is compared with them as with those that people ask (``asked``), to tell whether it is of this field at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, get_args

from assistant.text import one_line

FILE = "outside.jsonl"

Why = Literal["care", "everyday", "legal", "product", "company", "own", "gap"]
"""care: medical or care practice. everyday: anything else of work and life. legal: advice on a case. product: what to buy.
company: what happened to a named organisation. own: what only the asker's organisation knows, or can do. gap: of the field,
but not in the guidance.
"""
WHYS: tuple[Why, ...] = get_args(Why)


@dataclass(frozen=True, slots=True)
class Outside:
    """A question that is not answered, and why not."""

    question: str
    why: Why


def parse(raw: str) -> tuple[tuple[Outside, ...], list[str]]:
    """Return the examples of a file's text, and one line about each line that holds none.

    A line is a JSON object ``{"question", "why"}``.
    """
    found, faults = [], []
    for number, line in enumerate(raw.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            question, why = one_line(fields["question"]), fields["why"]
            if not question or why not in WHYS:
                raise ValueError("an empty question, or an unknown reason")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            faults.append(f"{FILE}:{number} is not an object with question and why; mend or remove the line")
            continue
        found.append(Outside(question, why))
    return tuple(found), faults
