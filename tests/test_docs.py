"""The documents promise what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.receipt.schema import (
    CheckedAnswerJson,
    CheckedJson,
    FindingJson,
    PieceJson,
    PlaceJson,
    ReceiptAnswerJson,
    ReceiptJson,
    ReceiptQuoteJson,
)
from tests.schema import (
    AnswerJson,
    CardJson,
    CitationJson,
    ContactJson,
    DocumentJson,
    EntryJson,
    Exact,
    FiltersJson,
    HistoryJson,
    HitJson,
    IndexJson,
    QuoteJson,
    SearchJson,
    SectionJson,
    StepJson,
    TermJson,
    WayJson,
)

SHAPES = [
    *(AnswerJson, QuoteJson, CitationJson, IndexJson, DocumentJson, SectionJson),
    *(FiltersJson, SearchJson, HitJson),
    *(TermJson, ContactJson, WayJson, CardJson, StepJson, HistoryJson, EntryJson),
    *(ReceiptJson, ReceiptAnswerJson, ReceiptQuoteJson, CheckedJson, CheckedAnswerJson, FindingJson, PlaceJson, PieceJson),
]

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_field_of_the_json_is_documented(shape: type[Exact]):
    text = (ROOT / "docs" / "JSON.md").read_text(encoding="utf-8")
    documented = {name for code in re.findall(r"`([^`]+)`", text) for name in re.findall(r"\w+", code)}
    assert set(shape.model_fields) <= documented


def test_make_targets_named_in_the_readme_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert named
    assert named <= targets


def test_every_dependency_has_an_exact_pin():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {plain_name(line) for line in lines if re.fullmatch(r"[\w.-]+==[\w.]+", line)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = {plain_name(one) for group in groups for one in group}
    assert declared - {"careguide"} <= pinned
    assert "torch==2.13.0" in lines


def test_what_is_said_of_safety_names_tests_that_exist():
    text = (ROOT / "docs" / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len({file for file, _ in named}) >= 10
    for file, test in named:
        assert f"def {test}" in (ROOT / file).read_text(encoding="utf-8")
    promises = [part for part in text.split("\n## ")[1:] if not part.startswith("What is not promised")]
    assert [part.splitlines()[0] for part in promises if "Tests: " not in part and "Nothing is promised yet" not in part] == []


def plain_name(requirement: str) -> str:
    return re.split(r"[=\[]", requirement)[0].lower().replace("_", "-")
