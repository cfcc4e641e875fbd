"""Tests of the encoders."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import EncoderUnavailable
from assistant.index.encode import STATIC_FOLDER, Encoder, StaticEncoder, TransformerEncoder, make_encoder
from tests.fakes import FakeEncoder

TEXTS = ["How do I choose a password?", "What if I lose a work phone?", "Join three random words to make a password."]
without_extra = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is not None, reason="sentence-transformers is installed"
)


@pytest.fixture(params=["static", "fake"])
def any_encoder(request: pytest.FixtureRequest, static_encoder: StaticEncoder) -> Encoder:
    return static_encoder if request.param == "static" else FakeEncoder()


def test_vectors_have_the_shape_and_length_that_is_promised(any_encoder: Encoder) -> None:
    for encode in (any_encoder.encode_queries, any_encoder.encode_passages):
        vectors = encode(TEXTS)
        assert vectors.shape == (len(TEXTS), any_encoder.dim)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_no_texts_give_no_vectors(any_encoder: Encoder) -> None:
    assert any_encoder.encode_queries([]).shape == (0, any_encoder.dim)
    assert any_encoder.encode_passages([]).shape == (0, any_encoder.dim)


@pytest.mark.parametrize("text", ["", " ", "\u2603", "\u2603 \u2744"])
def test_a_text_without_a_known_word_is_zero(any_encoder: Encoder, text: str) -> None:
    assert not any_encoder.encode_queries([text]).any()


def test_vectors_are_the_same_twice_and_in_any_company(any_encoder: Encoder) -> None:
    together = any_encoder.encode_passages(TEXTS)
    assert np.array_equal(together, any_encoder.encode_passages(TEXTS))
    alone = np.concatenate([any_encoder.encode_passages([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-6)


def test_texts_on_one_thing_are_alike(any_encoder: Encoder) -> None:
    choose, lose, three = any_encoder.encode_queries(TEXTS)
    assert choose @ three > choose @ lose


@settings(max_examples=50)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=4))
def test_any_text_gives_a_unit_vector_or_zero(static_encoder: StaticEncoder, texts: list[str]) -> None:
    lengths = np.linalg.norm(static_encoder.encode_queries(texts), axis=1)
    assert all(length == 0 or abs(length - 1) < 1e-4 for length in lengths)


def test_a_long_text_is_encoded(static_encoder: StaticEncoder) -> None:
    assert static_encoder.encode_passages(["password " * 20_000]).any()


def test_the_packaged_encoder_is_the_default(static_encoder: StaticEncoder) -> None:
    encoder = make_encoder("static")
    assert encoder.name == "static"
    assert (encoder.dim, encoder.fingerprint) == (static_encoder.dim, static_encoder.fingerprint)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STATIC_FOLDER, tmp_path / "encoder-copy"))


def test_the_fingerprint_is_of_the_files_and_not_of_their_place(copied: Path, static_encoder: StaticEncoder) -> None:
    assert StaticEncoder(copied).fingerprint == static_encoder.fingerprint
    config = copied / "config.json"
    config.write_bytes(config.read_bytes() + b"\n")
    assert StaticEncoder(copied).fingerprint != static_encoder.fingerprint


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"no-encoder.*install careguide again"):
        StaticEncoder(tmp_path / "no-encoder")


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("damage", ["missing", "cut", "junk"])
def test_a_damaged_model_is_named(copied: Path, name: str, damage: str) -> None:
    file = copied / name
    content = file.read_bytes()
    file.unlink()
    if damage != "missing":
        file.write_bytes(content[: len(content) // 2] if damage == "cut" else b"\x00junk")
    with pytest.raises(EncoderUnavailable, match=r"encoder-copy.*install careguide again"):
        StaticEncoder(copied)


@without_extra
def test_another_model_without_the_extra_names_what_to_install() -> None:
    with pytest.raises(EncoderUnavailable, match=r"some/model.*pip install 'careguide\[encoders\]'.*'static'"):
        TransformerEncoder("some/model")
    with pytest.raises(EncoderUnavailable, match="careguide"):
        make_encoder("some/model")


@pytest.mark.skipif(importlib.util.find_spec("sentence_transformers") is None, reason="sentence-transformers is not installed")
def test_a_model_that_is_not_on_this_machine_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="no-model"):
        TransformerEncoder(str(tmp_path / "no-model"))
