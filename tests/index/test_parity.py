"""The packaged encoder as sentence-transformers reads it: the folder is of its layout, and the vectors are the same.

sentence-transformers takes no int8 weights, and counts an unknown piece into the mean where model2vec leaves it out. So
the folder is copied with float weights, and with a vector of zeros for the unknown piece: a zero changes the length of
a mean and not its direction.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from assistant.index.encode import STATIC_FOLDER, StaticEncoder
from assistant.index.static_files import TOKENIZER, WEIGHTS
from tests.index.tiny import need_transformers

TEXTS = [
    "How long do we have to tell the ICO about a breach?",
    "someone clicked a dodgy link, what now?",
    "can we put CCTV in a care home",
    "password",
    "Passwords, PASSWORDS and passwords!",
    "MFA",
    "What is a DPIA, and who signs it?",
    "72 hours",
    "0300 303 5678",
    "https://ico.org.uk/for-organisations/report-a-breach/",
    "manager@example.org",
    "DSPT v8 (2025-26) \u00a31,000.50",
    "antidisestablishmentarianism",
    "zzxqj wvkkp",
    "supercalifragilisticexpialidociously-worded",
    "a",
    "I",
    ".",
    "?!?!?!",
    "--- *** ___",
    "# Heading\n\n- one\n- two\n",
    "| Account | Who keeps it |\n| --- | --- |\n| Rota | Manager |",
    "line\nbreak\r\nand\ttab",
    "   leading and trailing   ",
    "caf\u00e9 na\u00efve r\u00e9sum\u00e9",
    "cafe\u0301 na\u0131ve",
    "\u201ccurly\u201d \u2018quotes\u2019 \u2013 dashes \u2014 and\u00a0spaces",
    "non\u200bbreaking\ufeff zero widths",
    "soft\u00adhyphen",
    "a\0b\x07c",
    "fi\ufb01 \u2460",
    "[PAD] is a word here",
    "Keep one copy away from the building. " * 60,
    "password " * 5_000,
    "word" * 9,
    "\u2603",
    "\u2603 \u2744",
    "lock the phone \U0001f512",
    "\U0001f600\U0001f600 \U0001f600 data",
    "\u4e2d\u6587 data \u6570\u636e",
    "\u0434\u0430\u043d\u043d\u044b\u0435 password",
    "\u05e9\u05dc\u05d5\u05dd phone \u0645\u0631\u062d\u0628\u0627",
    "\u0926\u0947\u0916\u092d\u093e\u0932 care",
    "\ud55c\uad6d\uc5b4 records",
    "[UNK] phone",
    "[UNK][UNK] [PAD]",
    "x" * 41 + " phone",
    "y" * 10_000 + " backup of records",
    "",
    " ",
    "\n\t\r\n",
    "\u200b\ufeff",
    "\0",
]
SAME = 0.9999
"""Least cosine of two vectors of one text; what is left is rounding."""


def unknown_in(text: str, tokenizer: Any) -> bool:
    """Return whether the text has a piece that the vocabulary lacks."""
    return tokenizer.token_to_id(tokenizer.model.unk_token) in tokenizer.encode(text, add_special_tokens=False).ids


def loaded(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), local_files_only=True, device="cpu")


def in_floats(out: Path, tokenizer: Any, keep_unknown: bool) -> Path:
    """Copy the packaged folder with float weights, and with or without the vector of the unknown piece."""
    shutil.copytree(STATIC_FOLDER, out)
    vectors = load_file(out / WEIGHTS)["embeddings"].astype(np.float32)
    if not keep_unknown:
        vectors[tokenizer.token_to_id(tokenizer.model.unk_token)] = 0
    save_file({"embeddings": vectors}, out / WEIGHTS)
    return out


def assert_same(ours: np.ndarray, theirs: np.ndarray, texts: list[str]) -> None:
    assert ours.shape == theirs.shape
    assert not np.isnan(theirs).any()
    for text, one, other in zip(texts, ours, theirs, strict=True):
        assert one.any() == other.any(), f"zero for one alone: {text[:40]!r}"
        assert not one.any() or one @ other / np.linalg.norm(other) > SAME, f"another direction: {text[:40]!r}"
    assert np.allclose(ours, theirs, atol=1e-3)


@pytest.fixture(scope="module", autouse=True)
def _extra() -> None:
    need_transformers()


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(STATIC_FOLDER / TOKENIZER))


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory, tokenizer: Any) -> Any:
    """Return the encoder as sentence-transformers runs it."""
    return loaded(in_floats(tmp_path_factory.mktemp("floats") / "encoder", tokenizer, keep_unknown=False))


def test_vectors_are_the_same_for_every_text(theirs: Any, static_encoder: StaticEncoder) -> None:
    assert len(set(TEXTS)) == len(TEXTS) >= 50
    assert_same(static_encoder.encode_passages(TEXTS), theirs.encode(TEXTS), TEXTS)
    assert theirs.get_embedding_dimension() == static_encoder.dim


def test_vectors_are_the_same_one_by_one(theirs: Any, static_encoder: StaticEncoder) -> None:
    ours = np.concatenate([static_encoder.encode_queries([text]) for text in TEXTS])
    assert_same(ours, np.stack([theirs.encode(text) for text in TEXTS]), TEXTS)


def test_a_text_without_unknown_pieces_needs_no_other_weights_than_floats(
    tmp_path: Path, tokenizer: Any, static_encoder: StaticEncoder
) -> None:
    known = [text for text in TEXTS if not unknown_in(text, tokenizer)]
    assert 30 <= len(known) < len(TEXTS)
    model = loaded(in_floats(tmp_path / "encoder", tokenizer, keep_unknown=True))
    assert_same(static_encoder.encode_passages(known), model.encode(known), known)


@pytest.mark.xfail(strict=True, raises=RuntimeError, reason="sentence-transformers makes no embedding of int8 weights")
def test_the_packaged_folder_loads_as_it_is() -> None:
    loaded(STATIC_FOLDER)
