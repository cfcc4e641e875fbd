"""Contrastive training: each query against its own passage and the others of the batch.

Two losses share one table of vectors. In the first a text is the mean of its vectors (a sentence-transformers
``StaticEmbedding``). In the second, late interaction, each piece of the query meets the piece of the passage most like
it, and the importance of the pieces is learned with it (see ``index.late``). Batches are made of chunks of alike pairs,
so that the negatives are hard (Hofstätter and others 2021, topic-aware sampling).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.index.ragged import Ragged
from assistant.train.pairs import Pair, Tokenized, repeats
from assistant.train.settings import TrainSettings

Report = Callable[[int, int, float], None]
"""Called after each step with (step, all steps, loss of the averaged vectors)."""

CHECKPOINT = "checkpoint.safetensors"
CHECKPOINT_EVERY = 100
CLUSTERS = 1_024
GROUPS_TOGETHER = 6
"""Notes whose questions are kept in one cluster: more than a chunk's worth of pairs, all of our own subjects."""
NEGLIGIBLE = -1e4
PIECES_LATE = 120
"""Distinct pieces of a passage that take part in late interaction."""
SHARPNESS = 3.0
"""Logarithm of the scale of late interaction to start from; it is learned."""


@dataclass
class Trained:
    """What a training gave.

    Attributes:
        vectors: float32 of shape (pieces, dim).
        importance: float32 of shape (pieces,), positive.
        losses: last mean losses of the two parts.
    """

    vectors: np.ndarray
    importance: np.ndarray
    losses: tuple[float, float]


