"""Tests of the encoders."""

from __future__ import annotations

import importlib.util
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from assistant.errors import EncoderUnavailable
from assistant.index.encode import STATIC_FOLDER, Encoder, StaticEncoder, TransformerEncoder, make_encoder
from assistant.index.static_files import DIGESTS, FILES, write_digests
from tests.fakes import FakeEncoder
from tests.index.tiny import POSITIONS, need_transformers, save_tiny

TEXTS = ["How do I choose a password?", "What if I lose a work phone?", "Join three random words to make a password."]
without_extra = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is not None, reason="sentence-transformers is installed"
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an untrained transformer."""
    need_transformers()
    return save_tiny(tmp_path_factory.mktemp("models") / "tiny", TEXTS)


@pytest.fixture(scope="module")
def transformer(saved: Path) -> TransformerEncoder:
    return TransformerEncoder(str(saved))


@pytest.fixture(params=["static", "fake", "transformer"])
def any_encoder(request: pytest.FixtureRequest) -> Encoder:
    """Return each kind of encoder; what is asked of this one is the contract of all."""
    names = {"static": "static_encoder", "fake": "encoder", "transformer": "transformer"}
    made: Encoder = request.getfixturevalue(names[request.param])
    return made


@pytest.fixture(params=["static", "fake"])
def wordwise_encoder(request: pytest.FixtureRequest, static_encoder: StaticEncoder) -> Encoder:
    """Return each encoder that knows a text by its words alone; a transformer reads marks of its own in an empty text."""
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
def test_a_text_without_a_known_word_is_zero(wordwise_encoder: Encoder, text: str) -> None:
    assert not wordwise_encoder.encode_queries([text]).any()


@pytest.mark.parametrize("text", ["", " ", "\u2603", "zzxqj wvkkp", "a\0b", "line\nbreak\ttab", "password " * 20_000])
def test_an_odd_text_has_a_vector_of_length_one_or_zero(any_encoder: Encoder, text: str) -> None:
    for encode in (any_encoder.encode_queries, any_encoder.encode_passages):
        vectors = encode([text, TEXTS[0]])
        assert np.isfinite(vectors).all()
        assert np.linalg.norm(vectors[0]) == pytest.approx(float(vectors[0].any()), abs=1e-5)
        assert np.allclose(vectors[1], encode([TEXTS[0]])[0], atol=1e-5), "the company of an odd text changes nothing"


def test_vectors_are_the_same_twice_and_in_any_company(any_encoder: Encoder) -> None:
    together = any_encoder.encode_passages(TEXTS)
    assert np.array_equal(together, any_encoder.encode_passages(TEXTS))
    alone = np.concatenate([any_encoder.encode_passages([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-6)


def test_it_has_a_name_and_a_fingerprint(any_encoder: Encoder) -> None:
    assert any_encoder.name
    assert any_encoder.fingerprint
    assert any_encoder.dim > 0


def test_texts_on_one_thing_are_alike(wordwise_encoder: Encoder) -> None:
    choose, lose, three = wordwise_encoder.encode_queries(TEXTS)
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
    write_digests(copied)
    assert StaticEncoder(copied).fingerprint != static_encoder.fingerprint


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"no-encoder.*install careguide again"):
        StaticEncoder(tmp_path / "no-encoder")


@pytest.mark.parametrize("name", [*FILES, DIGESTS])
@pytest.mark.parametrize("damage", ["missing", "cut", "junk"])
def test_a_damaged_model_is_named(copied: Path, name: str, damage: str) -> None:
    file = copied / name
    content = file.read_bytes()
    file.unlink()
    if damage != "missing":
        file.write_bytes(content[: len(content) // 2] if damage == "cut" else b"\x00junk")
    with pytest.raises(EncoderUnavailable, match=r"encoder-copy.*install careguide again"):
        StaticEncoder(copied)


@pytest.mark.parametrize("name", FILES)
def test_a_flipped_bit_is_told_before_anything_but_the_digest_sees_the_file(
    copied: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []
    monkeypatch.setattr("safetensors.numpy.load", lambda content: reached.append("weights"))
    monkeypatch.setattr("model2vec.StaticModel", lambda *_, **__: reached.append("model"))
    monkeypatch.setattr("numpy.load", lambda *_, **__: reached.append("numpy"))
    file = copied / name
    content = bytearray(file.read_bytes())
    content[len(content) * 2 // 3] ^= 1
    file.write_bytes(content)
    with pytest.raises(EncoderUnavailable) as caught:
        StaticEncoder(copied)
    assert str(caught.value) == f"the encoder in {copied} cannot be loaded ({name} is damaged); install careguide again"
    assert reached == []


def changed(folder: Path, name: str, change: Callable[[Any], Any]) -> Path:
    """Change the JSON in a file of the folder, and return the folder."""
    file = folder / name
    file.write_text(json.dumps(change(json.loads(file.read_text(encoding="utf-8")))), encoding="utf-8")
    return folder


def with_vocabulary(change: Callable[[dict[str, int]], dict[str, int]]) -> Callable[[Path], object]:
    """Return what gives the tokenizer in a folder another vocabulary."""
    return lambda folder: changed(
        folder,
        "tokenizer.json",
        lambda told: told | {"model": told["model"] | {"vocab": change(told["model"]["vocab"])}},
    )


def with_settings(**other: object) -> Callable[[Path], object]:
    """Return what changes settings in a folder."""
    return lambda folder: changed(folder, "config.json", lambda told: told | other)


def with_weights(change: Callable[[np.ndarray], dict[str, np.ndarray]]) -> Callable[[Path], object]:
    """Return what puts other weights in a folder."""

    def write(folder: Path) -> None:
        file = folder / "model.safetensors"
        save_file(change(load_file(file)["embeddings"]), file)

    return write


def not_a_number(vectors: np.ndarray) -> dict[str, np.ndarray]:
    spoilt = vectors.astype(np.float32)
    spoilt[7, 7] = np.nan
    return {"embeddings": spoilt}


FIT = r"the \d+ pieces of tokenizer\.json do not stand for the \d+ vectors of model\.safetensors"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (with_vocabulary(lambda pieces: pieces | {"\u2603": len(pieces)}), FIT),
        (with_vocabulary(lambda pieces: dict(list(pieces.items())[:-1])), FIT),
        (with_vocabulary(lambda pieces: pieces | {next(reversed(pieces)): 30_000}), FIT),
        (with_weights(lambda vectors: {"embeddings": vectors[:-1].copy()}), FIT),
        (with_weights(lambda vectors: {"embeddings": vectors.ravel()}), "shape"),
        (with_weights(lambda vectors: {"embeddings": vectors[:, np.newaxis].copy()}), "shape"),
        (with_weights(lambda vectors: {"embeddings": vectors[:, :0].copy()}), "shape"),
        (with_weights(lambda vectors: {"embeddings": vectors.astype(np.int32)}), "int32"),
        (with_weights(lambda vectors: {"embeddings": vectors.view(np.uint8)}), "uint8"),
        (with_weights(lambda vectors: {"embeddings": vectors.astype(np.float32)}), "tells of int8"),
        (with_weights(not_a_number), "not numbers"),
        (with_weights(lambda vectors: {"vectors": vectors}), "holds vectors, not embeddings alone"),
        (with_weights(lambda vectors: {"embeddings": vectors, "weights": np.ones(24_000)}), "embeddings, weights"),
        (with_weights(lambda vectors: {}), "holds nothing"),
        (with_settings(embedding_dtype="float16"), "tells of float16"),
        (with_settings(max_length=0), "max_length"),
        (with_settings(max_length=True), "max_length"),
        (with_settings(max_length="long"), "max_length"),
        (lambda folder: changed(folder, "config.json", lambda told: [told]), "cannot be loaded"),
        (lambda folder: changed(folder, "config.json", lambda told: {}), "cannot be loaded"),
    ],
)
def test_files_that_do_not_fit_together_are_told_at_loading(copied: Path, spoil: Callable[[Path], object], told: str) -> None:
    spoil(copied)
    write_digests(copied)
    with pytest.raises(EncoderUnavailable, match=told) as caught:
        StaticEncoder(copied)
    assert str(copied) in str(caught.value)
    assert "install careguide again" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_weights_of_another_number_of_digits_give_the_same_vectors(copied: Path, static_encoder: StaticEncoder) -> None:
    with_weights(lambda vectors: {"embeddings": vectors.astype(np.float32)})(copied)
    with_settings(embedding_dtype="float32")(copied)
    write_digests(copied)
    encoder = StaticEncoder(copied)
    assert np.allclose(encoder.encode_queries(TEXTS), static_encoder.encode_queries(TEXTS), atol=1e-6)
    assert encoder.fingerprint != static_encoder.fingerprint


@without_extra
def test_another_model_without_the_extra_names_what_to_install() -> None:
    with pytest.raises(EncoderUnavailable, match=r"some/model.*pip install 'careguide\[encoders\]'.*'static'"):
        TransformerEncoder("some/model")
    with pytest.raises(EncoderUnavailable, match="careguide"):
        make_encoder("some/model")


def cached(cache: Path, repository: str, model: Path) -> Path:
    """Put a model where the client of the hub keeps those that it has fetched, and return its folder there."""
    kept, commit = cache / f"models--{repository.replace('/', '--')}", "0123456789" * 4
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text(commit, encoding="ascii")
    return Path(shutil.copytree(model, kept / "snapshots" / commit))


@pytest.mark.parametrize(
    "name", ["nobody/nothing", "nothing", "no/such/folder", "../nothing", "two words", "a--b", "-", "x" * 300, ""]
)
def test_a_model_that_is_not_on_this_machine_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need_transformers()
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path))
    with pytest.raises(EncoderUnavailable) as caught:
        TransformerEncoder(name)
    assert f"{name!r} is not on this machine; give the folder of a saved model" in str(caught.value)


def test_a_folder_or_file_without_a_model_is_named(tmp_path: Path) -> None:
    need_transformers()
    (tmp_path / "file").write_text("not a model", encoding="utf-8")
    for path in (tmp_path, tmp_path / "file", tmp_path / "no-model"):
        with pytest.raises(EncoderUnavailable, match=f"{path.name}' is not on this machine"):
            TransformerEncoder(str(path))


@pytest.mark.parametrize(("name", "repository"), [("someone/tiny", "someone/tiny"), ("tiny", "sentence-transformers/tiny")])
def test_a_model_that_was_fetched_is_known_by_its_name(
    name: str, repository: str, saved: Path, transformer: TransformerEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached(tmp_path, repository, saved)
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path))
    encoder = TransformerEncoder(name)
    assert encoder.name == name
    assert encoder.fingerprint == transformer.fingerprint
    assert np.array_equal(encoder.encode_queries(TEXTS), transformer.encode_queries(TEXTS))


@pytest.mark.parametrize(
    "name", ["config.json", "model.safetensors", "tokenizer.json", "modules.json", "1_Pooling/config.json"]
)
def test_a_damaged_transformer_is_named_in_one_line(name: str, saved: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(saved, tmp_path / "tiny-copy"))
    (folder / name).write_bytes(b"\x00junk")
    with pytest.raises(EncoderUnavailable, match=r"tiny-copy' cannot be loaded \(.+\); fetch or save it again") as caught:
        TransformerEncoder(str(folder))
    assert "\n" not in str(caught.value)


def test_the_fingerprint_of_a_transformer_is_of_all_that_decides_its_vectors(
    saved: Path, transformer: TransformerEncoder, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(saved, tmp_path / "tiny-copy"))
    (folder / "README.md").write_text("another card", encoding="utf-8")
    (folder / ".cache").mkdir()
    (folder / ".cache" / "fetched.json").write_text("{}", encoding="utf-8")
    assert TransformerEncoder(str(folder)).fingerprint == transformer.fingerprint
    changed(folder, "1_Pooling/config.json", lambda told: told | {"pooling_mode": "cls"})
    other = TransformerEncoder(str(folder))
    assert other.fingerprint != transformer.fingerprint
    assert not np.allclose(other.encode_queries(TEXTS), transformer.encode_queries(TEXTS), atol=1e-3)


def test_a_transformer_reads_as_much_as_it_can_and_no_more(transformer: TransformerEncoder) -> None:
    long = "password " * 10 * POSITIONS
    assert np.allclose(*transformer.encode_passages([long, long + "phone"]), atol=1e-6)


def test_a_transformer_puts_its_own_words_before_a_text(tmp_path: Path, transformer: TransformerEncoder) -> None:
    encoder = TransformerEncoder(
        str(save_tiny(tmp_path / "prompted", TEXTS, prompts={"query": "phone ", "document": "password "}))
    )
    asked = transformer.encode_queries([f"phone {text}" for text in TEXTS])
    kept = transformer.encode_passages([f"password {text}" for text in TEXTS])
    assert np.allclose(encoder.encode_queries(TEXTS), asked, atol=1e-6)
    assert np.allclose(encoder.encode_passages(TEXTS), kept, atol=1e-6)
