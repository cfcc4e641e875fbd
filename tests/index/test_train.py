"""Training: what is read, kept and written. The training itself needs the extra `encoders`, and is tried where it is there."""

from __future__ import annotations

import importlib.util
import json
import lzma
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import ConfigError
from assistant.index.encode import StaticEncoder
from assistant.index.train import TrainSettings, model_card, read_pairs, sample, to_int8, to_pieces, train, train_tokenizer

TOPICS = ("password", "backup", "phone", "camera", "breach", "invoice", "virus", "record")
PAIRS = [
    {"q": f"what about the {topic} {number}", "p": f"keep every {topic} safe in room {number}", "src": source}
    for topic in TOPICS
    for number in range(12)
    for source in ("site-question", "enwiki-heading")
]


def write(file: Path, pairs: list[dict[str, str]]) -> Path:
    raw = "".join(json.dumps(pair) + "\n" for pair in pairs).encode()
    file.write_bytes(lzma.compress(raw) if file.suffix == ".xz" else raw)
    return file


@pytest.mark.parametrize("name", ["pairs.jsonl", "pairs.jsonl.xz"])
def test_pairs_are_read_in_order(tmp_path: Path, name: str):
    assert list(read_pairs([write(tmp_path / name, PAIRS[:5])])) == PAIRS[:5]


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
    assert read[: len(PAIRS)] == PAIRS[: len(read)]


def test_sampling_keeps_a_share_of_the_encyclopaedia_and_repeats_questions():
    counts = Counter(pair["src"] for pair in sample(PAIRS, TrainSettings(encyclopaedia_share=0.5, question_repeats=3)))
    assert counts["site-question"] == 3 * 96
    assert 0 < counts["enwiki-heading"] < 96
    assert sample(PAIRS, TrainSettings()) == sample(PAIRS, TrainSettings())
    assert sample(PAIRS, TrainSettings(seed=1)) != sample(PAIRS, TrainSettings(seed=2))


def test_bags_hold_the_pieces_of_each_row():
    tokenizer = train_tokenizer(iter([pair["p"] for pair in PAIRS]), 200)
    texts = ["keep every password safe", "", "phone"]
    pieces = to_pieces(tokenizer, texts, most=3)
    flat, offsets = pieces.bags(np.array([2, 1, 0]))
    assert offsets.tolist() == [0, 1, 2]
    assert flat[0] == tokenizer.encode("phone", add_special_tokens=False).ids[0]
    assert flat[1] == tokenizer.token_to_id("[UNK]")
    assert len(flat[2:]) == 3, "cut at three pieces"


def test_int8_keeps_directions():
    vectors = np.random.default_rng(1).normal(size=(400, 64)).astype(np.float32)
    small = to_int8(vectors)
    cosines = (vectors * small).sum(1) / np.linalg.norm(vectors, axis=1) / np.linalg.norm(small.astype(np.float32), axis=1)
    assert small.dtype == np.int8
    assert cosines.min() > 0.995


def test_the_card_names_settings_counts_and_licences():
    card = model_card(Counter({"va-heading": 7, "enwiki2015-ict": 5}), TrainSettings(dim=99), 1.25)
    assert "- dim: 99" in card
    assert "| va-heading | 7 | CC0 (VA.gov content) |" in card
    assert "| enwiki2015-ict | 5 | CC BY-SA 3.0 (English Wikipedia) |" in card


def test_the_shipped_card_lists_every_source_with_a_licence():
    card = (Path(__file__).resolve().parents[2] / "assistant/data/encoder/MODEL_CARD.md").read_text(encoding="utf-8")
    rows = [line for line in card.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert rows
    assert not [row for row in rows if row.endswith("| ? |")]


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed (extra `encoders`)")
def test_training_brings_pairs_together_and_writes_a_model_that_loads(tmp_path: Path):
    settings = TrainSettings(dim=16, vocabulary=200, batch=32, epochs=12, encyclopaedia_share=1.0)
    train([write(tmp_path / "pairs.jsonl", PAIRS)], tmp_path / "model", settings, lambda step, steps, loss: None)
    encoder = StaticEncoder(tmp_path / "model")
    queries = encoder.encode_queries([f"what about the {topic}" for topic in TOPICS])
    passages = encoder.encode_passages([f"keep every {topic} safe" for topic in TOPICS])
    assert (queries @ passages.T).argmax(1).tolist() == list(range(len(TOPICS)))


def test_too_few_pairs_are_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="too few"):
        train([write(tmp_path / "pairs.jsonl", PAIRS[:3])], tmp_path / "model", TrainSettings(), lambda *_: None)
    assert not (tmp_path / "model").exists()
