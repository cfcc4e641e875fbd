"""Training: what is read, kept and written. The training itself needs the extra `encoders`, and is tried where it is there."""

from __future__ import annotations

import importlib.util
import json
import lzma
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.corpus import Corpus
from assistant.errors import ConfigError
from assistant.index.encode import StaticEncoder
from assistant.train.contrastive import CHECKPOINT, Batches, without_overlap
from assistant.train.export import model_card, to_int8, write_model
from assistant.train.pairs import ASKED, Pair, asked_pairs, read_pairs, repeats, sample, to_pieces, train_tokenizer
from assistant.train.settings import TrainSettings
from tests.fakes import page

TOPICS = ("password", "backup", "phone", "camera", "breach", "invoice", "virus", "record")
PAIRS = [
    {"q": f"what about the {topic} {number}", "p": f"keep every {topic} safe in room {number}", "src": source}
    for topic in TOPICS
    for number in range(12)
    for source in ("site-question", "enwiki-heading")
]
MADE = [Pair(one["q"], one["p"], one["src"]) for one in PAIRS]
SMALL = TrainSettings(dim=16, vocabulary=200, chunk=8, chunks=4, late_chunks=1, epochs=12, question_repeats=1)

needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None, reason="torch is not installed (extra `encoders`)"
)


def write(file: Path, pairs: list[dict[str, str]]) -> Path:
    raw = "".join(json.dumps(pair) + "\n" for pair in pairs).encode()
    file.write_bytes(lzma.compress(raw) if file.suffix == ".xz" else raw)
    return file


@pytest.mark.parametrize("name", ["pairs.jsonl", "pairs.jsonl.xz"])
def test_pairs_are_read_in_order(tmp_path: Path, name: str):
    assert list(read_pairs([write(tmp_path / name, PAIRS[:5])])) == MADE[:5]


@pytest.mark.parametrize("line", ["not json", "[]", '{"q": "x", "p": "y"}', '"text"'])
def test_a_bad_line_is_named_with_its_file_and_number(tmp_path: Path, line: str):
    file = tmp_path / "pairs.jsonl"
    file.write_text(json.dumps(PAIRS[0]) + "\n" + line + "\n")
    with pytest.raises(ConfigError, match=r"pairs\.jsonl:2 "):
        list(read_pairs([file]))


def test_a_broken_off_file_is_refused_unless_told_otherwise(tmp_path: Path):
    file = write(tmp_path / "pairs.jsonl.xz", PAIRS * 200)
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(ConfigError, match="breaks off after"):
        list(read_pairs([file]))
    read = list(read_pairs([file], allow_truncated=True))
    assert 0 < len(read) <= len(PAIRS) * 200
    assert read[: len(PAIRS)] == MADE[: len(read)]


def test_sampling_keeps_a_share_of_the_encyclopaedia():
    counts = Counter(pair.source for pair in sample(MADE, TrainSettings(encyclopaedia_share=0.5)))
    assert counts["site-question"] == 96
    assert 0 < counts["enwiki-heading"] < 96
    assert sample(MADE, TrainSettings()) == sample(MADE, TrainSettings())
    assert sample(MADE, TrainSettings(seed=1)) != sample(MADE, TrainSettings(seed=2))


def test_real_questions_are_seen_more_often():
    settings = TrainSettings(question_repeats=4, asked_repeats=2)
    seen = [repeats(Pair("q", "p", source), settings) for source in ("enwiki-heading", "va-question", ASKED)]
    assert seen == [1, 4, 2]


