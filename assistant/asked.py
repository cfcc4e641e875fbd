"""Ways in which people ask for a section: questions in their own words, kept beside the documents in ``asked.jsonl``.

They are searched together with the section that they belong to, because people rarely use the words of the guidance;
they are no part of a document's text and are never quoted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from assistant.text import one_line

FILE = "asked.jsonl"

Asked = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Questions by document id and section anchor."""


def parse(raw: str) -> tuple[Asked, list[str]]:
    """Return the questions of a file's text, and one line about each line that holds none.

    A line is a JSON object ``{"document", "anchor", "question"}``.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    faults = []
    for number, line in enumerate(raw.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            document, anchor, question = _entry(line)
        except (ValueError, KeyError, TypeError, RecursionError):
            faults.append(f"{FILE}:{number} is not an object with document, anchor and question; mend or remove the line")
            continue
        sections = found.setdefault(document, {})
        sections[anchor] = (*sections.get(anchor, ()), question)
    return found, faults


def _entry(line: str) -> tuple[str, str, str]:
    fields = json.loads(line)
    values = (fields["document"], fields["anchor"], fields["question"])
    if not all(isinstance(value, str) for value in values):
        raise TypeError("every field is a text")
    document, anchor, question = values
    question = one_line(question)
    if not question:
        raise ValueError("an empty question")
    return document, anchor, question
