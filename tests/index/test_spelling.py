"""Known words and the nearest to an unknown one, by symspellpy over the words of a corpus."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from assistant.errors import IndexDamaged
from assistant.index.spelling import Spelling, write_words
from assistant.reference import Reference, Term
from tests.fakes import document

PAGE = dataclasses.replace(
    document("## Ransomware\n\nRemember the password of the manager. A member asked. The Caldicott Guardian.\n"),
    asked={"ransomware": ("what is ransomwear", "is the printer safe")},
)


@pytest.fixture(scope="module")
def spelling(tmp_path_factory: pytest.TempPathFactory) -> Spelling:
    file = tmp_path_factory.mktemp("words") / "words.json"
    write_words(file, [PAGE], Reference(glossary=(Term("MFA", ("2SV",), "A check.", (), ()),)))
    return Spelling.open(file)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("pasword", "password"), ("rember", "remember"), ("caldicot", "caldicott"), ("ransomwear", "ransomware"), ("xqzptv", "")],
)
def test_the_nearest_word(spelling: Spelling, typed: str, read: str):
    assert spelling.suggest(typed, 2) == read


def test_what_is_known(spelling: Spelling):
    assert spelling.known("kettle"), "English, though not in the corpus"
    assert not spelling.in_corpus("kettle")
    assert spelling.in_corpus("mfa")
    assert spelling.in_corpus("printer"), "asked for, and English"
    assert not spelling.in_corpus("ransomwear"), "people's slips are no words of the corpus"
    assert not spelling.known("ransomwear")
    assert spelling.known("don't")
    assert (spelling.is_common("month"), spelling.is_common("ransomware")) == (True, False)


def test_words_that_begin_so_stand_by_frequency_and_equals_by_letters(spelling: Spelling):
    assert spelling.completions("m", 9) == ["manager", "member", "mfa"]
    assert spelling.completions("remembe", 9) == ["remember"]
    assert spelling.completions("the", 1) == ["the"], "the most frequent"
    assert spelling.completions("xq", 9) == spelling.completions("m", 0) == []


def test_a_damaged_file_is_told(tmp_path: Path):
    for raw in ("", "[]", '{"counts": 7}'):
        (tmp_path / "words.json").write_text(raw)
        with pytest.raises(IndexDamaged, match="careguide index"):
            Spelling.open(tmp_path / "words.json")
