"""Tests of late interaction: each piece of the question counts once, by its greatest likeness and its weight."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import IndexDamaged
from assistant.index.late import PIECES, VOCABULARY, LateInteraction, write_late
from assistant.index.ragged import Ragged
from tests.fakes import FakeEncoder

TEXTS = [
    "Keep copies of care records away from the building.",
    "Tell your manager at once if you lose a work phone.",
    "",
    "Tell your manager at once if you lose a work phone.",
    "Lock the phone.",
]
ALL = np.arange(len(TEXTS))


class Weighing(FakeEncoder):
    """Holds one word for much more than the rest."""

    def weights(self, pieces: np.ndarray) -> np.ndarray:
        """Return 9 for the pieces of "manager", else 1."""
        return np.where(np.isin(pieces, self.pieces(["manager"])[0]), np.float32(9), np.float32(1))


class Drawn:
    """Pieces are the characters' numbers; vectors and weights are drawn once."""

    fingerprint = "drawn"

    def __init__(self, seed: int) -> None:
        draw = np.random.default_rng(seed)
        vectors = draw.normal(size=(26, 5)).astype(np.float32)
        self.table: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self.worth: np.ndarray = draw.uniform(0.1, 3, size=26).astype(np.float32)

    def pieces(self, texts: list[str]) -> list[list[int]]:
        """Return the place of each letter in the alphabet."""
        return [[ord(letter) - ord("a") for letter in text] for text in texts]

    def vectors(self, pieces: np.ndarray) -> np.ndarray:
        """Return the drawn vectors."""
        return self.table[pieces]

    def weights(self, pieces: np.ndarray) -> np.ndarray:
        """Return the drawn weights."""
        return self.worth[pieces]


def made(folder: Path, encoder: FakeEncoder) -> LateInteraction:
    write_late(folder, TEXTS, encoder)
    return LateInteraction.open(folder, len(TEXTS), encoder)


@pytest.fixture
def late(tmp_path: Path) -> LateInteraction:
    return made(tmp_path / "late", FakeEncoder())


def test_the_text_of_a_passage_scores_one(late: LateInteraction) -> None:
    for row in (0, 1, 4):
        assert late.scores(TEXTS[row], np.array([row])) == pytest.approx([1.0])


def test_the_score_is_the_share_of_the_question_that_is_met(late: LateInteraction) -> None:
    assert late.scores("manager phone carrots parsnips", ALL) == pytest.approx([0, 0.5, 0, 0.5, 0.25])


def test_a_piece_counts_once_however_often_it_stands_in_the_question(late: LateInteraction) -> None:
    assert late.scores("phone phone phone manager", ALL) == pytest.approx(late.scores("phone manager", ALL))


def test_scores_stand_in_the_order_of_the_rows_asked_for(late: LateInteraction) -> None:
    whole = late.scores("lock the phone of the manager", ALL)
    rows = np.array([4, 0, 2, 1, 4])
    assert late.scores("lock the phone of the manager", rows).tolist() == whole[rows].tolist()


def test_equal_passages_score_the_same(late: LateInteraction) -> None:
    scores = late.scores("who do I tell that I lost the records of the manager's phone", ALL)
    assert scores[1] == scores[3] > 0


def test_a_weightier_piece_counts_for_more(tmp_path: Path, late: LateInteraction) -> None:
    question = "manager of records"
    plain = late.scores(question, ALL)
    assert plain[0] == plain[1]
    weighed = made(tmp_path / "weighed", Weighing()).scores(question, ALL)
    assert weighed[1] == pytest.approx(0.9)
    assert weighed[0] == pytest.approx(0.1)


@settings(max_examples=60)
@given(
    texts=st.lists(st.text("abcdefgh", max_size=6), min_size=1, max_size=6),
    question=st.text("abcdefghij", min_size=1, max_size=6),
    seed=st.integers(0, 9),
)
def test_the_score_is_the_weighted_mean_of_the_greatest_likenesses(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], question: str, seed: int
) -> None:
    tokens = Drawn(seed)
    folder = tmp_path_factory.mktemp("drawn") / "late"
    write_late(folder, texts, tokens)
    asked = sorted(set(tokens.pieces([question])[0]))
    wanted = [
        sum(tokens.worth[piece] * max(float(tokens.table[piece] @ tokens.table[other]) for other in held) for piece in asked)
        / sum(tokens.worth[piece] for piece in asked)
        if held
        else 0.0
        for held in tokens.pieces(texts)
    ]
    found = LateInteraction.open(folder, len(texts), tokens).scores(question, np.arange(len(texts)))
    assert found == pytest.approx(wanted, abs=1e-5)
    assert (found <= 1 + 1e-5).all()


@pytest.mark.parametrize("question", ["", "???", "of the and"])
def test_a_question_without_pieces_meets_nothing(late: LateInteraction, question: str) -> None:
    assert late.scores(question, ALL).tolist() == [0] * len(TEXTS)


def test_no_rows(late: LateInteraction) -> None:
    assert late.scores("phone", np.zeros(0, dtype=np.int64)).tolist() == []


@pytest.mark.parametrize("texts", [[], [""], ["", "the of"]])
def test_passages_without_pieces(tmp_path: Path, texts: list[str]) -> None:
    write_late(tmp_path / "none", texts, FakeEncoder())
    late = LateInteraction.open(tmp_path / "none", len(texts), FakeEncoder())
    assert late.scores("phone", np.arange(len(texts))).tolist() == [0] * len(texts)


@pytest.mark.parametrize("name", [PIECES, VOCABULARY])
@pytest.mark.parametrize("content", [None, b"", b"junk"], ids=["missing", "empty", "junk"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, late: LateInteraction, name: str, content: bytes | None) -> None:
    file = tmp_path / "late" / name
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(IndexDamaged, match=rf"{name}.*run: careguide index"):
        LateInteraction.open(tmp_path / "late", len(TEXTS), FakeEncoder())


@pytest.mark.parametrize("name", [PIECES, VOCABULARY])
def test_a_file_that_breaks_off_is_damage(tmp_path: Path, late: LateInteraction, name: str) -> None:
    file = tmp_path / "late" / name
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(IndexDamaged, match="run: careguide index"):
        LateInteraction.open(tmp_path / "late", len(TEXTS), FakeEncoder())


def test_a_vocabulary_of_another_index_is_damage(tmp_path: Path, late: LateInteraction) -> None:
    np.save(tmp_path / "late" / VOCABULARY, np.zeros(2, dtype=np.int32))
    with pytest.raises(IndexDamaged, match="beyond its vocabulary"):
        LateInteraction.open(tmp_path / "late", len(TEXTS), FakeEncoder())


def test_pieces_of_another_number_of_passages_are_damage(tmp_path: Path, late: LateInteraction) -> None:
    Ragged.of([[0]]).write(tmp_path / "late" / PIECES)
    with pytest.raises(IndexDamaged, match="holds 1 rows, not 5"):
        LateInteraction.open(tmp_path / "late", len(TEXTS), FakeEncoder())
