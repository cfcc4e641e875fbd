"""Train the static encoder that ships in the package.

The model is a sentence-transformers ``StaticEmbedding``: one vector per word piece, averaged. It is trained
contrastively, each query against its own passage and the other passages of the batch, and written in the layout
that ``model2vec`` reads, so that answering needs no torch. This module knows nothing of indexes or answers; it is
imported by ``scripts/train_encoder`` alone, because it needs the ``encoders`` extra.
"""

from __future__ import annotations

import json
import lzma
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from assistant.errors import ConfigError

UNKNOWN = "[UNK]"
LICENCES = {
    "ax2012": "CC BY 4.0 (Microsoft Dynamics AX 2012 documentation)",
    "cisa": "CC0 (cyber.dhs.gov)",
    "digitalgov": "US public domain (digital.gov)",
    "enwiki": "CC BY-SA 3.0 (English Wikipedia)",
    "govuk": "OGL v3.0 (GOV.UK smart answers)",
    "intune": "CC BY 4.0 (Microsoft Intune documentation)",
    "medquad": "CC BY 4.0 (MedQuAD)",
    "moj": "OGL v3.0 presumed (Ministry of Justice IT policy)",
    "ncsc": "OGL v3.0 (NCSC zero trust)",
    "nist": "US public domain (NIST SP 800-63)",
    "oewn": "CC BY 4.0 and WordNet licence (Open English WordNet)",
    "owasp": "CC BY-SA 4.0 (OWASP cheat sheets)",
    "privacyguides": "CC BY-SA 4.0 (Privacy Guides)",
    "squadshifts": "CC BY 4.0 (SQuADShifts annotations)",
    "va": "CC0 (VA.gov content)",
}
"""Licence of each source by the first part of its name in the pairs."""
Report = Callable[[int, int, float], None]
"""Called after each step with (step, all steps, mean loss so far)."""


@dataclass(frozen=True)
class TrainSettings:
    """What decides the weights, together with the pairs.

    Attributes:
        dim: numbers in a vector.
        vocabulary: word pieces of the tokenizer.
        batch: pairs in a step; a query has ``batch - 1`` negatives.
        epochs: passes over the pairs, fractions allowed.
        rate: peak learning rate of Adam, after a warm-up over a tenth of the steps, then linear to zero.
        temperature: cosines are divided by it before the softmax.
        encyclopaedia_share: share of the Wikipedia pairs that is kept; they are most of the data and far from care.
        question_repeats: times that a pair whose query is a real question is seen in an epoch.
        passage_pieces, query_pieces: word pieces read of each side.
        seed: seed of sampling, order and starting weights.
        allow_truncated: train on what a broken-off pair file holds, rather than refuse it.
    """

    dim: int = 256
    vocabulary: int = 24_000
    batch: int = 1_024
    epochs: float = 2.0
    rate: float = 5e-3
    temperature: float = 0.05
    encyclopaedia_share: float = 0.6
    question_repeats: int = 3
    passage_pieces: int = 192
    query_pieces: int = 48
    seed: int = 7
    allow_truncated: bool = False


def read_pairs(files: Iterable[Path], allow_truncated: bool = False) -> Iterator[dict[str, str]]:
    """Yield ``{"q", "p", "src"}`` of JSON lines files, plain or ``.xz``.

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
        except EOFError as fault:
            if not allow_truncated:
                raise ConfigError(
                    f"{file} breaks off after {number} pairs; fetch it whole, or use what is there with --allow-truncated"
                ) from fault


def _open_text(file: Path) -> IO[str]:
    return lzma.open(file, "rt", encoding="utf-8") if file.suffix == ".xz" else file.open(encoding="utf-8")


def _pair(line: str, file: Path, number: int) -> dict[str, str]:
    try:
        pair = json.loads(line)
        return {"q": pair["q"], "p": pair["p"], "src": pair["src"]}
    except (ValueError, KeyError, TypeError) as fault:
        raise ConfigError(f"{file}:{number} is not a pair with q, p and src; mend or leave out the line") from fault


def sample(pairs: Iterable[dict[str, str]], settings: TrainSettings) -> list[dict[str, str]]:
    """Keep a share of the encyclopaedia, repeat the real questions, and shuffle."""
    random_ = random.Random(settings.seed)
    kept: list[dict[str, str]] = []
    for pair in pairs:
        if pair["src"].startswith("enwiki") and random_.random() > settings.encyclopaedia_share:
            continue
        kept.extend([pair] * (settings.question_repeats if pair["src"].endswith("-question") else 1))
    random_.shuffle(kept)
    return kept


def train_tokenizer(texts: Iterator[str], vocabulary: int) -> Any:
    """Return a lower-case WordPiece ``tokenizers.Tokenizer`` learned from the texts."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN, max_input_chars_per_word=40))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=vocabulary, special_tokens=["[PAD]", UNKNOWN], show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


