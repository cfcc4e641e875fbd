"""Many questions at once: JSON lines in, JSON lines out, one for one."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError, ConfigError
from assistant.render import answer_json

if TYPE_CHECKING:
    from assistant.types import Answer, NoAnswer
    from assistant.wiring import Assistant


def answered(assistant: Assistant, turns: Sequence[str]) -> tuple[Answer | NoAnswer, dict[str, Any]]:
    """Answer the last of the turns of a new conversation; return the reply and its JSON values.

    Raises:
        ConfigError: there is no turn, or one is empty or too long.
    """
    start = time.perf_counter()
    reply = assistant.conversation().ask_last(turns).reply
    return reply, answer_json(reply, assistant.about(), (time.perf_counter() - start) * 1000)


def answer_lines(assistant: Assistant, raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield, for each line that is not blank, its JSON answer and what is wrong with it (empty if nothing is).

    A line that cannot be answered gives ``{"id", "line", "error"}`` with its number, from 1; the rest go on.
    """
    for number, line in enumerate(raw.splitlines(), start=1):
        if not line.strip():
            continue
        identity = None
        try:
            identity, turns = _parsed(line)
            values = {"id": identity, **answered(assistant, turns)[1]}
            fault = ""
        except AssistantError as problem:
            fault = f"line {number}: {problem}"
            values = {"id": identity, "line": number, "error": str(problem)}
        yield json.dumps(values, ensure_ascii=False), fault


def _parsed(line: bytes) -> tuple[object, list[str]]:
    """Return the id and the turns of a line.

    Raises:
        ConfigError: it is not such an object.
    """
    try:
        values = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise ConfigError('not JSON; expected an object such as {"id": 1, "turns": ["a question"]}') from fault
    turns = values.get("turns") if isinstance(values, dict) else None
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise ConfigError('expected an object with "turns", a list of texts, such as {"id": 1, "turns": ["a question"]}')
    return values.get("id"), turns
