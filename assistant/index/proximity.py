"""Nearness: how often words of the question stand close to each other in a passage."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from assistant.index.ragged import Ragged

WINDOW = 8
"""Terms within which two count as near, as in the sequential dependence model of Metzler and Croft 2005."""
SATURATION = 1.2
"""A pair that stands there n times counts n / (n + this), like BM25's k1."""
BREAK = -1
"""Stands between headings and body, so that no pair reaches over it."""


def near(passages: Ragged, wanted: Mapping[int, float]) -> np.ndarray:
    """Return how near to each other the wanted terms stand in each passage, float64 of shape (passages,).

    Each pair of different terms counts with the rarity of the commoner one.

    Args:
        passages: term numbers of each passage in order, breaks between its parts.
        wanted: rarity of each term of the question by its number.
    """
    count = len(passages.starts) - 1
    scores = np.zeros(count)
    if len(wanted) < 2 or not len(passages.flat):
        return scores
    numbers = np.array(sorted(wanted), dtype=np.int32)
    place = np.clip(np.searchsorted(numbers, passages.flat), 0, len(numbers) - 1)
    places = np.flatnonzero(numbers[place] == passages.flat)
    term, owner = place[places].astype(np.int64), passages.owners()[places]
    breaks = np.cumsum(passages.flat == BREAK)[places]
    width = len(numbers)
    found = []
    for step in range(1, WINDOW):
        one, other = slice(None, -step), slice(step, None)
        together = (places[other] - places[one] < WINDOW) & (owner[other] == owner[one])
        together &= (breaks[other] == breaks[one]) & (term[other] != term[one])
        low, high = np.minimum(term[one], term[other]), np.maximum(term[one], term[other])
        found.append(((owner[one] * width + low) * width + high)[together])
    keys, times = np.unique(np.concatenate(found), return_counts=True)
    rarities = np.array([wanted[int(number)] for number in numbers])
    weights = np.minimum.outer(rarities, rarities).reshape(-1)
    gained = weights[keys % (width * width)] * times / (times + SATURATION)
    np.add.at(scores, keys // (width * width), gained)
    return scores