@dataclass(frozen=True)
class Pieces:
    """Word pieces of many texts in one flat array; text ``i`` is ``flat[starts[i]:starts[i + 1]]``."""

    flat: np.ndarray
    starts: np.ndarray

    def bags(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (pieces of these rows one after the other, offset of each row), as ``EmbeddingBag`` wants them."""
        parts = [self.flat[self.starts[row] : self.starts[row + 1]] for row in rows]
        offsets = np.cumsum([0] + [len(part) for part in parts[:-1]])
        return np.concatenate(parts), offsets


def to_pieces(tokenizer: Any, texts: list[str], most: int) -> Pieces:
    """Tokenize the texts, each cut at ``most`` pieces; an empty text becomes one unknown piece."""
    lengths, parts = [0], []
    unknown = tokenizer.token_to_id(UNKNOWN)
    for at in range(0, len(texts), 8_192):
        for encoding in tokenizer.encode_batch_fast(texts[at : at + 8_192], add_special_tokens=False):
            ids = encoding.ids[:most] or [unknown]
            lengths.append(len(ids))
            parts.append(np.asarray(ids, dtype=np.int32))
    return Pieces(np.concatenate(parts), np.cumsum(lengths))


def fit(tokenizer: Any, pairs: list[dict[str, str]], settings: TrainSettings, report: Report) -> np.ndarray:
    """Train and return the token vectors, float32 of shape (vocabulary, dim)."""
    import torch
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    torch.manual_seed(settings.seed)
    table = StaticEmbedding(tokenizer, embedding_dim=settings.dim).embedding
    torch.nn.init.normal_(table.weight, std=0.1)
    queries = to_pieces(tokenizer, [pair["q"] for pair in pairs], settings.query_pieces)
    passages = to_pieces(tokenizer, [pair["p"] for pair in pairs], settings.passage_pieces)
    optimizer = torch.optim.Adam(table.parameters(), lr=settings.rate)
    steps = max(1, int(len(pairs) / settings.batch * settings.epochs))
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
    )
    order = np.random.default_rng(settings.seed)
    rows = np.empty(0, dtype=np.int64)
    losses = 0.0

    def embed(pieces: Pieces, batch: np.ndarray) -> Any:
        flat, offsets = pieces.bags(batch)
        bag = table(torch.from_numpy(flat).long(), torch.from_numpy(offsets).long())
        return torch.nn.functional.normalize(bag, dim=1)

    for step in range(1, steps + 1):
        if len(rows) < settings.batch:
            rows = np.concatenate([rows, order.permutation(len(pairs))])
        batch, rows = rows[: settings.batch], rows[settings.batch :]
        scores = embed(queries, batch) @ embed(passages, batch).T / settings.temperature
        target = torch.arange(len(batch))
        loss = (torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)) / 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses += loss.item()
        report(step, steps, losses / step)
    weights: np.ndarray = table.weight.detach().numpy().astype(np.float32)
    return weights


def to_int8(vectors: np.ndarray) -> np.ndarray:
    """Scale to int8 with one factor for the whole table, so that a normalised mean does not change but for rounding.

    Values beyond four standard deviations are clipped: a few outliers would otherwise cost every other value a bit.
    """
    top = min(float(np.abs(vectors).max()), 4 * float(vectors.std()))
    return np.clip(np.rint(vectors / top * 127), -127, 127).astype(np.int8)


def write_model(out: Path, tokenizer: Any, vectors: np.ndarray, card: str) -> None:
    """Write weights (int8), tokenizer, configuration and model card; the folder appears whole or not at all."""
    from model2vec import StaticModel

    aside = out.with_name(out.name + ".partial")
    model = StaticModel(to_int8(vectors), tokenizer, config={"normalize": True}, normalize=True, max_length=None)
    model.save_pretrained(aside)
    (aside / "README.md").unlink(missing_ok=True)  # model2vec's own, about a hub that we do not use
    (aside / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    for file in aside.iterdir():
        file.chmod(0o644)
    if out.exists():
        out.rename(out.with_name(f"{out.name}.{math.floor(out.stat().st_mtime)}"))
    aside.rename(out)


def model_card(counts: Counter[str], settings: TrainSettings, loss: float) -> str:
    """Return the model card: what it is, the settings and the pairs by source."""
    licence = {source: LICENCES.get(next((name for name in LICENCES if source.startswith(name)), ""), "?") for source in counts}
    rows = "\n".join(f"| {source} | {count} | {licence[source]} |" for source, count in sorted(counts.items()))
    chosen = "\n".join(f"- {name}: {value}" for name, value in asdict(settings).items())
    return (
        "# Careguide static encoder\n\n"
        "One vector per word piece, averaged and normalised; trained from scratch with in-batch negatives by\n"
        "`scripts/train_encoder`. It runs with `model2vec` and needs no download.\n\n"
        f"## Settings\n\n{chosen}\n- mean training loss: {loss:.4f}\n\n"
        f"## Pairs seen in an epoch, by source\n\n| source | pairs | licence |\n| --- | --- | --- |\n{rows}\n"
    )


def train(files: list[Path], out: Path, settings: TrainSettings, report: Report) -> None:
    """Train from the pair files and write the model folder ``out``.

    Raises:
        ConfigError: a pair file is malformed, or too few pairs are left for one batch.
    """
    pairs = sample(read_pairs(files, settings.allow_truncated), settings)
    if len(pairs) < settings.batch:
        raise ConfigError(f"{len(pairs)} pairs are too few for a batch of {settings.batch}; give more pairs or --batch")
    tokenizer = train_tokenizer((f"{pair['q']}\n{pair['p']}" for pair in pairs[:300_000]), settings.vocabulary)
    loss = 0.0

    def follow(step: int, steps: int, mean: float) -> None:
        nonlocal loss
        loss = mean
        report(step, steps, mean)

    vectors = fit(tokenizer, pairs, settings, follow)
    write_model(out, tokenizer, vectors, model_card(Counter(pair["src"] for pair in pairs), settings, loss))
