"""Lines of a batch: one line of JSON out for each that is not blank: an answer in its form, or what is wrong."""

from __future__ import annotations

import atexit
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from assistant.batch import answer_lines
from assistant.config import Config
from assistant.opening import open_current
from assistant.wiring import Assistant, build_index
from tests.conftest import FILES
from tests.fakes import FakeEncoder
from tests.schema import AnswerJson

SEEDS = (
    b'{"id": 1, "turns": ["how often should we make a backup of care plans"]}\n',
    b'{"id": "a", "turns": ["what if we lose a work phone?", "and a tablet?", "who then"]}\n\nnot json\n{"turns": []}\n',
    b'\xef\xbb\xbf{"id": null, "turns": ["someones clicked a link RANSOMWARE!!! 07700 900123 pls"]}\r\n[1]\n{"id": 1e999}\n',
    b'{"id": {"a": [1]}, "turns": ["\\ud800 \\u202e \\u0000 caf\\u00e9"], "more": 1}\n',
)
WORDS = (
    '{"id": ',
    '"turns": [',
    '"what about ',
    "\\ud83d",
    "\\u0000",
    "]}\n",
    "backup",
    "password",
    "phone",
    "NaN",
    "1e999",
    "\x85",
)


@cache
def _assistant() -> Assistant:
    """Return what answers from the small corpus; built once in a process, whose end removes it."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    config = Config(corpus=Path(folder.name, "corpus"), data=Path(folder.name, "data"))
    for name, content in FILES.items():
        file = config.corpus / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    encoder = FakeEncoder()
    build_index(config, encoder=encoder)
    return open_current(config, encoder)


def check(data: bytes) -> None:
    """Take the bytes as a batch.

    Raises:
        AssertionError: a line is lost, cannot be written as JSON, or holds what the guidance does not say.
    """
    lines = [line for line in data.removeprefix(b"\xef\xbb\xbf").splitlines() if line.strip()]
    told = list(answer_lines(_assistant(), data))
    assert len(told) == len(lines), "one line out for each line in"
    for values, fault in told:
        json.dumps(values, allow_nan=False).encode()
        assert bool(fault) == ("error" in values)
        if fault:
            assert set(values) == {"id", "line", "error"}
            assert "\n" not in fault, "an error is one line"
        else:
            _check_answer({name: value for name, value in values.items() if name != "id"})


def _check_answer(values: dict[str, Any]) -> None:
    for quote in AnswerJson.model_validate_json(json.dumps(values)).quotes:
        whole = _assistant().document(quote.document_id).text
        assert whole[quote.start : quote.end] == quote.text, "a quote is word for word"
