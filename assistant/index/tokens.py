"""Counting tokens, with tiktoken over ranks that ship in the package, so that nothing is ever downloaded.

The ranks are byte-pair merges learned from the project's own notes by ``scripts/train_tokens``.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from assistant.config import PACKAGE
from assistant.errors import EncoderUnavailable

RANKS_FILE = PACKAGE / "data" / "tokens.tiktoken"
SPLIT = r" ?\p{L}+| ?\p{N}{1,3}| ?[^\s\p{L}\p{N}]+|\s+"
"""How text is cut before merging: words, groups of up to three digits, other marks, white space."""

TokenCounter = Callable[[str], int]


def read_ranks(file: Path = RANKS_FILE) -> dict[bytes, int]:
    """Return the byte sequences and their ranks, in the file format of tiktoken (base64, space, rank).

    Raises:
        EncoderUnavailable: the file is missing or malformed.
    """
    try:
        pairs = (line.split() for line in file.read_bytes().splitlines() if line)
        return {base64.b64decode(token, validate=True): int(rank) for token, rank in pairs}
    except (OSError, ValueError) as fault:
        raise EncoderUnavailable(f"the token ranks {file} cannot be read ({fault}); install careguide again") from fault


@cache
def counter() -> TokenCounter:
    """Return the function that counts the tokens of a text."""
    import tiktoken

    encoding = tiktoken.Encoding("careguide", pat_str=SPLIT, mergeable_ranks=read_ranks(), special_tokens={})
    return lambda text: len(encoding.encode_ordinary(text))


@cache
def ranks_digest() -> str:
    """Return the SHA-256 of the ranks file: passages change when it does."""
    return hashlib.sha256(RANKS_FILE.read_bytes()).hexdigest()


def train_ranks(texts: list[str], size: int) -> dict[bytes, int]:
    """Learn byte-pair merges from texts.

    Args:
        texts: what to learn from.
        size: ranks wanted, 256 single bytes included; fewer come back when the texts hold no more pairs.

    Returns:
        byte sequences and their ranks; the 256 single bytes come first.
    """
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False, special_tokens=[])
    tokenizer.train_from_iterator(texts, trainer)
    to_byte = _byte_of_letter()
    learned = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    sequences = [bytes(to_byte[letter] for letter in token) for token, _ in learned]
    singles = [bytes([value]) for value in range(256)]
    return {sequence: rank for rank, sequence in enumerate([*singles, *(one for one in sequences if len(one) > 1)])}


def _byte_of_letter() -> dict[str, int]:
    """Return the inverse of the byte-level alphabet: printable bytes stand for themselves, the rest from U+0100 on.

    Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", the byte encoder of GPT-2.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [value for value in range(256) if value not in printable]
    return {chr(value): value for value in printable} | {chr(0x100 + at): value for at, value in enumerate(others)}


def write_ranks(ranks: dict[bytes, int], file: Path) -> None:
    """Write ranks in the file format of tiktoken."""
    lines = (f"{base64.b64encode(token).decode()} {rank}\n" for token, rank in ranks.items())
    file.write_text("".join(lines), encoding="ascii")
