"""Tests of the questions that people ask for a section: read, put with their section, searched, and never quoted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asked import FILE, parse
from assistant.config import Config, packaged_corpus
from assistant.corpus import MOST_BYTES, Corpus
from assistant.index.words import words
from assistant.opening import open_assistant
from assistant.text import one_line
from assistant.types import Answer, Query
from evals import questions
from tests.conftest import Command
from tests.shipped import shipped_corpus
from tests.unprivileged import careguide as unprivileged

PHONE = {"document": "starter/phones", "anchor": "lose-phone", "question": "my handset vanished on the bus"}
LEAST_OF_A_SECTION = 4


def lines(*entries: Mapping[str, object]) -> str:
    return "".join(f"{json.dumps(entry)}\n" for entry in entries)


def plain(text: str) -> str:
    """Return the words of a text: no capitals, no punctuation."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold().replace("\u2019", "'").replace("'", "")))


names = st.sampled_from(["", "a", "b/c", "\u00e9"])
entries = st.lists(
    st.builds(lambda *values: dict(zip(PHONE, values, strict=True)), names, names, st.text(max_size=20)), max_size=8
)


@given(entries)
def test_questions_stand_by_section_in_order_and_empty_ones_are_told(several: list[dict[str, str]]) -> None:
    found, faults = parse(lines(*several))
    kept = [one for one in several if one_line(one["question"])]
    wanted: dict[str, dict[str, tuple[str, ...]]] = {}
    for one in kept:
        sections = wanted.setdefault(one["document"], {})
        sections[one["anchor"]] = (*sections.get(one["anchor"], ()), one_line(one["question"]))
    assert found == wanted
    assert [int(re.findall(rf"{FILE}:(\d+) ", fault)[0]) for fault in faults] == [
        at for at, one in enumerate(several, start=1) if one not in kept
    ]


@given(st.text())
def test_any_text_is_read_without_an_error(raw: str) -> None:
    found, faults = parse(raw)
    assert (
        sum(len(several) for sections in found.values() for several in sections.values()) + len(faults) <= raw.count("\n") + 1
    )


@pytest.mark.parametrize(
    "bad",
    [
        "not json",
        "[]",
        '"words"',
        "7",
        "null",
        "{}",
        json.dumps({"document": "starter/phones", "anchor": "lose-phone"}),
        json.dumps(PHONE | {"question": 7}),
        json.dumps(PHONE | {"question": ["a"]}),
        json.dumps(PHONE | {"anchor": None}),
        json.dumps(PHONE | {"document": {}}),
        json.dumps(PHONE | {"question": ""}),
        json.dumps(PHONE | {"question": " \u200b\x1b[31m\n"}),
        json.dumps(PHONE) + json.dumps(PHONE),
        json.dumps(PHONE)[:-1],
        "[" * 200_000,
        '{"a":' * 200_000,
        "9" * 10_000,
    ],
    ids=lambda bad: bad[:30],
)
def test_a_bad_line_is_told_with_its_number_and_the_rest_is_kept(bad: str) -> None:
    other = PHONE | {"question": "somebody nicked my mobile"}
    found, faults = parse(f"{lines(PHONE)}\n{bad}\n{lines(other)}")
    assert found == {"starter/phones": {"lose-phone": (PHONE["question"], other["question"])}}
    (fault,) = faults
    assert fault.startswith(f"{FILE}:3 is not an object with document, anchor and question; ")
    assert "\n" not in fault


def test_a_byte_order_mark_windows_line_ends_and_further_fields_do_no_harm() -> None:
    raw = "\ufeff" + lines(PHONE | {"source": "a list of our own"}).replace("\n", "\r\n")
    assert parse(raw) == ({"starter/phones": {"lose-phone": (PHONE["question"],)}}, [])


def test_a_question_is_sanitised() -> None:
    found, _ = parse(lines(PHONE | {"question": "  is\x1b[31m it\u202e\n gone? "}))
    assert found["starter/phones"]["lose-phone"] == ("is it gone?",)


def test_questions_come_to_the_sections_that_they_name(corpus: Corpus) -> None:
    nowhere = [{"document": "starter/none"}, {"anchor": "nowhere"}]
    backup = {"document": "starter/backups", "anchor": "how-often", "question": "cadence of copies?"}
    (corpus.root / FILE).write_text(lines(PHONE, *({**PHONE, **one} for one in nowhere), backup))
    reading = corpus.load()
    (fault,) = reading.faults
    assert "starter/phones has no section 'nowhere'" in str(fault)
    assert {one.id: one.asked for one in reading.documents if one.asked} == {
        "starter/backups": {"how-often": ("cadence of copies?",)},
        "starter/phones": {"lose-phone": (PHONE["question"],), "nowhere": (PHONE["question"],)},
    }