def clusters(pairs: list[Pair], data: Tokenized, vectors: np.ndarray, seed: int) -> np.ndarray:
    """Return the cluster of each pair, int64 of shape (pairs,): by meaning, or by group where it has one."""
    import faiss

    means = np.zeros((len(pairs), vectors.shape[1]), dtype=np.float16)
    step = 20_000
    for at in range(0, len(pairs), step):
        rows = np.arange(at, min(at + step, len(pairs)))
        means[rows] = sum(_mean_vectors(side.take(rows), vectors) for side in (data.queries, data.passages))
    count = max(1, min(CLUSTERS, len(pairs) // 64))
    kmeans: Any = faiss.Kmeans(vectors.shape[1], count, niter=8, seed=seed, spherical=True, max_points_per_centroid=100)
    kmeans.train(means[: 120 * count].astype(np.float32))
    found = np.concatenate(
        [kmeans.index.search(means[at : at + step].astype(np.float32), 1)[1][:, 0] for at in range(0, len(pairs), step)]
    ).astype(np.int64)
    groups = {group: number for number, group in enumerate(sorted({pair.group for pair in pairs} - {""}))}
    for at, pair in enumerate(pairs):
        if pair.group:
            found[at] = count + groups[pair.group] // GROUPS_TOGETHER
    return found


def _mean_vectors(rows: Ragged, vectors: np.ndarray) -> np.ndarray:
    """Return the mean vector of each row, of length one."""
    from scipy import sparse

    count = len(rows.starts) - 1
    ones = np.ones(len(rows.flat), dtype=np.float32)
    bags = sparse.csr_matrix((ones, rows.flat, rows.starts), shape=(count, len(vectors)))
    sums = bags @ vectors
    unit: np.ndarray = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
    return unit


class Batches:
    """Which pairs stand in which step; the same for the same seed, wherever a training goes on from."""

    def __init__(self, pairs: list[Pair], cluster: np.ndarray, settings: TrainSettings) -> None:
        """Keep how often each pair is seen in an epoch."""
        times = np.array([repeats(pair, settings) for pair in pairs])
        self._pool = np.repeat(np.arange(len(pairs)), times)
        self._cluster = cluster
        self._settings = settings
        self._epoch, self._chunks = -1, np.zeros((0, 0), dtype=np.int64)
        self._an_epoch = max(1, len(self._pool) // settings.batch)
        self.steps = max(1, round(settings.epochs * self._an_epoch))

    def at(self, step: int) -> np.ndarray:
        """Return the rows of a step, chunk after chunk; steps count from 0."""
        epoch, place = divmod(step, self._an_epoch)
        if epoch != self._epoch:
            self._chunks, self._epoch = self._shuffled(epoch), epoch
        size = self._settings.chunks
        return self._chunks[place * size : (place + 1) * size].reshape(-1)

    def _shuffled(self, epoch: int) -> np.ndarray:
        """Return the chunks of an epoch, int64 of shape (chunks, pairs), each from one cluster or two that border."""
        random = np.random.default_rng([self._settings.seed, epoch])
        order = random.permutation(self._pool)
        order = order[np.argsort(self._cluster[order], kind="stable")]
        width = self._settings.chunk
        whole = order[: len(order) // width * width].reshape(-1, width)
        return whole[random.permutation(len(whole))]


def without_overlap(passage: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Return the passage without the pieces of the query, or whole where hardly any would be left."""
    rest = passage[~np.isin(passage, query)]
    return rest if len(rest) > 3 else passage


class _Model:
    """The table of vectors and the importance of its rows, as torch parameters."""

    def __init__(self, vectors: np.ndarray, importance: np.ndarray) -> None:
        import torch

        self.table = torch.nn.EmbeddingBag(*vectors.shape, mode="sum")
        with torch.no_grad():
            self.table.weight.copy_(torch.from_numpy(vectors))
        self.importance = torch.nn.Parameter(torch.from_numpy(np.log(np.expm1(importance)).astype(np.float32)))
        self.sharpness = torch.nn.Parameter(torch.tensor(SHARPNESS))

    def parameters(self) -> tuple[Any, ...]:
        """Return all that is learned, always in one order."""
        return self.table.weight, self.importance, self.sharpness

    def mean(self, rows: list[np.ndarray]) -> Any:
        """Return unit vectors, one for each row of pieces."""
        import torch

        starts = np.cumsum([0] + [len(row) for row in rows[:-1]])
        sums = self.table(torch.from_numpy(np.concatenate(rows)).long(), torch.from_numpy(starts).long())
        return torch.nn.functional.normalize(sums, dim=1)

    def late(self, queries: list[np.ndarray], passages: list[np.ndarray]) -> Any:
        """Return the scores of late interaction, of shape (queries, passages)."""
        import torch

        asked, in_query = np.unique(np.concatenate(queries), return_inverse=True)
        held, in_passage = np.unique(np.concatenate(passages), return_inverse=True)
        likeness = self._unit(asked) @ self._unit(held).T
        likeness = torch.cat([likeness, torch.full((len(asked), 1), -1.0)], dim=1)  # stands where a passage has ended
        places = np.full((len(passages), max(map(len, passages))), len(held))
        at = 0
        for row, passage in enumerate(passages):
            places[row, : len(passage)] = in_passage[at : at + len(passage)]
            at += len(passage)
        greatest = likeness[:, torch.from_numpy(places).reshape(-1)].reshape(len(asked), *places.shape).amax(dim=2)
        counts = np.zeros((len(queries), len(asked)), dtype=np.float32)
        np.add.at(counts, (np.repeat(np.arange(len(queries)), [len(query) for query in queries]), in_query.reshape(-1)), 1)
        matter = torch.nn.functional.softplus(self.importance[torch.from_numpy(asked).long()])
        weights = torch.from_numpy(counts) * matter
        return (weights @ greatest) / weights.sum(dim=1, keepdim=True).clamp_min(1e-6) * self.sharpness.exp()

    def _unit(self, pieces: np.ndarray) -> Any:
        import torch

        return torch.nn.functional.normalize(self.table.weight[torch.from_numpy(pieces).long()], dim=1)


def rarity(passages: Ragged, vocabulary: int) -> np.ndarray:
    """Return a starting weight for each piece, float32 of shape (vocabulary,): a tenth of the logarithm of its rarity."""
    counts = np.bincount(passages.flat, minlength=vocabulary)
    weights: np.ndarray = np.maximum(np.log(counts.sum() / (counts + 50.0)) / 10, 0.02).astype(np.float32)
    return weights


def fit(data: Tokenized, batches: Batches, start: np.ndarray, settings: TrainSettings, folder: Path, report: Report) -> Trained:
    """Train from the starting vectors; goes on from the checkpoint in ``folder`` where there is one.

    Args:
        start: unit vectors, float32 of shape (vocabulary, dim).
        folder: of this training alone; the caller sees to it.
    """
    import torch

    torch.manual_seed(settings.seed)
    weights = rarity(data.passages, len(start))
    model = _Model(start * weights[:, np.newaxis] * 0.1 * np.sqrt(settings.dim), weights)
    rates = [
        {"params": [model.table.weight], "lr": settings.rate},
        {"params": [model.importance, model.sharpness], "lr": 2 * settings.rate},
    ]
    optimizer = torch.optim.Adam(rates)
    peaks = [group["lr"] for group in optimizer.param_groups]
    done, losses = _resume(folder, model, optimizer)
    for step in range(done, batches.steps):
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * _share_of_rate(step, batches.steps)
        mean_loss, late_loss = _losses(model, data, batches.at(step), step, settings)
        optimizer.zero_grad()
        (mean_loss + late_loss).backward()
        optimizer.step()
        latest = (mean_loss.item(), float(late_loss.detach()))
        losses = latest if step == 0 else (0.98 * losses[0] + 0.02 * latest[0], 0.98 * losses[1] + 0.02 * latest[1])
        if (step + 1) % CHECKPOINT_EVERY == 0:
            _keep(folder, model, optimizer, step + 1, losses)
        report(step + 1, batches.steps, losses[0])
    vectors = model.table.weight.detach().numpy().astype(np.float32)
    return Trained(vectors, torch.nn.functional.softplus(model.importance).detach().numpy(), losses)


def _share_of_rate(step: int, steps: int) -> float:
    """Return the share of the peak rate at a step: up over the first tenth, then down to zero."""
    warm = max(1, steps // 10)
    return min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))


def _losses(model: _Model, data: Tokenized, rows: np.ndarray, step: int, settings: TrainSettings) -> tuple[Any, Any]:
    """Return the loss of the averaged vectors and that of late interaction."""
    import torch
    from torch.nn.functional import cross_entropy

    queries, passages = _rows(data.queries, rows), _rows(data.passages, rows)
    dropped = np.random.default_rng([settings.seed, step, 1]).random(len(rows)) < settings.overlap_dropout
    shortened = [
        without_overlap(passage, query) if drop else passage
        for passage, query, drop in zip(passages, queries, dropped, strict=True)
    ]
    scores = model.mean(queries) @ model.mean(shortened).T / settings.temperature
    scores = scores.masked_fill(_same(data.same[rows]), NEGLIGIBLE)
    target = torch.arange(len(rows))
    averaged = (cross_entropy(scores, target) + cross_entropy(scores.T, target)) / 2
    late, chunks = torch.zeros(()), min(settings.late_chunks, settings.chunks)
    for at in range(0, chunks * settings.chunk, settings.chunk):
        part = slice(at, at + settings.chunk)
        distinct = [_distinct(passage) for passage in passages[part]]
        found = model.late(queries[part], distinct).masked_fill(_same(data.same[rows[part]]), NEGLIGIBLE)
        late = late + cross_entropy(found, torch.arange(len(found))) / chunks
    return averaged, late


def _rows(side: Ragged, rows: np.ndarray) -> list[np.ndarray]:
    """Return the pieces of these rows; a row without any gets padding, whose vector is never written."""
    parts = [side.flat[side.starts[row] : side.starts[row + 1]] for row in rows]
    return [part if len(part) else np.zeros(1, dtype=np.int32) for part in parts]


def _distinct(passage: np.ndarray) -> np.ndarray:
    """Return the first distinct pieces of a passage, in order of the text."""
    places = np.sort(np.unique(passage, return_index=True)[1])
    first: np.ndarray = passage[places[:PIECES_LATE]]
    return first


def _same(same: np.ndarray) -> Any:
    """Return which other pairs of a batch have the same passage."""
    import torch

    alike = same[:, np.newaxis] == same[np.newaxis]
    np.fill_diagonal(alike, False)
    return torch.from_numpy(alike)


def _keep(folder: Path, model: _Model, optimizer: Any, step: int, losses: tuple[float, float]) -> None:
    """Write a checkpoint; the one before it stays until it is whole.

    Arrays and numbers alone: a file that can hold more, as a pickle can, could run what somebody has put into it.
    """
    from safetensors.numpy import save_file

    arrays = {f"parameter.{at}": one.detach().numpy() for at, one in enumerate(model.parameters())}
    for at, moments in optimizer.state_dict()["state"].items():
        arrays |= {f"optimizer.{at}.{name}": value.numpy() for name, value in moments.items()}
    aside = folder / f"{CHECKPOINT}.partial"
    save_file(arrays, aside, {"step": str(step), "losses": json.dumps(losses)})
    aside.replace(folder / CHECKPOINT)


def _resume(folder: Path, model: _Model, optimizer: Any) -> tuple[int, tuple[float, float]]:
    """Load the checkpoint, if any, and return the steps that are done and the losses so far."""
    import torch
    from safetensors import safe_open

    file = folder / CHECKPOINT
    if not file.exists():
        return 0, (0.0, 0.0)
    moments: dict[int, dict[str, Any]] = {}
    with safe_open(file, framework="pt") as stored, torch.no_grad():
        said = stored.metadata()
        for at, parameter in enumerate(model.parameters()):
            parameter.copy_(stored.get_tensor(f"parameter.{at}"))
        for name in stored.keys():  # noqa: SIM118 (it is no mapping)
            kind, at, *rest = name.split(".")
            if kind == "optimizer":
                moments.setdefault(int(at), {})[rest[0]] = stored.get_tensor(name)
    optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})
    first, second = json.loads(said["losses"])
    return int(said["step"]), (first, second)
