"""Tests of the signals: each rises for the passage that it should speak for, and for no other reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexDamaged
from assistant.index.signals import ASKED, GRAMS, HEADINGS, PASSAGE_ROWS, SEQUENCES, SIGNALS, AskedIndex
from assistant.retrieve import page_of
from assistant.types import Query, Utterance
from assistant.wiring import Parts, open_parts
from tests.fakes import FakeEncoder
from tests.index.small import Asked, small


class Even(FakeEncoder):
    """Gives the same vector to every text, so that vectors prefer nothing."""

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return the first unit vector for each text."""
        return np.repeat(np.eye(1, self.dim, dtype=np.float32), len(texts), axis=0)


class Knowing(FakeEncoder):
    """Knows that a computer is a laptop, in whole texts or in word pieces."""

    def __init__(self, whole: bool) -> None:
        super().__init__()
        self._whole = whole

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Return vectors in which the two words are one, or the same for every text."""
        if self._whole:
            return super().encode_queries([text.replace("computer", "laptop") for text in texts])
        return Even.encode_queries(self, texts)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Return pieces in which the two words are one, or not."""
        return super().pieces(texts if self._whole else [text.replace("computer", "laptop") for text in texts])


def heard(role: str, text: str) -> tuple[Utterance, ...]:
    return (Utterance("user" if role == "user" else "assistant", text),)


@dataclass(frozen=True)
class Case:
    """A question for which one signal, and no other, prefers the page "right" to the page "wrong"."""

    question: str
    right: str
    wrong: str
    asked: Asked = field(default_factory=dict)
    history: tuple[Utterance, ...] = ()
    encoder: FakeEncoder = field(default_factory=Even)

    def parts(self, folder: Path) -> Parts:
        return small(folder, {"right": self.right, "wrong": self.wrong}, self.asked, self.encoder)

    @property
    def query(self) -> Query:
        return Query(self.question, history=self.history)


PLAIN = "Lock the trolley."
CASES = {
    "words": Case("nursing", "Nurse or nurse.", "Nurse or nursin."),
    "vector": Case("lock the laptop", "Lock the computer.", "Lock the trolley.", encoder=Knowing(whole=True)),
    "headings": Case("backups", "# Backups\n\nTrolley.", "# Trolley\n\nBackups, backups, backups, backups and backups."),
    "grams": Case("lock pasword", "Lock passwords.", "Lock trolleys."),
    "late": Case("lock the laptop", "Lock the computer.", "Lock the trolley.", encoder=Knowing(whole=False)),
    "near": Case("lost phone", "Lost phone. " + "Trolley. " * 9, "Lost. " + "Trolley. " * 9 + "Phone."),
    "asked_words": Case(
        "lock that handset", PLAIN, PLAIN, {"right": {"": ["handset vanished"]}, "wrong": {"": ["wheel vanished"]}}
    ),
    "asked_vector": Case(
        "lock the laptop",
        PLAIN,
        PLAIN,
        {"right": {"": ["computer vanished"]}, "wrong": {"": ["wheel vanished"]}},
        encoder=Knowing(whole=True),
    ),
    "earlier_questions": Case("lock", "Lock medicine.", "Lock trolleys.", history=heard("user", "medicine?")),
    "earlier_replies": Case("lock", "Lock medicine.", "Lock trolleys.", history=heard("assistant", "Medicine.")),
}


def measured(parts: Parts, query: Query, depth: int = 100) -> dict[str, dict[str, float]]:
    """Return each signal of each page of one passage."""
    rows, values = parts.signals.measure(query, depth)
    pages = [page_of(list(parts.store.passages)[row]) for row in rows]
    assert len(set(pages)) == len(pages)
    return {page: dict(zip(SIGNALS, line.tolist(), strict=True)) for page, line in zip(pages, values, strict=True)}


def test_every_signal_has_a_case() -> None:
    assert tuple(CASES) == SIGNALS


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_rises_for_its_passage_and_no_other_signal_does(name: str, tmp_path: Path) -> None:
    found = measured(CASES[name].parts(tmp_path / "index"), CASES[name].query)
    assert {one for one in SIGNALS if found["right"][one] > found["wrong"][one]} == {name}


CROWD = {f"crowd{number}": f"Lock the trolley {number} times." for number in range(9)}


