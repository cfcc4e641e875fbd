"""The files of the embedded encoder: compared with the digests that stand beside them, and loaded from the bytes compared.

A flipped bit in the weights makes other vectors and no error, and an index of them is sound by its own digests.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS, TOKENIZER, SETTINGS, IMPORTANCE = "model.safetensors", "tokenizer.json", "config.json", "importance.npy"
FILES = (WEIGHTS, TOKENIZER, SETTINGS, IMPORTANCE)
DIGESTS = "digests.json"
"""Size in bytes and SHA-256 of each of the files, by name."""
VECTORS = "embeddings"


def write_digests(folder: Path) -> None:
    """Write what the files are to be found as; whoever makes or changes them does so last."""
    contents = {name: (folder / name).read_bytes() for name in FILES}
    values = {name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in contents.items()}
    (folder / DIGESTS).write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class StaticFiles:
    """What the files hold.

    Attributes:
        contents: by name.
        fingerprint: changes whenever one of them does.
    """

    contents: Mapping[str, bytes]
    fingerprint: str

    @classmethod
    def read(cls, folder: Path) -> StaticFiles:
        """Read the files of a folder, as bytes.

        Raises:
            OSError: one is missing.
            ValueError: one is not what its digest says, or the digests cannot be read.
            TypeError, KeyError: the latter.
        """
        digests, contents, whole = json.loads((folder / DIGESTS).read_bytes()), {}, hashlib.sha256()
        for name in FILES:
            size, wanted = digests[name]
            contents[name] = (folder / name).read_bytes()
            found = hashlib.sha256(contents[name])
            if (len(contents[name]), found.hexdigest()) != (size, wanted):
                raise ValueError(f"{name} is damaged")
            whole.update(found.digest())
        return cls(contents, whole.hexdigest())

    def model(self) -> Any:
        """Return the ``model2vec.StaticModel``.

        Built from its parts, because ``from_pretrained`` first imports the client of a model hub, which takes a fifth of
        a second and is of no use here.

        Raises:
            Exception: the files do not fit together; the loaders below raise errors of many kinds.
        """
        from model2vec import StaticModel
        from safetensors.numpy import load
        from tokenizers import Tokenizer

        settings, tensors = json.loads(self.contents[SETTINGS]), load(self.contents[WEIGHTS])
        tokenizer = Tokenizer.from_buffer(self.contents[TOKENIZER])
        _check_fit(tensors, settings, tokenizer)
        return StaticModel(
            tensors[VECTORS], tokenizer, config=settings, normalize=settings["normalize"], max_length=settings["max_length"]
        )

    def importance(self, pieces: int) -> np.ndarray:
        """Return how much each word piece matters in a question, float32 of shape (pieces,).

        Raises:
            ValueError: the file does not hold one positive number for each piece.
        """
        values: np.ndarray = np.load(io.BytesIO(self.contents[IMPORTANCE]), allow_pickle=False).astype(np.float32)
        if values.shape != (pieces,) or not (np.isfinite(values) & (values > 0)).all():
            raise ValueError(f"{IMPORTANCE} does not hold a positive number for each of the {pieces} pieces")
        return values


def _check_fit(tensors: Mapping[str, np.ndarray], settings: Mapping[str, Any], tokenizer: Any) -> None:
    """Refuse files that do not fit together: model2vec takes many of them, and fails or gives wrong vectors at a question.

    Raises:
        ValueError: which of them does not fit, and how.
    """
    if set(tensors) != {VECTORS}:  # a model with weights or a mapping of its own would need them to give its vectors
        raise ValueError(f"{WEIGHTS} holds {', '.join(sorted(tensors)) or 'nothing'}, not {VECTORS} alone")
    vectors = tensors[VECTORS]
    if vectors.ndim != 2 or not vectors.size:
        raise ValueError(f"{WEIGHTS} holds vectors of shape {vectors.shape}, not (pieces, dim)")
    if vectors.dtype != np.int8 and vectors.dtype.kind != "f":
        raise ValueError(f"{WEIGHTS} holds numbers of type {vectors.dtype}, neither int8 nor float")
    if not np.isfinite(vectors).all():
        raise ValueError(f"{WEIGHTS} holds values that are not numbers")
    if settings.get("embedding_dtype", vectors.dtype.name) != vectors.dtype.name:
        raise ValueError(f"{SETTINGS} tells of {settings['embedding_dtype']} weights, and they are {vectors.dtype}")
    longest = settings["max_length"]
    if longest is not None and (type(longest) is not int or longest < 1):
        raise ValueError(f"max_length in {SETTINGS} is {longest!r}, neither null nor a number of pieces")
    # Not the whole vocabulary: making a dictionary of it takes a fifth of the time of loading.
    pieces, last = tokenizer.get_vocab_size(), len(vectors) - 1
    if pieces != len(vectors) or tokenizer.id_to_token(last) is None or tokenizer.id_to_token(last + 1) is not None:
        raise ValueError(f"the {pieces} pieces of {TOKENIZER} do not stand for the {last + 1} vectors of {WEIGHTS}")