def test_what_people_ask_makes_pairs_of_one_group_a_page(tmp_path: Path):
    (tmp_path / "usb.md").write_text(page("## Found one {#found}\n\nHand it in.\n\n## Other {#other}\n\nNo.", "USB sticks"))
    lines = [{"document": "usb", "anchor": "found", "question": text} for text in ("picked up a stick", "whose is it")]
    (tmp_path / "asked.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = list(asked_pairs(Corpus(tmp_path).load().documents))
    assert found == [
        Pair("picked up a stick", "Hand it in.", ASKED, "usb", "usb#found"),
        Pair("whose is it", "USB sticks\nFound one\nHand it in.", ASKED, "usb", "usb#found"),
    ]


def test_pieces_are_cut_off_and_unknown_ones_left_out():
    tokenizer = train_tokenizer(iter([pair.passage for pair in MADE]), 200)
    pieces = to_pieces(tokenizer, ["keep every password safe", "", "\u2603", "phone"], most=3)
    assert np.diff(pieces.starts).tolist() == [3, 0, 0, 1]
    assert pieces.flat[-1] == tokenizer.encode("phone", add_special_tokens=False).ids[0]


def test_batches_hold_whole_chunks_and_are_the_same_wherever_they_begin():
    cluster = np.repeat(np.arange(4), len(MADE) // 4)
    settings = replace(SMALL, epochs=2)
    batches = Batches(MADE, cluster, settings)
    steps = [batches.at(step) for step in range(batches.steps)]
    assert [len(rows) for rows in steps] == [settings.batch] * batches.steps
    late = Batches(MADE, cluster, settings)
    assert (late.at(batches.steps - 1) == steps[-1]).all()
    assert not (steps[0] == steps[batches.steps // 2]).all(), "an epoch has its own order"
    for rows in steps:
        for chunk in rows.reshape(-1, settings.chunk):
            assert len(set(cluster[chunk])) <= 2
    first = np.concatenate(steps[: batches.steps // 2])
    assert len(set(first.tolist())) == len(first), "each pair once in an epoch"


def test_a_passage_loses_the_words_of_its_query_unless_hardly_any_are_left():
    passage, query = np.array([1, 2, 3, 4, 5, 6]), np.array([2, 9])
    assert without_overlap(passage, query).tolist() == [1, 3, 4, 5, 6]
    assert without_overlap(passage, np.array([1, 2, 3])).tolist() == passage.tolist()


def test_int8_keeps_directions():
    vectors = np.random.default_rng(1).normal(size=(400, 64)).astype(np.float32)
    small = to_int8(vectors)
    cosines = (vectors * small).sum(1) / np.linalg.norm(vectors, axis=1) / np.linalg.norm(small.astype(np.float32), axis=1)
    assert small.dtype == np.int8
    assert cosines.min() > 0.995


def test_a_written_model_loads_with_its_digests(tmp_path: Path):
    tokenizer = train_tokenizer(iter([pair.passage for pair in MADE]), 200)
    pieces = tokenizer.get_vocab_size()
    vectors = np.random.default_rng(7).normal(size=(pieces, 16)).astype(np.float32)
    for text in ("one", "another"):  # the second in place of the first
        write_model(tmp_path / "model", tokenizer, vectors, np.ones(pieces, dtype=np.float32), text)
    assert StaticEncoder(tmp_path / "model").encode_queries(["keep every password safe"]).any()
    assert (tmp_path / "model" / "MODEL_CARD.md").read_text() == "another"


def test_the_card_names_settings_counts_and_licences():
    card = model_card(Counter({"va-heading": 7, "enwiki2015-ict": 5, ASKED: 3}), TrainSettings(dim=99), (1.25, 2.5))
    assert "- dim: 99" in card
    assert "| va-heading | 7 | CC0 (VA.gov content) |" in card
    assert "| enwiki2015-ict | 5 | CC BY-SA 3.0 (English Wikipedia) |" in card
    assert "| asked-question | 3 | MIT (the project's own) |" in card


def test_the_shipped_card_lists_every_source_with_a_licence():
    card = (Path(__file__).resolve().parents[2] / "assistant/data/encoder/MODEL_CARD.md").read_text(encoding="utf-8")
    rows = [line for line in card.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert rows
    assert not [row for row in rows if row.endswith("| ? |")]


@needs_torch
def test_training_brings_pairs_together_and_writes_a_model_that_loads(tmp_path: Path):
    from assistant.train.train import train

    train([write(tmp_path / "pairs.jsonl", PAIRS)], tmp_path / "model", SMALL, lambda step, steps, loss: None)
    encoder = StaticEncoder(tmp_path / "model")
    queries = encoder.encode_queries([f"what about the {topic}" for topic in TOPICS])
    passages = encoder.encode_passages([f"keep every {topic} safe" for topic in TOPICS])
    assert (queries @ passages.T).argmax(1).tolist() == list(range(len(TOPICS)))
    assert not (tmp_path / "model.training").exists()


class Stopped(Exception):
    """What a test stops a training with."""


@needs_torch
def test_a_training_that_was_stopped_goes_on_and_comes_to_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from assistant.train import contrastive
    from assistant.train.train import train

    monkeypatch.setattr(contrastive, "CHECKPOINT_EVERY", 10)
    pairs = write(tmp_path / "pairs.jsonl", PAIRS)
    train([pairs], tmp_path / "whole", SMALL, lambda step, steps, loss: None)
    tokenizer = tmp_path / "whole" / "tokenizer.json"

    def stop(step: int, steps: int, loss: float) -> None:
        if step == 25:
            raise Stopped

    with pytest.raises(Stopped):
        train([pairs], tmp_path / "model", SMALL, stop, tokenizer=tokenizer)
    assert (tmp_path / "model.training" / CHECKPOINT).exists()
    assert not (tmp_path / "model").exists()
    with pytest.raises(ConfigError, match="other settings"):
        train([pairs], tmp_path / "model", replace(SMALL, rate=1e-3), stop, tokenizer=tokenizer)
    with pytest.raises(ConfigError, match="other settings"):
        train([pairs], tmp_path / "model", SMALL, stop)
    steps: list[int] = []
    train([pairs], tmp_path / "model", SMALL, lambda step, steps_, loss: steps.append(step), tokenizer=tokenizer)
    assert steps[0] == 21
    for name in ("model.safetensors", "importance.npy"):
        assert (tmp_path / "model" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@needs_torch
def test_too_few_pairs_are_refused(tmp_path: Path):
    from assistant.train.train import train

    with pytest.raises(ConfigError, match="too few"):
        train([write(tmp_path / "pairs.jsonl", PAIRS[:3])], tmp_path / "model", TrainSettings(), lambda *_: None)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.jsonl", None),
        ("missing.jsonl.xz", None),
        ("plain.jsonl.xz", json.dumps(PAIRS[0]).encode() + b"\n"),
        ("latin.jsonl", json.dumps(PAIRS[0]).encode() + b'\n{"q": "caf\xe9"}\n'),
        ("latin.jsonl.xz", lzma.compress(json.dumps(PAIRS[0]).encode() + b'\n{"q": "caf\xe9"}\n')),
    ],
)
@pytest.mark.parametrize("allow_truncated", [False, True])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes | None, allow_truncated: bool):
    good, bad = write(tmp_path / "good.jsonl", PAIRS[:2]), tmp_path / name
    if content is not None:
        bad.write_bytes(content)
    with pytest.raises(ConfigError, match=re.escape(f"{bad} cannot be read after ")):
        list(read_pairs([good, bad], allow_truncated))


@needs_torch
def test_a_training_does_not_go_on_with_other_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from assistant.train import contrastive
    from assistant.train.train import train

    monkeypatch.setattr(contrastive, "CHECKPOINT_EVERY", 10)

    def stop(step: int, steps: int, loss: float) -> None:
        if step == 25:
            raise Stopped

    pairs = write(tmp_path / "pairs.jsonl", PAIRS)
    with pytest.raises(Stopped):
        train([pairs], tmp_path / "model", SMALL, stop)
    before = (tmp_path / "model.training" / CHECKPOINT).read_bytes()
    fewer = PAIRS[:-1]
    for other in (fewer, [*fewer, PAIRS[-1] | {"p": PAIRS[0]["p"]}], [*fewer, PAIRS[-1] | {"q": PAIRS[0]["q"]}]):
        with pytest.raises(ConfigError, match=r"model\.training.*other settings or pairs"):
            train([write(tmp_path / "other.jsonl", other)], tmp_path / "model", SMALL, lambda *_: None)
    assert (tmp_path / "model.training" / CHECKPOINT).read_bytes() == before
    assert not (tmp_path / "model").exists()
