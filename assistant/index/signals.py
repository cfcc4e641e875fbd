"""What speaks for a passage: one number for each signal, measured for the candidates of a question.

The signals know nothing of how much they count; that is ``rerank``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.errors import IndexDamaged
from assistant.index import context
from assistant.index.admitted import Admitted, unfiltered
from assistant.index.dense import DenseSearcher
from assistant.index.encode import Encoder, TokenVectors
from assistant.index.late import FOLDER as LATE
from assistant.index.late import LateInteraction, write_late
from assistant.index.lexical import Bags, best_rows, write_bags
from assistant.index.proximity import BREAK, near
from assistant.index.ragged import Ragged, load_array
from assistant.index.words import grams, terms
from assistant.types import Document, Passage, Query

SIGNALS = (
    "words",
    "vector",
    "headings",
    "grams",
    "late",
    "near",
    "asked_words",
    "asked_vector",
    "earlier_questions",
    "earlier_replies",
)
"""Names of the signals, in the order of the columns.

words: BM25 over title, headings and body.         asked_words: the greatest BM25 of a question that people ask for it.
vector: likeness of the vectors.                    asked_vector: the greatest likeness to such a question.
headings: BM25 over title and headings alone.       earlier_questions: BM25 of what the user said before.
grams: BM25 over runs of four characters.           earlier_replies: BM25 of what was replied.
late: late interaction of the word pieces.          near: words of the question that stand close together.
"""
HEADINGS, GRAMS, ASKED, SEQUENCES = "headings", "grams", "asked", "sequences.npy"
PASSAGE_ROWS, ASKED_VECTORS = "rows.npy", "vectors.npy"
ALSO = np.float32(0.3)
"""How much other names of what is asked about count among the questions that people ask (0.2 and 0.4 tried: no more). Among the
words of the guidance they did harm."""
HEADINGS_B = 0.4
"""Headings differ less in length than texts, so that their length says less. Not tuned."""


def write_signals(
    folder: Path,
    documents: dict[str, Document],
    passages: Sequence[Passage],
    encoder: Encoder,
    tokens: TokenVectors,
    vocabulary: dict[str, int],
) -> None:
    """Write what the signals beyond BM25 and the vectors need.

    Args:
        vocabulary: numbers of the terms in the lexical index.
    """
    pairs = [(documents[passage.document_id], passage) for passage in passages]
    write_bags(folder / HEADINGS, [terms(context.heading_text(*pair)) for pair in pairs], HEADINGS_B)
    write_bags(folder / GRAMS, [grams(context.lexical_text(*pair)) for pair in pairs])
    parts = ((terms(context.heading_text(*pair)), terms(context.body(*pair))) for pair in pairs)
    rows = ([*(vocabulary[term] for term in head), BREAK, *(vocabulary[term] for term in body)] for head, body in parts)
    Ragged.of(rows).write(folder / SEQUENCES)
    write_late(folder / LATE, [context.dense_text(*pair) for pair in pairs], tokens)
    _write_asked(folder / ASKED, [context.asked_of(*pair) for pair in pairs], encoder)


def _write_asked(folder: Path, asked: Sequence[Sequence[str]], encoder: Encoder) -> None:
    questions = [question for several in asked for question in several]
    if not questions:
        return
    write_bags(folder, [terms(question) for question in questions])
    rows = np.repeat(np.arange(len(asked), dtype=np.int32), [len(several) for several in asked])
    np.save(folder / PASSAGE_ROWS, rows, allow_pickle=False)
    np.save(folder / ASKED_VECTORS, encoder.encode_queries(questions).astype(np.float16), allow_pickle=False)


@dataclass(frozen=True)
class AskedIndex:
    """Questions that people ask, each for one passage.

    Attributes:
        rows: int32 of shape (questions,), the passage of each.
        vectors: float32 of shape (questions, dim), of length one.
    """

    bags: Bags
    rows: np.ndarray
    vectors: np.ndarray

    @classmethod
    def open(cls, folder: Path, passages: int, dim: int) -> AskedIndex | None:
        """Load what is asked; None where nothing was written, as of a corpus without questions.

        Raises:
            IndexDamaged: a file is missing, or they do not fit together.
        """
        if not folder.exists():
            return None
        rows, vectors = load_array(folder / PASSAGE_ROWS), load_array(folder / ASKED_VECTORS)
        if vectors.shape != (len(rows), dim) or (len(rows) and not 0 <= rows.min() <= rows.max() < passages):
            raise IndexDamaged(f"{folder} does not fit the passages or the encoder; run: careguide index")
        return cls(Bags.open(folder, len(rows)), rows, vectors.astype(np.float32))

    def likeness(self, vector: np.ndarray) -> np.ndarray:
        """Return the dot product of a vector with each question, float32 of shape (questions,).

        Not by a matrix product, whose last digits depend on the number of threads.
        """
        found: np.ndarray = np.einsum("ij,j->i", self.vectors, vector)
        return found

    def greatest(self, scores: np.ndarray, passages: int) -> np.ndarray:
        """Return the greatest score of the questions of each passage, 0 where there is none or none above 0."""
        best = np.zeros(passages, dtype=np.float32)
        np.maximum.at(best, self.rows, scores)
        return best


class Signals:
    """Chooses candidates for a question and measures them."""

    def __init__(
        self,
        words: Bags,
        dense: DenseSearcher,
        headings: Bags,
        grams_: Bags,
        sequences: Ragged,
        late: LateInteraction,
        asked: AskedIndex | None,
        admitted: Admitted = unfiltered,
    ) -> None:
        """Keep the opened parts, all over the same passages, and what tells which of them filters admit."""
        self._words = words
        self._dense = dense
        self._headings = headings
        self._grams = grams_
        self._sequences = sequences
        self._late = late
        self._asked = asked
        self._admitted = admitted

    @classmethod
    def open(
        cls,
        folder: Path,
        words: Bags,
        dense: DenseSearcher,
        encoder: Encoder,
        tokens: TokenVectors,
        admitted: Admitted = unfiltered,
    ) -> Signals:
        """Load what ``write_signals`` wrote.

        Raises:
            IndexDamaged: a file is missing, or they do not fit together.
        """
        return cls(
            words,
            dense,
            Bags.open(folder / HEADINGS, words.rows),
            Bags.open(folder / GRAMS, words.rows),
            Ragged.open(folder / SEQUENCES, words.rows),
            LateInteraction.open(folder / LATE, words.rows, tokens),
            AskedIndex.open(folder / ASKED, words.rows, encoder.dim),
            admitted,
        )

    def measure(self, query: Query, depth: int) -> tuple[np.ndarray, np.ndarray]:
        """Return (rows, values): the candidates, int64 of shape (candidates,), and float64 of shape (candidates, signals).

        Candidates are the best ``depth`` admitted passages by words and by vector, half as many by what is asked, and where
        there is a history half as many by the words together with it. None for a question without content words.
        """
        wanted = terms(query.text)
        own = query.own if terms(query.own) else query.text
        if not wanted or not self._words.rows:
            return np.zeros(0, dtype=np.int64), np.zeros((0, len(SIGNALS)))
        vector = self._dense.vector(query.text)
        whole = self._over_all(query, own, wanted, vector)
        chosen = self._candidates(query, whole, vector, depth)
        values = {name: column[chosen] for name, column in whole.items()}
        values["vector"] = self._dense.likeness(vector, chosen)
        values["late"] = self._late.scores(own, chosen)
        known = [term for term in terms(own) if term in self._words.vocabulary]
        rarities = {self._words.vocabulary[term]: self._words.rarity(term) for term in known}
        values["near"] = near(self._sequences.take(chosen), rarities)
        return chosen, np.stack([values[name].astype(np.float64) for name in SIGNALS], axis=1)

    def _candidates(self, query: Query, whole: dict[str, np.ndarray], vector: np.ndarray, depth: int) -> np.ndarray:
        """Return the rows of the candidates, int64, each once and in order; those not admitted take no place of another."""
        admitted = self._admitted(query.filters)
        rows = [best_rows(whole["words"], depth, admitted), self._dense.nearest(vector, depth, query.filters)]
        rows += [best_rows(whole[name], depth // 2, admitted) for name in ("asked_words", "asked_vector")]
        if query.history:
            together = whole["words"] + whole["earlier_questions"] + whole["earlier_replies"]
            rows.append(best_rows(together, depth // 2, admitted))
        return np.unique(np.concatenate(rows))

    def has_questions(self, rows: np.ndarray) -> np.ndarray:
        """Return for each of these passages whether there are questions that people ask for it, bool of shape (rows,)."""
        if self._asked is None:
            return np.zeros(len(rows), dtype=bool)
        return np.isin(rows, self._asked.rows)

    def _over_all(self, query: Query, own: str, wanted: Sequence[str], vector: np.ndarray) -> dict[str, np.ndarray]:
        """Return the signals that are measured for every passage at once.

        Of a turn that leans on the topic, headings and grams are those of its own words: on conversations that nobody here
        wrote, the topic's words there drowned those of the turn.
        """
        also = sorted({term for one in query.synonyms for term in terms(one.other)} - set(wanted))
        asked, none = self._asked, np.zeros(self._words.rows, dtype=np.float32)
        return {
            "words": self._words.scores(wanted),
            "headings": self._headings.scores(terms(own)),
            "grams": self._grams.scores(grams(own)),
            "asked_words": asked.greatest(asked.bags.scores(wanted) + ALSO * asked.bags.scores(also), len(none))
            if asked
            else none,
            "asked_vector": asked.greatest(asked.likeness(vector), len(none)) if asked else none,
            "earlier_questions": self._words.scores(terms(query.said("user"))),
            "earlier_replies": self._words.scores(terms(query.said("assistant"))),
        }
