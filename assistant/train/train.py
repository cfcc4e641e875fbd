"""Train the static encoder that ships in the package, from pair files to a model folder.

Imported by ``scripts/train_encoder`` alone, because it needs the ``encoders`` extra.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.corpus import Corpus
from assistant.errors import ConfigError
from assistant.progress import Progress, quiet
from assistant.train.contrastive import Batches, Report, clusters, fit
from assistant.train.cooccurrence import starting_vectors
from assistant.train.export import model_card, write_model
from assistant.train.pairs import LEARN_TOKENS_FROM, Pair, asked_pairs, read_pairs, sample, tokenize, train_tokenizer
from assistant.train.settings import TrainSettings

TOKENIZER, MADE_OF = "tokenizer.json", "made_of.json"


def train(
    files: list[Path],
    out: Path,
    settings: TrainSettings,
    report: Report,
    corpus: Path | None = None,
    tokenizer: Path | None = None,
    progress: Progress = quiet,
) -> None:
    """Train from the pair files and write the model folder ``out``.

    What is unfinished stands in ``out`` with ``.training`` after its name; the same call goes on from there.

    Args:
        corpus: a corpus whose ``asked.jsonl`` gives further pairs.
        tokenizer: a tokenizer to use, so that the same weights can be made again; else one is learned.

    Raises:
        ConfigError: a pair file is malformed, too few pairs are left for one batch, or what is unfinished is of other
            settings or pairs.
        CorpusError: the corpus cannot be read.
    """
    progress("reading pairs", 0, 1)
    pairs = sample(_all_pairs(files, corpus, settings), settings)
    if len(pairs) < settings.batch:
        raise ConfigError(f"{len(pairs)} pairs are too few for a batch of {settings.batch}; give more pairs, or smaller chunks")
    folder = out.with_name(out.name + ".training")
    folder.mkdir(parents=True, exist_ok=True)
    _claim(folder, pairs, settings, tokenizer)
    pieces = _tokenizer(tokenizer or folder / TOKENIZER, pairs, settings, progress)
    pieces.save(str(folder / TOKENIZER))
    progress("cutting into word pieces", 0, 1)
    data = tokenize(pieces, pairs, settings)
    size = pieces.get_vocab_size()
    start = starting_vectors(data.passages, size, settings.dim, settings.window, settings.seed, progress)
    progress("finding pairs that are alike", 0, 1)
    batches = Batches(pairs, clusters(pairs, data, start, settings.seed), settings)
    trained = fit(data, batches, start, settings, folder, report)
    counts = Counter(pair.source for pair in pairs)
    write_model(out, pieces, trained.vectors, trained.importance, model_card(counts, settings, trained.losses))
    shutil.rmtree(folder)


def _claim(folder: Path, pairs: list[Pair], settings: TrainSettings, tokenizer: Path | None) -> None:
    """Note in the folder what is trained there.

    Raises:
        ConfigError: the folder is of other settings, pairs or word pieces, or the tokenizer cannot be read.
    """
    whole = hashlib.sha256()
    for pair in pairs:
        whole.update(f"{pair.query}\0{pair.passage}\0{pair.source}\0".encode())
    try:
        given = hashlib.sha256(tokenizer.read_bytes()).hexdigest() if tokenizer else ""
    except OSError as fault:
        raise ConfigError(f"the tokenizer {tokenizer} cannot be read ({fault.strerror}); give a tokenizer.json") from fault
    made_of = json.dumps({"settings": asdict(settings), "pairs": whole.hexdigest(), "tokenizer": given}, indent=1)
    file = folder / MADE_OF
    if file.exists() and file.read_text(encoding="utf-8") != made_of:
        raise ConfigError(f"{folder} is of a training with other settings or pairs; remove it, or give those it had")
    file.write_text(made_of, encoding="utf-8")


def _all_pairs(files: list[Path], corpus: Path | None, settings: TrainSettings) -> list[Pair]:
    pairs = list(read_pairs(files, settings.allow_truncated))
    return pairs + (list(asked_pairs(Corpus(corpus).load().documents)) if corpus else [])


def _tokenizer(file: Path, pairs: list[Pair], settings: TrainSettings, progress: Progress) -> Any:
    """Return the tokenizer of a file, or learn one where there is none."""
    from tokenizers import Tokenizer

    if file.exists():
        return Tokenizer.from_file(str(file))
    progress("learning word pieces", 0, 1)
    texts = (f"{pair.query}\n{pair.passage}" for pair in pairs[:LEARN_TOKENS_FROM])
    return train_tokenizer(texts, settings.vocabulary)
