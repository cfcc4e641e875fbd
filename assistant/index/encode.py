"""Encoders: text to vectors of length one. The one in the package needs neither torch nor a download."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from assistant.config import PACKAGE
from assistant.errors import EncoderUnavailable
from assistant.index.static_files import StaticFiles

STATIC = "static"
STATIC_FOLDER = PACKAGE / "data" / "encoder"
SAVED_MODEL = ("modules.json", "config.json")
"""sentence-transformers loads a folder that holds one of them: a model of its own, or a plain transformer."""
ORGANISATION = "sentence-transformers"
"""Whose model is meant by a name without an organisation; sentence-transformers reads such names so."""


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


@runtime_checkable
class TokenVectors(Protocol):
    """Static vectors of word pieces.

    Attributes:
        fingerprint: changes whenever the vectors, the pieces of a text or their weights would.
    """

    fingerprint: str

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of each text."""
        ...

    def vectors(self, pieces: np.ndarray) -> np.ndarray:
        """Return the unit vectors of pieces, float32 of shape (pieces, dim)."""
        ...

    def weights(self, pieces: np.ndarray) -> np.ndarray:
        """Return how much pieces matter in a question, float32 of shape (pieces,), positive."""
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
        with file.open("rb") as stream:
            whole.update(hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


class StaticEncoder:
    """The embedded default: a mean of word-piece vectors, run by model2vec."""

    name = STATIC

    def __init__(self, folder: Path = STATIC_FOLDER) -> None:
        """Load the weights in ``folder``.

        Raises:
            EncoderUnavailable: they are missing or damaged.
        """
        try:
            files = StaticFiles.read(folder)
            self.fingerprint = files.fingerprint
            self._model = files.model()
            self.dim = int(self._model.dim)
            self._importance = files.importance(len(self._model.embedding))
        except Exception as fault:  # the loaders below model2vec raise errors of many kinds, Rust's among them
            raise EncoderUnavailable(f"the encoder in {folder} cannot be loaded ({fault}); install careguide again") from fault

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

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the word pieces of each text; unknown ones are left out."""
        found: list[list[int]] = self._model.tokenize(list(texts))
        return found

    def vectors(self, pieces: np.ndarray) -> np.ndarray:
        """Return the unit vectors of pieces, float32 of shape (pieces, dim)."""
        return _unit(self._model.embedding[pieces])

    def weights(self, pieces: np.ndarray) -> np.ndarray:
        """Return how much pieces matter in a question, float32 of shape (pieces,), positive."""
        weights: np.ndarray = self._importance[pieces]
        return weights


def _saved_model(name: str) -> Path | None:
    """Return the folder of the model at that path, or of that name in the hub's cache; None if this machine has none.

    Looks at files alone: torch takes seconds to import, and a name that is not here should be told at once.
    """
    try:
        folder = Path(name) if Path(name).is_dir() else _fetched_model(name)
    except (OSError, ValueError):  # neither a path nor a name that the hub can have
        return None
    return folder if folder and any((folder / file).is_file() for file in SAVED_MODEL) else None


def _fetched_model(name: str) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")  # where sentence-transformers would look too
    repositories = (name,) if "/" in name else (f"{ORGANISATION}/{name}", name)
    found = (try_to_load_from_cache(repository, file, cache_dir=cache) for repository in repositories for file in SAVED_MODEL)
    return next((Path(file).parent for file in found if isinstance(file, str)), None)


def _model_files(folder: Path) -> list[Path]:
    """Return the files of a saved model in order of path, but for texts about it and what a download leaves beside it."""
    paths = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file() and file.suffix != ".md")
    return [folder / path for path in paths if not any(part.startswith(".") for part in path.parts)]


class TransformerEncoder:
    """Any sentence-transformers model on this machine; torch is imported when one is made.

    Its fingerprint is of all files of the model: pooling, prompts and word pieces decide the vectors as weights do.
    """

    def __init__(self, name: str) -> None:
        """Load the model at the path, or of the name, from local files only.

        Raises:
            EncoderUnavailable: the extra is not installed, or the model is not on this machine or damaged; the first
                two are told before torch is imported.
        """
        if importlib.util.find_spec("sentence_transformers") is None:
            raise EncoderUnavailable(
                f"the encoder {name!r} needs sentence-transformers; run: pip install 'careguide[encoders]', "
                f"or set encoder to {STATIC!r}"
            )
        folder = _saved_model(name)
        if folder is None:
            raise EncoderUnavailable(
                f"the encoder {name!r} is not on this machine; give the folder of a saved model, or the name of one "
                f"fetched before (hf download NAME), or set encoder to {STATIC!r}"
            )
        try:
            from sentence_transformers import SentenceTransformer

            self._model: Any = SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)
            self.dim = int(self._model.get_embedding_dimension())
            self.fingerprint = _digest(_model_files(folder))
        except Exception as fault:  # the loaders and torch each raise their own, of many lines
            reason = str(fault).partition("\n")[0]
            raise EncoderUnavailable(
                f"the encoder {name!r} cannot be loaded ({type(fault).__name__}: {reason}); "
                f"fetch or save it again, or set encoder to {STATIC!r}"
            ) from fault
        self.name = name

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors of shape (texts, dim), with the model's own query prompt where it has one."""
        return self._encode(self._model.encode_query, texts)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Return unit vectors of shape (texts, dim), with the model's own prompt for documents where it has one."""
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Callable[..., np.ndarray], texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return _unit(encode(list(texts), show_progress_bar=False))


def make_encoder(name: str) -> Encoder:
    """Return the encoder of that name: ``static``, or a sentence-transformers model.

    Raises:
        EncoderUnavailable: it cannot be loaded.
    """
    return embedded() if name == STATIC else TransformerEncoder(name)


@functools.cache
def embedded() -> StaticEncoder:
    """Return the encoder of the package: loaded once, because a build and the questions after it, in one process, both use it.

    Raises:
        EncoderUnavailable: it cannot be loaded.
    """
    return StaticEncoder()


def tokens_of(encoder: Encoder) -> TokenVectors:
    """Return the word-piece vectors of the encoder, or those of the embedded one where it has none of its own.

    Raises:
        EncoderUnavailable: the embedded encoder cannot be loaded.
    """
    return encoder if isinstance(encoder, TokenVectors) else embedded()


def index_fingerprint(encoder: Encoder) -> str:
    """Return what changes whenever an index by this encoder would: its fingerprint, and that of borrowed word pieces.

    Raises:
        EncoderUnavailable: the embedded encoder cannot be loaded.
    """
    tokens = tokens_of(encoder).fingerprint
    return encoder.fingerprint if tokens == encoder.fingerprint else f"{encoder.fingerprint}+{tokens}"
