"""Many questions at once: JSON lines in, JSON lines out, one for one."""

from __future__ import annotations

import codecs
import json
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError, ConfigError
from assistant.filters import NO_FILTERS, Filters
from assistant.render_answer import answer_json

if TYPE_CHECKING:
    from assistant.types import Answer, NoAnswer
    from assistant.wiring import Assistant


EXAMPLE = '{"id": 1, "turns": ["a question"]}'


def answered(
    assistant: Assistant, turns: Sequence[str], filters: Filters = NO_FILTERS
) -> tuple[Answer | NoAnswer, dict[str, Any]]:
    """Answer the last of the turns of a new conversation; return the reply and its JSON values.

    Args:
        filters: which pages may be found.

    Raises:
        ConfigError: there is no turn, or one is empty or too long.
    """
    start = time.perf_counter()
    reply = assistant.conversation().ask_last(turns, filters).reply
    return reply, answer_json(reply, assistant.about(), (time.perf_counter() - start) * 1000)


def answer_lines(assistant: Assistant, raw: bytes, filters: Filters = NO_FILTERS) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield, for each line that is not blank, its JSON values and what is wrong with it (empty if nothing is).

    A line that cannot be answered gives ``{"id", "line", "error"}`` with its number, from 1; the rest go on.

    Args:
        filters: which pages may be found, for every line.
    """
    for number, line in enumerate(raw.removeprefix(codecs.BOM_UTF8).splitlines(), start=1):
        if not line.strip():
            continue
        identity = None
        try:
            fields = _parsed(line)
            identity = fields.get("id")
            values = {"id": identity, **answered(assistant, _turns(fields), filters)[1]}
            fault = ""
        except AssistantError as problem:
            fault = f"line {number}: {problem}"
            values = {"id": identity, "line": number, "error": str(problem)}
        yield values, fault


def _parsed(line: bytes) -> dict[str, Any]:
    """Return the object that a line holds.

    Raises:
        ConfigError: it holds none, or has a number that JSON cannot write again.
    """
    try:
        values = json.loads(line.decode("utf-8"))
        json.dumps(values, allow_nan=False)
    except (ValueError, RecursionError) as fault:
        raise ConfigError(f"not JSON; expected an object such as {EXAMPLE}") from fault
    if not isinstance(values, dict):
        raise ConfigError(f"expected an object such as {EXAMPLE}")
    return values


def _turns(fields: dict[str, Any]) -> list[str]:
    """Return the turns of a line.

    Raises:
        ConfigError: it has none.
    """
    turns = fields.get("turns")
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise ConfigError(f'expected "turns", a list of texts, as in {EXAMPLE}')
    return turns
