"""Comparing a question with what people ask and with what is outside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexDamaged
from assistant.index.scope import FEWEST, VECTORS, Scope, write_scope
from assistant.outside import Outside
from tests.fakes import FakeEncoder

ASKED = [f"how do i lock phone number {number}" for number in range(FEWEST)]
BEYOND = [Outside(f"how do i bake cake number {number}", "everyday") for number in range(FEWEST)]
BEYOND.append(Outside("which pills for a cough", "care"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_scope(tmp_path / "scope", ASKED, BEYOND, FakeEncoder())
    return tmp_path / "scope"


def opened(folder: Path, dim: int = 256) -> Scope | None:
    encoder = FakeEncoder()
    return Scope.open(folder, dim, lambda text: encoder.encode_queries([text])[0], lambda term: 1.0)


def test_what_is_like_either_kind_is_told_apart(folder: Path):
    scope = opened(folder)
    assert scope is not None
    inside, outside = scope.signs("lock my phone"), scope.signs("bake a cake")
    assert inside.likeness > inside.likeness_outside
    assert outside.likeness_outside > outside.likeness
    assert (inside.votes > 0.5, outside.votes > 0.5) == (True, False)
    assert inside.odds > 0 > outside.odds
    assert (outside.why, scope.signs("pills for my cough").why) == ("everyday", "care")


def test_the_same_question_has_the_same_signs(folder: Path):
    one, other = opened(folder), opened(folder)
    assert one is not None
    assert other is not None
    for question in ("lock my phone", "", "zebra", "bake a phone"):
        assert one.signs(question) == other.signs(question)


def test_too_few_questions_tell_nothing(tmp_path: Path):
    write_scope(tmp_path / "scope", ASKED[:3], BEYOND, FakeEncoder())
    assert opened(tmp_path / "scope") is None


def test_files_that_do_not_fit_are_told(folder: Path):
    with pytest.raises(IndexDamaged, match="careguide index"):
        opened(folder, dim=12)
    np.save(folder / VECTORS, np.zeros((2, 256), dtype=np.float16))
    with pytest.raises(IndexDamaged):
        opened(folder)
    (folder / "questions.json").write_text("{}")
    with pytest.raises(IndexDamaged):
        opened(folder)
