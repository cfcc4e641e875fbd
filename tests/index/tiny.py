"""A transformer of some five thousand weights that nobody has trained: real files and loaders, and no download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

DIM = 16
POSITIONS = 64
"""Word pieces that the model can read; what comes after them is cut off."""
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def need_transformers() -> None:
    """Skip the test that asks where the extra is not installed."""
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed (extra `encoders`)")


def save_tiny(folder: Path, texts: Sequence[str], prompts: Mapping[str, str] | None = None) -> Path:
    """Save a sentence-transformers model in the folder, its word pieces those of the texts; the same model every time."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Pooling
    from transformers import BertConfig, BertModel, BertTokenizerFast

    pieces = learned(texts)
    shape = {"hidden_size": DIM, "intermediate_size": 2 * DIM, "num_hidden_layers": 1, "num_attention_heads": 2}
    torch.manual_seed(7)
    bert = BertModel(BertConfig(vocab_size=pieces.get_vocab_size(), max_position_embeddings=POSITIONS, **shape))
    bare = folder.with_name(f"{folder.name}-bare")
    bert.save_pretrained(bare)
    BertTokenizerFast(tokenizer_object=pieces).save_pretrained(bare)
    model = SentenceTransformer(modules=[Transformer(str(bare)), Pooling(DIM)], prompts=dict(prompts or {}), device="cpu")
    model.save_pretrained(str(folder))
    return folder


def learned(texts: Sequence[str]) -> Any:
    """Return a lower-case WordPiece tokenizer of the words of the texts, and of their characters for all other words.

    Not by the trainer of ``tokenizers``, which gives other pieces to the same texts from run to run.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    normalizer, parter = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    words = {word for text in texts for word, _ in parter.pre_tokenize_str(normalizer.normalize_str(text))}
    letters = {letter for word in words for letter in word}
    pieces = [*MARKS, *sorted(words | letters | {f"##{letter}" for letter in letters})]
    tokenizer = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizer, parter
    return tokenizer
