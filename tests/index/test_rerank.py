"""Tests of the default search: signals put on one scale and weighed, and what is asked or was said lifting a passage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from assistant.index.rerank import ASKED_SIGNALS, DEPTH, EARLIER_SIGNALS, WEIGHTS, HybridSearcher, to_unit_range
from assistant.index.signals import SIGNALS
from assistant.retrieve import page_of
from assistant.types import Query, Utterance
from assistant.wiring import Parts
from tests.fakes import FakeEncoder
from tests.index.small import small
from tests.index.test_signals import CASES

PAGES = {
    "backups": "# Backups {#backups}\n\nCopy care plans every day.",
    "cameras": "# Cameras {#cameras}\n\nCameras in bedrooms need consent.",
    "phones": "# Phones {#phones}\n\nWipe it from afar and tell the insurer.",
    "rotas": "# Rotas {#rotas}\n\nShare rotas of the day by letter.",
    "scams": "# Scams {#scams}\n\nForward the text message. Tell nobody the code.",
}
ASKED = {"phones": {"phones": ["my handset vanished on the bus", "somebody nicked our mobile"]}}

values = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, -1.0]))
tables = arrays.arrays(np.float64, st.tuples(st.integers(1, 8), st.integers(1, 4)), elements=values)


def found(parts: Parts, query: Query, k: int = 10, **weights: float) -> list[str]:
    """Return the pages found, with the weights in force or with these alone."""
    searcher = parts.hybrid
    if weights:
        searcher = HybridSearcher(parts.signals, list(parts.store.passages), dict.fromkeys(SIGNALS, 0.0) | weights)
    return [page_of(hit.passage_id) for hit in searcher.search(query, k).hits]


@given(tables)
def test_signals_are_moved_to_0_to_1_and_keep_their_order(table: np.ndarray) -> None:
    moved = to_unit_range(table)
    assert moved.shape == table.shape
    assert ((moved >= 0) & (moved <= 1)).all()
    for before, after in zip(table.T, moved.T, strict=True):
        assert (np.diff(after[np.argsort(before, kind="stable")]) >= 0).all()
        assert len(set(after.tolist())) <= len(set(before.tolist())), "equals stay equal"
        if before.max() > before.min():
            assert (after.min(), after.max()) == (0, 1)


@given(st.integers(1, 8), values)
def test_a_signal_that_is_the_same_for_all_is_1_and_0_where_there_is_none(count: int, value: float) -> None:
    moved = to_unit_range(np.full((count, 1), value))
    assert set(moved[:, 0].tolist()) == {1.0 if value > 0 else 0.0}


@given(tables, st.permutations(range(8)))
def test_the_order_of_the_candidates_makes_no_difference(table: np.ndarray, order: list[int]) -> None:
    rows = [row for row in order if row < len(table)]
    assert to_unit_range(table[rows]).tolist() == to_unit_range(table)[rows].tolist()


def test_the_weights_in_force_name_every_signal_and_pull_none_down() -> None:
    assert set(WEIGHTS) == set(SIGNALS)
    assert all(weight >= 0 for weight in WEIGHTS.values())
    assert sum(WEIGHTS.values()) > 0


@pytest.mark.parametrize("name", SIGNALS)
def test_the_weight_of_a_signal_puts_its_passage_first(name: str, tmp_path: Path) -> None:
    parts = CASES[name].parts(tmp_path / "index")
    assert found(parts, CASES[name].query, **{name: 1.0}) == ["right", "wrong"]
    searcher = HybridSearcher(parts.signals, list(parts.store.passages), dict.fromkeys(SIGNALS, 0.0) | {name: 2.0}, 0.0)
    assert [hit.score for hit in searcher.search(CASES[name].query, 2).hits] == [1.0, 0.0]


def test_the_score_is_the_weighted_mean(tmp_path: Path) -> None:
    parts = small(tmp_path / "index", PAGES)
    query = Query("copy the rotas of the day and tell the insurer")
    rows, table = parts.signals.measure(query, DEPTH)
    weights = np.arange(1.0, 1 + len(SIGNALS))
    never = EARLIER_SIGNALS  # nothing was said before
    has_questions = parts.signals.has_questions(rows)
    possible = np.array([(name not in ASKED_SIGNALS or has) and name not in never for has in has_questions for name in SIGNALS])
    wanted = (to_unit_range(table) * weights).sum(axis=1) / (possible.reshape(table.shape) * weights).sum(axis=1)
    ids = list(parts.store.passages)
    named = dict(zip(SIGNALS, weights, strict=True))
    for in_any_order in (named, dict(reversed(named.items()))):
        hits = HybridSearcher(parts.signals, ids, in_any_order, 0.0).search(query, 10).hits
        assert {hit.passage_id: hit.score for hit in hits} == pytest.approx(
            {ids[row]: score for row, score in zip(rows, wanted, strict=True)}
        )


def test_a_passage_is_found_by_what_is_asked_although_none_of_its_words_is_in_the_question(tmp_path: Path) -> None:
    query, encoder = Query("nicked mobile"), FakeEncoder(2_048)  # so large that no two of these words are taken for one
    parts = small(tmp_path / "with", PAGES, ASKED, encoder)
    _, table = parts.signals.measure(query, DEPTH)
    assert {SIGNALS[column] for column in np.flatnonzero(table.any(axis=0))} == {"asked_words", "asked_vector"}
    assert found(parts, query, 1) == ["phones"]
    assert found(small(tmp_path / "other", PAGES, {"rotas": {"rotas": ["mobile nicked"]}}, encoder), query, 1) == ["rotas"]


def test_what_is_asked_does_not_stand_above_the_words_of_the_page(tmp_path: Path) -> None:
    parts = small(tmp_path / "index", PAGES, ASKED)
    assert found(parts, Query("cameras in bedrooms and consent"), 1) == ["cameras"]


@pytest.mark.parametrize("role", ["user", "assistant"])
def test_what_was_said_before_lifts_the_page_that_was_spoken_of(tmp_path: Path, role: str) -> None:
    parts = small(tmp_path / "index", PAGES)
    said = "Consent for cameras?" if role == "user" else "Cameras in bedrooms need consent."
    name = "earlier_questions" if role == "user" else "earlier_replies"
    before = found(parts, Query("what about the day"), words=1.0, **{name: 1.0})
    after = found(parts, Query("what about the day", history=(Utterance(role, said),)), words=1.0, **{name: 1.0})
    assert before.index("cameras") > 1
    assert after.index("cameras") < before.index("cameras")


def test_what_was_said_leads_where_the_question_itself_says_nothing(tmp_path: Path) -> None:
    parts = small(tmp_path / "index", PAGES)
    history = (Utterance("user", "do cameras in bedrooms need consent"), Utterance("assistant", "Cameras need consent."))
    assert found(parts, Query("xyzzy"), 1) != ["cameras"]
    assert found(parts, Query("xyzzy", history=history), 1) == ["cameras"]


@pytest.mark.parametrize("question", ["tell nobody", "xyzzy", "copy the rotas of the day", "my handset and the code"])
@pytest.mark.parametrize("history", [(), (Utterance("user", "cameras and phones"),)], ids=["first", "later"])
def test_a_smaller_k_is_the_beginning_of_a_larger(tmp_path: Path, question: str, history: tuple[Utterance, ...]) -> None:
    parts = small(tmp_path / "index", {**PAGES, **{f"more{n:03d}": f"Tell the day {n}." for n in range(DEPTH + 20)}}, ASKED)
    whole = found(parts, Query(question, history=history), DEPTH)
    assert len(whole) == len(set(whole)) == DEPTH
    for k in (1, 2, 5, 50, DEPTH - 1):
        assert found(parts, Query(question, history=history), k) == whole[:k]


@pytest.mark.parametrize("k", [0, -1])
def test_nothing_asked_for_is_nothing_found(tmp_path: Path, k: int) -> None:
    assert found(small(tmp_path / "index", PAGES), Query("cameras"), k) == []


def test_a_page_of_which_several_passages_match_is_raised(tmp_path: Path) -> None:
    section = "# {0} {{#{0}}}\n\n" + "Lock the trolley. " * 9
    pages = {
        "a": f"# One {{#one}}\n\n{'Lock the trolley. ' * 9}",
        "b": "\n\n".join(map(section.format, ("two", "three", "four"))),
    }
    parts = small(tmp_path / "index", pages)
    ids = list(parts.store.passages)
    assert [page_of(name) for name in ids].count("b") >= 3
    first = {
        share: HybridSearcher(parts.signals, ids, {**dict.fromkeys(SIGNALS, 0.0), "late": 1.0}, share) for share in (0.0, 0.3)
    }
    query = Query("lock the trolley")
    assert page_of(first[0.0].search(query, 1).hits[0].passage_id) == "a", "all tie, and stand in order of id"
    assert page_of(first[0.3].search(query, 1).hits[0].passage_id) == "b"


WITH_AND_WITHOUT = {
    "hoist": "# Hoists {#hoist}\n\nService every hoist twice a year.",
    "fetched": "# Cameras in bedrooms {#cameras}\n\nCameras in bedrooms need written consent from the person.",
}
QUESTIONS_OF_ANOTHER = {"hoist": {"hoist": ["is written proof of a service needed", "who checks the hoist"]}}
BY_WORDS = Query("written consent for cameras in bedrooms")


def test_a_page_without_questions_that_matches_by_its_words_is_before_one_that_questions_were_written_for(
    tmp_path: Path,
) -> None:
    parts = small(tmp_path / "index", WITH_AND_WITHOUT, QUESTIONS_OF_ANOTHER)
    rows, table = parts.signals.measure(BY_WORDS, DEPTH)
    moved = dict(zip(map(page_of, np.array(list(parts.store.passages))[rows]), to_unit_range(table), strict=True))
    over_all = {page: values @ np.array([WEIGHTS[name] for name in SIGNALS]) for page, values in moved.items()}
    assert over_all["hoist"] > over_all["fetched"], "judged as a page that nobody asks for, it would be second"
    assert found(parts, BY_WORDS) == ["fetched", "hoist"]


def test_a_page_without_questions_is_judged_by_the_other_signals_for_the_whole(tmp_path: Path) -> None:
    parts = small(tmp_path / "index", WITH_AND_WITHOUT, QUESTIONS_OF_ANOTHER)
    weights = dict.fromkeys(SIGNALS, 0.0) | {"words": 1.0, "asked_words": 3.0}
    hits = HybridSearcher(parts.signals, list(parts.store.passages), weights, 0.0).search(BY_WORDS, 2).hits
    assert [(page_of(hit.passage_id), hit.score) for hit in hits] == [("fetched", 1.0), ("hoist", 0.75)]


def test_where_no_page_has_questions_the_signals_of_what_is_asked_change_nothing(tmp_path: Path) -> None:
    parts = small(tmp_path / "index", PAGES)
    assert not parts.signals.has_questions(np.arange(len(PAGES))).any()
    ids, query = list(parts.store.passages), Query("tell nobody the code of the day")
    several = [dict(WEIGHTS) | {"asked_words": weight, "asked_vector": weight} for weight in (0.0, 0.3)]
    first, second = (HybridSearcher(parts.signals, ids, weights, 0.0).search(query, 10).hits for weights in several)
    assert [hit.passage_id for hit in first] == [hit.passage_id for hit in second]
    assert [hit.score for hit in first] == pytest.approx([hit.score for hit in second])
