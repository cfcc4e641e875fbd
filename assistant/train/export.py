"""Writing a trained model: weights, tokenizer, importance of the pieces, their digests, and the card that says what it is."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from assistant.index.static_files import IMPORTANCE, write_digests
from assistant.train.pairs import PADDING, UNKNOWN
from assistant.train.settings import TrainSettings

LICENCES = {
    "asked": "MIT (the project's own)",
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


def to_int8(vectors: np.ndarray) -> np.ndarray:
    """Scale to int8 with one factor for the whole table, so that a normalised mean does not change but for rounding.

    Values beyond four standard deviations are clipped: a few outliers would otherwise cost every other value a bit.
    """
    top = min(float(np.abs(vectors).max()), 4 * float(vectors.std()))
    return np.clip(np.rint(vectors / top * 127), -127, 127).astype(np.int8)


def write_model(out: Path, tokenizer: Any, vectors: np.ndarray, importance: np.ndarray, card: str) -> None:
    """Write the model folder in place of an older one; it appears whole or not at all.

    Args:
        vectors: float32 of shape (pieces, dim); those of unknown and padding are written as zero.
        importance: float32 of shape (pieces,), positive.
    """
    from model2vec import StaticModel

    aside = out.with_name(out.name + ".partial")
    silent = [tokenizer.token_to_id(name) for name in (UNKNOWN, PADDING)]
    written = to_int8(vectors)
    written[silent] = 0
    model = StaticModel(written, tokenizer, config={"normalize": True}, normalize=True, max_length=None)
    model.save_pretrained(aside)
    np.save(aside / IMPORTANCE, np.maximum(importance, 1e-3).astype(np.float16), allow_pickle=False)
    write_digests(aside)
    (aside / "README.md").unlink(missing_ok=True)  # model2vec's own, about a hub that we do not use
    (aside / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    for file in aside.iterdir():
        file.chmod(0o644)
    old = out.with_name(out.name + ".old")
    if out.exists():
        out.rename(old)
    aside.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def model_card(counts: Counter[str], settings: TrainSettings, losses: tuple[float, float]) -> str:
    """Return the model card: what it is, the settings and the pairs by source.

    Args:
        losses: last mean losses, of the averaged vectors and of late interaction.
    """
    licence = {source: LICENCES.get(next((name for name in LICENCES if source.startswith(name)), ""), "?") for source in counts}
    rows = "\n".join(f"| {source} | {count} | {licence[source]} |" for source, count in sorted(counts.items()))
    chosen = "\n".join(f"- {name}: {value}" for name, value in asdict(settings).items())
    return (
        "# Careguide static encoder\n\n"
        "One vector per word piece, averaged and normalised; trained by `scripts/train_encoder` from vectors of words that\n"
        "stand together, then contrastively. It runs with `model2vec` and needs no download. `importance.npy` says how much\n"
        "each piece matters in a question, for late interaction.\n\n"
        f"## Settings\n\n{chosen}\n- last loss of averaged vectors: {losses[0]:.3f}\n- last loss of late interaction: "
        f"{losses[1]:.3f}\n\n"
        f"## Pairs, by source\n\n| source | pairs | licence |\n| --- | --- | --- |\n{rows}\n"
    )