def test_what_is_asked_makes_a_candidate_of_a_passage_that_shares_no_word_with_the_question(tmp_path: Path) -> None:
    pages = {**CROWD, "phones": "# Phones {#phones}\n\nWipe it from afar."}
    asked = {"phones": {"phones": ["handset vanished from the trolley"]}}
    query, encoder = Query("the handset on the trolley"), FakeEncoder(2_048)  # no two of these words are taken for one
    assert "phones" not in measured(small(tmp_path / "without", pages, encoder=encoder), query, 4)
    found = measured(small(tmp_path / "with", pages, asked, encoder), query, 4)
    assert {name for name, value in found["phones"].items() if value > 0} == {"asked_words", "asked_vector"}


def test_signals_are_those_of_the_candidate_however_few_there_are(tmp_path: Path) -> None:
    asked = {"crowd7": {"": ["lock it"]}, "crowd8": {"": ["the door"]}}
    pages = {**CROWD, "crowd7": "# Lock {#lock}\n\nThe trolley, the trolley and the lock."}
    parts = small(tmp_path / "index", pages, asked, FakeEncoder(2_048))
    query = Query("lock trolley 4 by the door", history=(*heard("user", "8"), *heard("assistant", "lock 3")))
    whole = measured(parts, query)
    assert all(len({line[name] for line in whole.values()}) > 1 for name in SIGNALS)
    for depth in (1, 2):
        few = measured(parts, query, depth)
        assert 0 < len(few) < len(whole)
        assert few == {page: pytest.approx(whole[page]) for page in few}


def test_a_word_of_the_heading_is_not_near_one_of_the_body(tmp_path: Path) -> None:
    pages = {
        "over": "# Lost {#lost}\n\nPhone.",
        "within": "# Lost phone {#lost}\n\nTrolley.",
        "body": "# Wheel {#w}\n\nLost phone.",
    }
    found = measured(small(tmp_path / "index", pages), Query("lost phone"))
    assert found["over"]["near"] == 0
    assert found["within"]["near"] == found["body"]["near"] > 0


@pytest.mark.parametrize("role", ["user", "assistant"])
def test_what_was_said_makes_a_candidate_of_a_passage_that_shares_no_word_with_the_question(tmp_path: Path, role: str) -> None:
    pages = {**CROWD, "phones": "Wipe the phone from afar."}
    parts = small(tmp_path / "index", pages)
    assert "phones" not in measured(parts, Query("lock trolley"), 4)
    assert "phones" in measured(parts, Query("lock trolley", history=heard(role, "My phone, that phone.")), 4)


def test_candidates_are_no_more_than_were_asked_for_of_each_kind(tmp_path: Path) -> None:
    parts = small(tmp_path / "index", {f"page{number}": "Lock the trolley" + " door" * number for number in range(1, 9)})
    for depth in range(1, 9):
        assert depth <= len(measured(parts, Query("lock the trolley"), depth)) <= 2 * depth


def test_half_as_many_candidates_come_of_what_is_asked(tmp_path: Path) -> None:
    pages = {f"near{number}": "Handset" + " door" * number for number in range(1, 5)}
    asked = {f"far{number}": {"": ["handset" + " door" * number]} for number in range(1, 7)}
    parts = small(tmp_path / "index", pages | dict.fromkeys(asked, "Lock the trolley."), asked, FakeEncoder(2_048))
    assert set(measured(parts, Query("handset"), 4)) == {*pages, "far1", "far2"}


def test_rows_are_distinct_and_in_order(tmp_path: Path) -> None:
    rows, values = small(tmp_path / "index", CROWD).signals.measure(Query("lock the trolley"), 5)
    assert rows.tolist() == sorted(set(rows.tolist()))
    assert values.shape == (len(rows), len(SIGNALS))
    assert np.isfinite(values).all()


