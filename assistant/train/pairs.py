"""Pairs of a query and a passage: reading them, choosing among them, and cutting them into word pieces."""

from __future__ import annotations

import hashlib
import json
import lzma
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from assistant.errors import ConfigError
from assistant.index.ragged import Ragged
from assistant.train.settings import TrainSettings
from assistant.types import Document

UNKNOWN, PADDING = "[UNK]", "[PAD]"
ASKED = "asked-question"
QUESTION = "-question"
ENCYCLOPAEDIA = "enwiki"
END = 200
"""Characters at the end of a passage that tell it from others."""
LEARN_TOKENS_FROM = 350_000
"""Pairs that the tokenizer is learned from."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A query, a passage that answers it, and where they are from.

    Attributes:
        group: pairs of one group are kept together as hard negatives of each other; empty where words decide.
        answer: pairs with the same one are no negatives of each other; empty for the end of the passage, which pairs of one
            passage share even where a sentence was cut out of it.
    """

    query: str
    passage: str
    source: str
    group: str = ""
    answer: str = ""


def read_pairs(files: Iterable[Path], allow_truncated: bool = False) -> Iterator[Pair]:
    """Yield the pairs of JSON lines files of ``{"q", "p", "src"}``, plain or ``.xz``.

    Args:
        files: the files, read one after the other.
        allow_truncated: take what a compressed file holds up to the place where it breaks off.

    Raises:
        ConfigError: a line is not such an object, or a compressed file breaks off; the message names file and line.
    """
    for file in files:
        number = 0
        try:
            with _open_text(file) as lines:
                for number, line in enumerate(lines, start=1):
                    yield _pair(line, file, number)
        except (OSError, lzma.LZMAError, UnicodeDecodeError) as fault:
            raise ConfigError(f"{file} cannot be read after {number} pairs ({fault}); check the file") from fault
        except EOFError as fault:
            if not allow_truncated:
                raise ConfigError(
                    f"{file} breaks off after {number} pairs; fetch it whole, or use what is there with --allow-truncated"
                ) from fault


def _open_text(file: Path) -> IO[str]:
    return lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8")


def _pair(line: str, file: Path, number: int) -> Pair:
    try:
        pair = json.loads(line)
        return Pair(str(pair["q"]), str(pair["p"]), str(pair["src"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise ConfigError(f"{file}:{number} is not a pair with q, p and src; mend or leave out the line") from fault


def asked_pairs(documents: Iterable[Document]) -> Iterator[Pair]:
    """Yield a pair for each way in which people ask for a section; every other passage has title and heading before it."""
    for document in documents:
        for section in document.sections:
            body = document.text[section.start : section.end].partition("\n")[2].strip()
            for number, question in enumerate(document.asked.get(section.anchor, ())):
                context = f"{document.title}\n{section.heading}\n" if number % 2 else ""
                yield Pair(question, context + body, ASKED, document.id, f"{document.id}#{section.anchor}")


def sample(pairs: Iterable[Pair], settings: TrainSettings) -> list[Pair]:
    """Keep a share of the encyclopaedia, and shuffle."""
    random_ = random.Random(settings.seed)
    kept = [
        pair for pair in pairs
        if not pair.source.startswith(ENCYCLOPAEDIA) or random_.random() < settings.encyclopaedia_share
    ]  # fmt: skip
    random_.shuffle(kept)
    return kept


def repeats(pair: Pair, settings: TrainSettings) -> int:
    """Return how often a pair is seen in an epoch."""
    if pair.source == ASKED:
        return settings.asked_repeats
    return settings.question_repeats if pair.source.endswith(QUESTION) else 1


def train_tokenizer(texts: Iterator[str], vocabulary: int) -> Any:
    """Return a lower-case WordPiece ``tokenizers.Tokenizer`` learned from the texts.

    The library breaks ties as its threads come to them: two runs give tokenizers that differ in a few rare pieces.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN, max_input_chars_per_word=40))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=vocabulary, special_tokens=[PADDING, UNKNOWN], show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


@dataclass(frozen=True)
class Tokenized:
    """All pairs as word pieces.

    Attributes:
        queries, passages: pieces of each pair.
        same: int64 of shape (pairs,), alike for pairs with the same answer, which are no negatives of each other.
    """

    queries: Ragged
    passages: Ragged
    same: np.ndarray


def tokenize(tokenizer: Any, pairs: list[Pair], settings: TrainSettings) -> Tokenized:
    """Return the pairs as word pieces, unknown ones left out, each side cut at its most."""
    answers = (pair.answer or pair.passage[-END:] for pair in pairs)
    same = [int.from_bytes(hashlib.sha256(answer.encode()).digest()[:7], "big") for answer in answers]
    return Tokenized(
        to_pieces(tokenizer, [pair.query for pair in pairs], settings.query_pieces),
        to_pieces(tokenizer, [pair.passage for pair in pairs], settings.passage_pieces),
        np.array(same, dtype=np.int64),
    )


def to_pieces(tokenizer: Any, texts: list[str], most: int) -> Ragged:
    """Return the pieces of each text, unknown ones left out as at answering, cut at ``most``."""
    unknown = tokenizer.token_to_id(UNKNOWN)
    rows = []
    for at in range(0, len(texts), 8_192):
        for encoding in tokenizer.encode_batch_fast(texts[at : at + 8_192], add_special_tokens=False):
            rows.append(np.array([piece for piece in encoding.ids if piece != unknown][:most], dtype=np.int32))
    return Ragged.of(rows)
