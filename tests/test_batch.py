"""Batches: one line of JSON out for each line in, whatever the line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import FOREIGN, QUESTION, Command
from tests.schema import AnswerJson


def test_the_filters_of_a_batch_are_those_of_each_line(careguide: Command, tmp_path: Path):
    file = tmp_path / "batch.jsonl"
    file.write_text("\n".join(json.dumps({"id": at, "turns": [QUESTION]}) for at in range(2)))
    for line in careguide("ask", "--batch", str(file), "--topic", "cctv").out.splitlines():
        values = json.loads(line)
        values.pop("id")
        answer = AnswerJson.model_validate(values)
        assert (answer.outcome, answer.filters.topic) == ("not_found", ["cctv"])


def test_batch_answers_each_line_and_names_the_bad_ones(careguide: Command, tmp_path: Path):
    lines = [
        json.dumps({"id": "a", "turns": [QUESTION]}),
        "not json {",
        "",
        json.dumps({"id": 7, "turns": ["What is Exercise in a Box?", "Can we do it without IT staff?"]}),
        json.dumps({"id": "c", "turns": []}),
        json.dumps({"id": "d"}),
        json.dumps(["turns"]),
        json.dumps({"id": "e", "turns": [FOREIGN]}),
    ]
    file = tmp_path / "batch.jsonl"
    file.write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\n")
    done = careguide("ask", "--batch", str(file), "--json")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 1
    assert [(row["id"], row.get("line")) for row in rows] == [
        ("a", None),
        (None, 2),
        (7, None),
        ("c", 5),
        ("d", 6),
        (None, 7),
        ("e", None),
        (None, 9),
    ]
    assert rows[2]["searched_for"] == "What is Exercise in a Box? Can we do it without IT staff?"
    assert rows[2]["question"] == "Can we do it without IT staff?"
    assert [row.get("outcome") for row in rows if "error" not in row] == ["answered", "answered", "out_of_scope"]
    assert [line.split(": ")[1] for line in done.err.splitlines()] == ["line 2", "line 5", "line 6", "line 7", "line 9"]


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ('{"id": NaN, "turns": ["x"]}', {"id": None, "line": 1}),
        ('{"id": 1e999, "turns": ["x"]}', {"id": None, "line": 1}),
        ("[" * 100_000, {"id": None, "line": 1}),
        ('{"id": 5}', {"id": 5, "line": 1}),
        ('{"id": [1, "a"], "turns": "x"}', {"id": [1, "a"], "line": 1}),
        ('{"id": 6, "turns": [1]}', {"id": 6, "line": 1}),
    ],
)
def test_a_bad_batch_line_keeps_its_id_and_the_output_stays_json(careguide: Command, line: str, row: dict[str, object]):
    done = careguide("ask", "--batch", "-", stdin=line.encode())
    told = json.loads(done.out, parse_constant=pytest.fail)
    assert done.code == 1
    assert told.pop("error")
    assert told == row


def test_a_batch_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does(careguide: Command):
    line = json.dumps({"id": 1, "turns": [QUESTION]})
    done = careguide("ask", "--batch", "-", stdin=f"\ufeff{line}\r\n{line}\r\n".encode())
    assert (done.code, done.out.count('"outcome": "answered"')) == (0, 2)


def test_a_batch_without_bad_lines_is_exit_code_0(careguide: Command):
    done = careguide("ask", "--batch", "-", stdin=json.dumps({"id": 1, "turns": [FOREIGN]}).encode())
    assert done.code == 0
    row = json.loads(done.out)
    assert row.pop("id") == 1
    AnswerJson.model_validate(row, strict=True)
