"""Encoders: text to vectors of length one. The one in the package needs neither torch nor a download."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.config import PACKAGE
from assistant.errors import EncoderUnavailable

STATIC = "static"
STATIC_FOLDER = PACKAGE / "data" / "encoder"
WEIGHTS, TOKENIZER, SETTINGS = "model.safetensors", "tokenizer.json", "config.json"


class Encoder(Protocol):
    """Turns texts into vectors; the dot product of two is their likeness, -1 to 1.

    Attributes:
        name: for people.
        dim: numbers in a vector.
        fingerprint: changes whenever vectors of the same text would.
    """

    name: str
    dim: int
    fingerprint: str

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return float32 vectors of shape (texts, dim), each of length one (or zero for a text with no known word)."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """The same for passages with their context."""
        ...


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Return float32 vectors scaled to length one; a zero vector, or one that is not a number, becomes zero."""
    vectors = np.nan_to_num(np.asarray(vectors, dtype=np.float32))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: np.ndarray = vectors / np.where(lengths > 0, lengths, 1)
    return scaled


def _digest(files: Sequence[Path]) -> str:
    whole = hashlib.sha256()
    for file in files:
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _static_model(folder: Path) -> Any:
    """Return the ``model2vec.StaticModel`` in a folder.

    Built from its parts, because ``from_pretrained`` first imports the client of a model hub, which takes a fifth of
    a second and is of no use here.
    """
    from model2vec import StaticModel
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    vectors = load_file(folder / WEIGHTS)["embeddings"]
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    return StaticModel(vectors, tokenizer, config=settings, normalize=settings["normalize"], max_length=settings["max_length"])


class StaticEncoder:
    """The embedded default: a mean of word-piece vectors, run by model2vec."""

    name = STATIC

    def __init__(self, folder: Path = STATIC_FOLDER) -> None:
        """Load the weights in ``folder``.

        Raises:
            EncoderUnavailable: they are missing or damaged.
        """
        try:
            self.fingerprint = _digest([folder / name for name in (WEIGHTS, TOKENIZER, SETTINGS)])
            self._model = _static_model(folder)
        except Exception as fault:  # the loaders below model2vec raise errors of many kinds, Rust's among them
            raise EncoderUnavailable(f"the encoder in {folder} cannot be loaded ({fault}); install careguide again") from fault
        self.dim = int(self._model.dim)

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors of shape (texts, dim)."""
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors of shape (texts, dim)."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return _unit(self._model.encode(list(texts), use_multiprocessing=False))


class TransformerEncoder:
    """Any sentence-transformers model on this machine; torch is imported when one is made."""

    def __init__(self, name: str) -> None:
        """Load the model at the path, or of the name, from local files only.

        Raises:
            EncoderUnavailable: the extra is not installed or the model is not on this machine.
        """
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as fault:
            raise EncoderUnavailable(
                f"the encoder {name!r} needs sentence-transformers; run: pip install 'careguide[encoders]', "
                f"or set encoder to {STATIC!r}"
            ) from fault
        try:
            self._model: Any = SentenceTransformer(name, local_files_only=True, trust_remote_code=False)
        except Exception as fault:  # the hub client, the loaders and torch each raise their own
            raise EncoderUnavailable(
                f"the encoder {name!r} is not on this machine or cannot be loaded; give the path of a saved model, "
                f"or set encoder to {STATIC!r}"
            ) from fault
        self.name = name
        self.dim = int(self._model.get_embedding_dimension())
        self.fingerprint = hashlib.sha256(self._state()).hexdigest()

    def _state(self) -> bytes:
        whole = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            whole.update(key.encode())
            whole.update(tensor.cpu().float().numpy().tobytes())
        return whole.digest()

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors of shape (texts, dim), with the model's own query prompt where it has one."""
        prompt = "query" if "query" in self._model.prompts else None
        return _unit(self._model.encode(list(texts), prompt_name=prompt, show_progress_bar=False))

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors of shape (texts, dim)."""
        return _unit(self._model.encode(list(texts), show_progress_bar=False))


def make_encoder(name: str) -> Encoder:
    """Return the encoder of that name: ``static``, or a sentence-transformers model.

    Raises:
        EncoderUnavailable: it cannot be loaded.
    """
    return StaticEncoder() if name == STATIC else TransformerEncoder(name)