def test_questions_change_nothing_else_of_a_document(corpus: Corpus) -> None:
    before = corpus.load().documents
    (corpus.root / FILE).write_text(lines(PHONE))
    for one, other in zip(before, corpus.load().documents, strict=True):
        assert (one.text, one.content_hash, one.sections, one.blocks) == (
            other.text,
            other.content_hash,
            other.sections,
            other.blocks,
        )


def test_a_corpus_without_the_file_has_no_questions_and_no_fault(corpus: Corpus) -> None:
    reading = corpus.load()
    assert reading.faults == ()
    assert all(one.asked == {} for one in reading.documents)


def test_bad_lines_are_told_among_the_faults_of_the_corpus(corpus: Corpus) -> None:
    (corpus.root / FILE).write_text(f"{lines(PHONE)}[1]\n")
    (corpus.root / "bad.md").write_text("no front matter")
    reading = corpus.load()
    assert len(reading.documents) == 4
    assert [fault.document_id for fault in reading.faults] == ["bad", FILE]
    assert str(reading.faults[1]).startswith(f"{FILE}:2 is not an object")


def too_large(file: Path) -> None:
    with file.open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda file: file.write_bytes(lines(PHONE).encode() + b"\xff"), "utf-8.*position"),
        (Path.mkdir, "not a regular file"),
        (too_large, "larger than 5,000,000 bytes"),
        (lambda file: file.symlink_to(file), "cannot be read"),
        (lambda file: file.symlink_to(file.with_name("nowhere")), "cannot be read"),
    ],
    ids=["not UTF-8", "a folder", "too large", "a link to itself", "a link to nowhere"],
)
def test_a_file_that_cannot_be_read_is_told_and_the_documents_still_load(corpus: Corpus, spoil: object, told: str) -> None:
    spoil(corpus.root / FILE)  # type: ignore[operator]
    reading = corpus.load()
    assert len(reading.documents) == 4
    (fault,) = reading.faults
    assert re.match(rf"asked\.jsonl: .*{told}.*; mend the file, or remove it$", str(fault))
    assert ".md" not in str(fault)
    assert len(corpus.digest()) == 64


def test_the_digest_follows_what_is_asked(corpus: Corpus) -> None:
    file = corpus.root / FILE
    seen = [corpus.digest()]
    for content in (b"", lines(PHONE).encode(), lines(PHONE, PHONE).encode(), b"\xff"):
        file.write_bytes(content)
        seen += [corpus.digest()]
        assert corpus.digest() == seen[-1]
    assert len(set(seen)) == 5
    file.unlink()
    assert corpus.digest() == seen[0]


