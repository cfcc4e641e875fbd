"""Tests of counting tokens."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import EncoderUnavailable
from assistant.index.tokens import RANKS_FILE, counter, ranks_digest, read_ranks, write_ranks
from tests.strategies import markdown


@given(st.one_of(markdown, st.text(st.characters(exclude_categories=["Cs"]))))
def test_a_text_has_no_more_tokens_than_bytes_and_none_only_if_empty(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    count = counter()(text)
    assert (count == 0) == (not text)
    assert count <= len(text.encode())
    assert count == counter()(text)


def test_words_of_guidance_are_about_a_token_each() -> None:
    assert 8 <= counter()("You must report a personal data breach within 72 hours.") <= 14


@pytest.mark.parametrize("mark", ["<|endoftext|>", "<|fim_prefix|>"])
def test_marks_of_other_models_are_plain_text(mark: str) -> None:
    assert counter()(mark) > 1


def test_the_packaged_ranks_hold_every_byte_and_are_numbered_without_gaps() -> None:
    ranks = read_ranks()
    assert all(bytes([value]) in ranks for value in range(256))
    assert sorted(ranks.values()) == list(range(len(ranks)))


def test_ranks_written_and_read_back_are_equal(tmp_path: Path) -> None:
    file = tmp_path / "ranks"
    write_ranks(read_ranks(), file)
    assert read_ranks(file) == read_ranks()
    assert file.read_bytes() == RANKS_FILE.read_bytes()


@pytest.mark.parametrize("content", [None, b"not ranks", b"YQ== one\n", b"YQ==\n", b"\xff\xfe 1\n", b"YQ== 1 2\n"])
def test_ranks_that_are_missing_or_malformed_are_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "broken.tiktoken"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(EncoderUnavailable, match=r"broken.tiktoken"):
        read_ranks(file)


def test_the_digest_is_of_the_ranks() -> None:
    assert len(ranks_digest()) == 64
    assert ranks_digest() == ranks_digest()