@pytest.mark.parametrize("question", ["", "of the and", "???"])
def test_a_question_without_content_words_has_no_candidates(tmp_path: Path, question: str) -> None:
    parts = small(tmp_path / "index", CROWD, {"crowd1": {"": ["of the and", "???"]}})
    rows, values = parts.signals.measure(Query(question, history=heard("user", "trolley")), 5)
    assert (rows.tolist(), values.shape) == ([], (0, len(SIGNALS)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_index_without_passages_has_no_candidates(tmp_path: Path) -> None:
    rows, _ = small(tmp_path / "index", {}).signals.measure(Query("trolley"), 5)
    assert rows.tolist() == []


def test_the_best_question_of_a_passage_counts_and_not_their_number(tmp_path: Path) -> None:
    asked = {
        "one": {"": ["handset vanished"]},
        "many": {"": ["handset of my uncle", "handset of my aunt", "handset of my neighbour"]},
    }
    found = measured(small(tmp_path / "index", {"one": PLAIN, "many": PLAIN}, asked), Query("handset vanished"))
    assert found["one"]["asked_words"] > found["many"]["asked_words"] > 0
    assert found["one"]["asked_vector"] > found["many"]["asked_vector"] > 0


def test_each_section_is_found_by_what_is_asked_for_it_alone(tmp_path: Path) -> None:
    filler = "Words that nobody looks for stand here to fill the passage. " * 5
    body = f"# One {{#one}}\n\n{filler}\n\n# Two {{#two}}\n\n{filler}"
    parts = small(tmp_path / "index", {"page": body}, {"page": {"two": ["handset vanished"], "nowhere": ["handset lost"]}})
    rows, values = parts.signals.measure(Query("handset"), 5)
    passages = list(parts.store.passages.values())
    sections = [parts.store.document("page").sections[passages[row].section] for row in rows]
    asked_words = values[:, SIGNALS.index("asked_words")]
    assert {one.anchor for one, value in zip(sections, asked_words, strict=True) if value > 0} == {"two"}


ASKED_FOR: Mapping[str, Mapping[str, Sequence[str]]] = {
    "crowd1": {"": ["handset vanished"]},
    "crowd2": {"": ["wheel vanished"]},
}


def test_without_what_is_asked_nothing_is_written_and_the_search_works(tmp_path: Path) -> None:
    parts = small(tmp_path / "index", CROWD)
    assert not (tmp_path / "index" / ASKED).exists()
    assert AskedIndex.open(tmp_path / "index" / ASKED, len(CROWD), 256) is None
    found = measured(parts, Query("lock the trolley"))
    assert set(found) == set(CROWD)
    assert all(line["asked_words"] == line["asked_vector"] == 0 for line in found.values())


def test_the_same_questions_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        small(tmp_path / name, CROWD, ASKED_FOR)
    files = sorted(file.relative_to(tmp_path / "one") for file in (tmp_path / "one").rglob("*") if file.is_file())
    assert {Path(HEADINGS), Path(GRAMS), Path(ASKED)} <= {file.parent for file in files}
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)


@pytest.mark.parametrize("content", [None, b"junk"], ids=["missing", "junk"])
def test_each_file_of_the_signals_is_needed(tmp_path: Path, content: bytes | None) -> None:
    folder = tmp_path / "index"
    small(folder, CROWD, ASKED_FOR)
    files = [
        folder / SEQUENCES,
        *(file for name in (HEADINGS, GRAMS, ASKED, "late") for file in sorted((folder / name).iterdir())),
    ]
    assert len(files) > 15
    for file in files:
        kept = file.read_bytes()
        file.unlink()
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(IndexDamaged, match="run: careguide index") as caught:
            open_parts(folder, FakeEncoder())
        assert str(file.parent) in str(caught.value)
        file.write_bytes(kept)
    assert measured(open_parts(folder, FakeEncoder()), Query("handset"))["crowd1"]["asked_words"] > 0


@pytest.mark.parametrize("rows", [[0], [0, 1, 1], [0, len(CROWD)], [-1, 0]], ids=["fewer", "more", "beyond", "below"])
def test_questions_that_do_not_fit_the_passages_are_damage(tmp_path: Path, rows: list[int]) -> None:
    small(tmp_path / "index", CROWD, ASKED_FOR)
    np.save(tmp_path / "index" / ASKED / PASSAGE_ROWS, np.array(rows, dtype=np.int32))
    with pytest.raises(IndexDamaged, match=f"{ASKED} does not fit the passages or the encoder"):
        open_parts(tmp_path / "index", FakeEncoder())


def test_questions_of_an_encoder_of_another_size_are_damage(tmp_path: Path) -> None:
    small(tmp_path / "index", CROWD, ASKED_FOR)
    with pytest.raises(IndexDamaged, match=f"{ASKED} does not fit the passages or the encoder"):
        AskedIndex.open(tmp_path / "index" / ASKED, len(CROWD), 255)