def test_a_folder_whose_files_may_not_be_looked_at_is_told_and_not_a_fault_in_the_program(tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    root.mkdir()
    (root / "a.md").write_text("x")
    (root / FILE).write_text(lines(PHONE))
    root.chmod(0o444)
    try:
        done = unprivileged("ask", "lost phone", "--corpus", str(root), "--data", str(tmp_path / "data"))
        examined = unprivileged("doctor", "--corpus", str(root), "--data", str(tmp_path / "data"))
    finally:
        root.chmod(0o755)
    assert done.returncode == examined.returncode == 1
    assert "a.md: cannot be read" in done.stderr
    assert f"{FILE}: cannot be read" in examined.stdout


def test_what_is_asked_is_found_and_shown_by_no_command(careguide: Command, corpus_root: Path, tmp_path: Path) -> None:
    (corpus_root / FILE).write_text(lines(PHONE))
    flags = ["--corpus", str(corpus_root), "--data", str(tmp_path / "data")]
    hits = json.loads(careguide("search", "handset vanished", "--json", flags=flags).out)["hits"]
    assert hits[0]["document_id"] == "starter/phones"
    shown = [
        careguide(*command, flags=flags).out
        for words in (["search", "handset on a bus", "-k", "9"], ["ask", "is the handset vanished and the phone lost"])
        for command in (words, [*words, "--json"])
    ]
    shown += [careguide("show", "starter/phones", *more, flags=flags).out for more in ([], ["--json"])]
    assert all(shown)
    assert not [out for out in shown if "my handset vanished" in out]


@pytest.fixture(scope="module")
def shipped() -> list[dict[str, str]]:
    return [json.loads(line) for line in (packaged_corpus() / FILE).read_text(encoding="utf-8").splitlines()]


def test_every_question_that_ships_names_a_section_and_every_section_has_some(shipped: list[dict[str, str]]) -> None:
    reading = shipped_corpus()
    sections = {(one.id, section.anchor) for one in reading.documents for section in one.sections if section.anchor}
    count = Counter((one["document"], one["anchor"]) for one in shipped)
    assert reading.faults == ()
    assert set(count) - sections == set()
    assert {section for section in sections if count[section] < LEAST_OF_A_SECTION} == set()
    assert sum(len(several) for one in reading.documents for several in one.asked.values()) == len(shipped)


def test_no_question_ships_twice_nor_with_anything_else_on_its_line(shipped: list[dict[str, str]]) -> None:
    count = Counter(plain(one["question"]) for one in shipped)
    assert [question for question, times in count.items() if times > 1] == []
    assert all(set(one) == set(PHONE) for one in shipped)
    assert all(one["question"] == one_line(one["question"]) for one in shipped)
    assert "" not in count


def test_no_question_that_ships_is_one_that_the_product_is_measured_on(shipped: list[dict[str, str]]) -> None:
    ours = {plain(one["question"]) for one in shipped}
    measured = {plain(turn) for one in questions.read_questions(questions.FILE) for turn in one.turns}
    assert ours & measured == set()


def test_no_question_that_ships_is_ever_quoted_or_named(built: Path, shipped: list[dict[str, str]]) -> None:
    assistant = open_assistant(Config(corpus=packaged_corpus(), data=built))
    answered = 0
    for entry in shipped[::40]:
        reply = assistant.answerer.answer(Query(entry["question"]))
        if not isinstance(reply, Answer):
            continue
        answered += 1
        for quote in reply.quotes:
            page = assistant.document(quote.excerpt.document_id)
            assert page.text[quote.excerpt.start : quote.excerpt.end] == quote.excerpt.text
            headings = {" > ".join(section.path) for section in page.sections}
            assert (quote.citation.title, quote.citation.section in headings) == (page.title, True)
    assistant.store.close()
    assert answered > 10


def test_how_often_passwords_change_is_answered_and_when_mine_last_did_is_not(built: Path) -> None:
    assistant = open_assistant(Config(corpus=packaged_corpus(), data=built))
    for question in (
        "how often should we change passwords",
        "do we need to change passwords every 90 days",
        "how frequently should passwords be changed",
    ):
        reply = assistant.answerer.answer(Query(question))
        assert isinstance(reply, Answer), question
        assert reply.quotes[0].citation.section in {
            "When should you change your password?",
            "Should you make staff change their passwords regularly?",
        }
    assert not isinstance(assistant.answerer.answer(Query("when did I last change my password")), Answer)
    assistant.store.close()


def test_the_json_of_answers_and_documents_holds_no_question_that_ships(
    careguide: Command, shipped: list[dict[str, str]]
) -> None:
    texts = "\n".join(one.text for one in shipped_corpus().documents).casefold()
    own = [one["question"] for one in shipped if one["question"].casefold() not in texts]
    assert len(own) > len(shipped) - 30, "a few are bare words of the notes, such as 'smishing'"
    for entry in (shipped[0], shipped[1500], shipped[-1]):
        answer = json.loads(careguide("ask", entry["question"], "--json").out)
        answer.pop("question")
        answer.pop("searched_for")
        for out in (json.dumps(answer, ensure_ascii=False), careguide("show", entry["document"], "--json").out):
            assert [question for question in own if question in out] == []


LONGEST_RUN, MOST_ALIKE, FEW_WORDS = 5, 0.45, 4


def runs(several: Sequence[str]) -> set[tuple[str, ...]]:
    """Return the runs of words that are one longer than may be shared."""
    return set(zip(*(several[at:] for at in range(LONGEST_RUN + 1)), strict=False))


def test_no_question_that_ships_is_close_to_one_that_the_product_is_measured_on(shipped: list[dict[str, str]]) -> None:
    turns = [words(turn) for one in questions.read_questions(questions.FILE) for turn in one.turns]
    measured, several = set().union(*map(runs, turns)), [words(one["question"]) for one in shipped]
    assert [one["question"] for one, own in zip(shipped, several, strict=True) if runs(own) & measured] == []
    assert [one["question"] for one, alike in zip(shipped, are_alike(several, turns), strict=True) if alike] == []


def are_alike(several: Sequence[Sequence[str]], turns: Sequence[Sequence[str]]) -> list[bool]:
    """Return whether each question of more than a few words shares more of them with one of the turns than it may."""
    place = {word: at for at, word in enumerate({word for text in (*several, *turns) for word in text})}

    def held(texts: Sequence[Sequence[str]]) -> np.ndarray:
        table = np.zeros((len(texts), len(place)), dtype=np.float32)
        for row, text in enumerate(texts):
            table[row, [place[word] for word in text]] = 1
        return table

    own, other = held(several), held(turns)
    common, counts = own @ other.T, own.sum(axis=1)
    likest = (common / (counts[:, np.newaxis] + other.sum(axis=1) - common + 1e-9)).max(axis=1)
    return [bool(one) for one in (counts > FEW_WORDS) & (likest > MOST_ALIKE)]
