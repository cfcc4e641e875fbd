"""Examples of questions that are not answered: read, kept apart from the evaluation, and compared with."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.config import packaged_corpus
from assistant.corpus import Corpus
from assistant.index.words import words
from assistant.outside import FILE, WHYS, Outside, parse
from evals import questions
from tests.shipped import shipped_corpus
from tests.test_asked import are_alike, plain, runs

FEWEST_OF_A_KIND = 100


def test_a_line_is_a_question_and_why():
    raw = '\ufeff{"question": " is it \\u001b[31mraining ", "why": "everyday"}\r\n\n'
    assert parse(raw) == ((Outside("is it raining", "everyday"),), [])


@pytest.mark.parametrize(
    "bad", ["x", "[]", "{}", '{"question": "a", "why": "odd"}', '{"question": "", "why": "care"}', "[" * 99_999]
)
def test_a_bad_line_is_told_with_its_number(bad: str):
    found, faults = parse('{"question": "a", "why": "care"}\n' + bad)
    assert found == (Outside("a", "care"),)
    (fault,) = faults
    assert fault.startswith(f"{FILE}:2 ")


@given(st.text())
def test_any_text_is_read(raw: str):
    found, faults = parse(raw)
    assert len(found) + len(faults) <= raw.count("\n") + 1


def test_bad_lines_are_told_among_the_faults_of_the_corpus(corpus: Corpus):
    (corpus.root / FILE).write_text('{"question": "is it raining", "why": "everyday"}\n7\n')
    reading = corpus.load()
    assert [one.question for one in reading.outside] == ["is it raining"]
    assert [fault.document_id for fault in reading.faults] == [FILE]
    (corpus.root / FILE).write_bytes(b"\xff")
    assert corpus.load().outside == ()


def test_what_ships_is_of_every_kind_stands_once_and_is_nobodys_question():
    raw = (packaged_corpus() / FILE).read_text(encoding="utf-8")
    found, faults = parse(raw)
    assert faults == []
    assert all(set(json.loads(line)) == {"question", "why"} for line in raw.splitlines())
    assert {why: sum(one.why == why for one in found) >= FEWEST_OF_A_KIND for why in WHYS} == dict.fromkeys(WHYS, True)
    texts = [plain(one.question) for one in found]
    assert len(set(texts)) == len(texts)
    asked = {plain(text) for one in shipped_corpus().documents for several in one.asked.values() for text in several}
    assert set(texts) & asked == set()


def test_nothing_that_ships_is_close_to_what_the_product_is_measured_on():
    turns = [words(turn) for one in questions.read_questions(questions.FILE) for turn in one.turns]
    measured, found = set().union(*map(runs, turns)), parse((packaged_corpus() / FILE).read_text(encoding="utf-8"))[0]
    several = [words(one.question) for one in found]
    near = are_alike(several, turns)
    close = [alike or bool(runs(own) & measured) for own, alike in zip(several, near, strict=True)]
    assert [one.question for one, is_close in zip(found, close, strict=True) if is_close] == []
