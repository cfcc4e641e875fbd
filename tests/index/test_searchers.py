"""One contract, kept by every searcher: the right passages, best first, ties by passage id, the same twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.corpus import make_document
from assistant.filters import NO_FILTERS, Filters
from assistant.index.admitted import Admitted
from assistant.index.build import write_index
from assistant.index.dense import DenseSearcher, write_dense
from assistant.index.encode import Encoder, StaticEncoder, tokens_of
from assistant.index.lexical import LexicalSearcher, write_bags
from assistant.index.rerank import HybridSearcher
from assistant.index.signals import Signals
from assistant.index.words import terms
from assistant.retrieve import Searcher, page_of
from assistant.types import Passage, Query
from tests.fakes import FakeEncoder

TEXTS = {
    "backups#0000": "Make a backup of care plans every day and keep one copy away from the building.",
    "backups#0001": "Test a backup by restoring one file each month.",
    "cameras#0000": "Cameras in bedrooms need the consent of the person who lives there.",
    "passwords#0000": "Join three random words to make a strong password.",
    "passwords#0001": "A password manager remembers each password for you.",
    "phones#0000": "Tell your manager at once if you lose a work phone.",
    "scams#0000": "Forward a suspicious text message to the reporting number.",
    "twins#0000": "Lock the medicine trolley.",
    "twins#0001": "Lock the medicine trolley.",
    "twins#0002": "Lock the medicine trolley.",
    "twins#0003": "Lock the medicine trolley.",
}
QUESTIONS = {
    "how often should I backup care plans": "backups#0000",
    "restoring a backup file": "backups#0001",
    "consent for cameras in bedrooms": "cameras#0000",
    "three random words for a strong password": "passwords#0000",
    "what does a password manager do": "passwords#0001",
    "I lost my work phone, do I tell my manager": "phones#0000",
    "where do I forward a suspicious text message": "scams#0000",
}
FIELDS = {"url": "https://example.org/a-page", "title": "", "publisher": "Example Office", "kind": "guidance"}
TWINS = [f"twins#000{number}" for number in range(4)]

Make = Callable[[Sequence[str], Sequence[str]], Searcher]


def by_page(ids: Sequence[str]) -> Admitted:
    """Return what admits passages as if the publisher of each were the name of its page."""

    def admitted(filters: Filters) -> np.ndarray | None:
        return np.array([page_of(one) in filters.publisher for one in ids], dtype=bool) if filters else None

    return admitted


def lexical(folder: Path, texts: Sequence[str], ids: Sequence[str]) -> Searcher:
    write_bags(folder / "lexical", [terms(text) for text in texts])
    return LexicalSearcher.open(folder / "lexical", ids, by_page(ids))


def dense(folder: Path, encoder: Encoder, texts: Sequence[str], ids: Sequence[str]) -> Searcher:
    write_dense(folder, encoder.encode_passages(texts))
    return DenseSearcher.open(folder, encoder, ids, by_page(ids))


def hybrid(folder: Path, encoder: Encoder, texts: Sequence[str], ids: Sequence[str], page_share: float) -> Searcher:
    """Each text becomes a passage of its page: a document whose paragraphs are cut one by one."""
    bodies: dict[str, list[str]] = {}
    for name, text in zip(ids, texts, strict=True):
        bodies.setdefault(page_of(name), []).append(text)
    documents = [make_document(name, "\n\n".join(body), FIELDS) for name, body in bodies.items()]
    spans = {
        f"{one.id}#{number:04d}": Passage(f"{one.id}#{number:04d}", one.id, 0, block.start, block.end)
        for one in documents
        for number, block in enumerate(one.blocks)
    }
    write_index(folder, documents, [spans[name] for name in ids], encoder)
    admitted = by_page(ids)
    words = LexicalSearcher.open(folder / "lexical", ids, admitted)
    vectors = DenseSearcher.open(folder, encoder, ids, admitted)
    signals = Signals.open(folder, words.bags, vectors, encoder, tokens_of(encoder), admitted)
    return HybridSearcher(signals, ids, page_share=page_share)


@pytest.fixture(
    scope="module", params=["lexical", "dense-fake", "dense-static", "hybrid-fake", "hybrid-static", "hybrid-pages"]
)
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, static_encoder: StaticEncoder) -> Make:
    """Return what builds a searcher of the kind over given texts."""
    kinds: dict[str, Callable[[Path, Sequence[str], Sequence[str]], Searcher]] = {
        "lexical": lexical,
        "dense-fake": lambda folder, texts, ids: dense(folder, FakeEncoder(), texts, ids),
        "dense-static": lambda folder, texts, ids: dense(folder, static_encoder, texts, ids),
        "hybrid-fake": lambda folder, texts, ids: hybrid(folder, FakeEncoder(), texts, ids, 0.0),
        "hybrid-static": lambda folder, texts, ids: hybrid(folder, static_encoder, texts, ids, 0.0),
        "hybrid-pages": lambda folder, texts, ids: hybrid(folder, FakeEncoder(), texts, ids, 0.3),
    }
    return lambda texts, ids: kinds[request.param](tmp_path_factory.mktemp("searcher"), texts, ids)


@pytest.fixture(scope="module")
def searcher(make: Make) -> Searcher:
    return make(list(TEXTS.values()), list(TEXTS))


def found(searcher: Searcher, text: str, k: int = 20, filters: Filters = NO_FILTERS) -> list[str]:
    return [hit.passage_id for hit in searcher.search(Query(text, filters=filters), k).hits]


def only(*pages: str) -> Filters:
    return Filters(publisher=pages)


@pytest.mark.parametrize(("question", "expected"), QUESTIONS.items(), ids=QUESTIONS.values())
def test_the_passage_that_answers_comes_first(searcher: Searcher, question: str, expected: str) -> None:
    assert found(searcher, question)[0] == expected


@pytest.mark.parametrize("passage_id", [name for name in TEXTS if name not in TWINS])
def test_the_words_of_a_passage_find_that_passage(searcher: Searcher, passage_id: str) -> None:
    assert found(searcher, TEXTS[passage_id])[0] == passage_id


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_higher_score_is_better(searcher: Searcher, question: str) -> None:
    hits = searcher.search(Query(question), 20).hits
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[0].score > hits[-1].score or len(hits) == 1
    assert hits[0].score > 0


def test_a_better_match_scores_higher_and_not_only_stands_higher(searcher: Searcher) -> None:
    scores = {hit.passage_id: hit.score for hit in searcher.search(Query("password manager"), 20).hits}
    assert scores["passwords#0001"] > scores["passwords#0000"]
    assert scores["passwords#0001"] > scores["phones#0000"]


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_ties_stand_in_order_of_passage_id_at_every_depth(searcher: Searcher, k: int) -> None:
    hits = searcher.search(Query("lock the medicine trolley"), k).hits
    assert [hit.passage_id for hit in hits] == TWINS[:k]
    assert len({hit.score for hit in hits}) == 1


def test_ties_of_many_passages(make: Make) -> None:
    ids = [f"page#{number:04d}" for number in range(150)]
    many = make(["Lock the trolley."] * 149 + ["Lock the trolley and the door of the trolley."], ids)
    for k in (1, 7, 40):
        assert found(many, "lock the trolley", k) == ids[:k]


@pytest.mark.parametrize("question", [*QUESTIONS, "password", "lock the medicine trolley"])
def test_no_more_than_k_and_a_smaller_k_is_the_beginning_of_a_larger(searcher: Searcher, question: str) -> None:
    whole = found(searcher, question)
    assert len(whole) == len(set(whole)) <= len(TEXTS)
    for k in range(1, len(whole) + 1):
        assert found(searcher, question, k) == whole[:k]


@pytest.mark.parametrize("question", ["", "   ", "\u2603", "\u2603 \u2744"])
def test_a_question_without_words_finds_nothing(searcher: Searcher, question: str) -> None:
    assert searcher.search(Query(question), 5).hits == ()


@pytest.mark.parametrize(
    "question", ["zzxqj wvkkp", "\u4e2d\u6587", "'; DROP TABLE passages; --", "a" * 5_000, "{#anchor}", "-1"]
)
def test_an_odd_question_is_only_a_question(searcher: Searcher, question: str) -> None:
    assert set(found(searcher, question)) <= set(TEXTS)


def test_an_unknown_word_does_not_spoil_a_known_one(searcher: Searcher) -> None:
    assert found(searcher, "zzxqjwvkkp cameras bedrooms consent")[0] == "cameras#0000"


def test_the_ranking_carries_its_query(searcher: Searcher) -> None:
    query = Query("password manager what is it", asked="what is it?")
    assert searcher.search(query, 3).query is query


def test_the_same_twice(make: Make, searcher: Searcher) -> None:
    again = make(list(TEXTS.values()), list(TEXTS))
    for question in QUESTIONS:
        ranking = searcher.search(Query(question), 20)
        assert searcher.search(Query(question), 20) == ranking
        assert again.search(Query(question), 20) == ranking


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60), k=st.integers(1, 12))
def test_any_text_gives_a_ranking_in_order(searcher: Searcher, text: str, k: int) -> None:
    hits = searcher.search(Query(text), k).hits
    keys = [(-hit.score, hit.passage_id) for hit in hits]
    assert keys == sorted(keys)
    assert len(hits) <= k
    assert all(hit.score == hit.score and abs(hit.score) < 1e6 for hit in hits)


PAGES = sorted({page_of(name) for name in TEXTS})


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(st.sampled_from([*QUESTIONS, *TEXTS.values()]), st.text(max_size=40)),
    pages=st.sets(st.sampled_from(PAGES), min_size=1),
    k=st.integers(1, 12),
)
def test_only_admitted_passages_are_found_and_no_depth_loses_one(
    searcher: Searcher, text: str, pages: set[str], k: int
) -> None:
    filters = only(*sorted(pages))
    whole = found(searcher, text, filters=filters)
    assert {page_of(name) for name in whole} <= pages
    assert found(searcher, text, k, filters) == whole[:k]


@pytest.mark.parametrize("text", [*QUESTIONS, "lock the medicine trolley", "password backup phone camera"])
@pytest.mark.parametrize("pages", [("passwords", "twins"), ("backups",), ("backups", "cameras", "phones", "scams")])
def test_scores_that_know_nothing_of_the_other_candidates_stand_in_the_same_order(
    searcher: Searcher, text: str, pages: tuple[str, ...]
) -> None:
    every, few = (searcher.search(Query(text, filters=one), len(TEXTS)).hits for one in (NO_FILTERS, only(*pages)))
    left = [hit for hit in every if page_of(hit.passage_id) in pages]
    if isinstance(searcher, HybridSearcher):  # its scores are measured on the candidates, and those are other ones
        assert {hit.passage_id for hit in few} == {hit.passage_id for hit in left}
    else:
        assert list(few) == left


@pytest.mark.parametrize("question", [*QUESTIONS, "lock the medicine trolley"])
def test_where_nothing_is_admitted_nothing_is_found(searcher: Searcher, question: str) -> None:
    assert found(searcher, question, filters=only("nowhere")) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_filters_that_admit_every_page_change_nothing(searcher: Searcher, question: str) -> None:
    every = searcher.search(Query(question), 20).hits
    assert searcher.search(Query(question, filters=only(*PAGES)), 20).hits == every


def test_passages_that_are_not_admitted_take_no_place_among_the_candidates(make: Make) -> None:
    """More of them match better than a search takes candidates; the one that is admitted is found all the same."""
    crowd = {f"crowd#{number:04d}": "Lock the medicine trolley, lock it, lock it." for number in range(400)}
    many = {**crowd, "rare#0000": "The trolley of the kitchen stands in the kitchen, beside much else."}
    searcher = make(list(many.values()), list(many))
    assert found(searcher, "lock the medicine trolley", 5, only("rare")) == ["rare#0000"]


@pytest.mark.parametrize("kind", ["lexical", "dense"])
def test_an_index_without_its_documents_refuses_filters_rather_than_pass_them_over(tmp_path: Path, kind: str) -> None:
    write_bags(tmp_path / "lexical", [["lock"]])
    write_dense(tmp_path, FakeEncoder().encode_passages(["lock"]))
    searchers: dict[str, Searcher] = {
        "lexical": LexicalSearcher.open(tmp_path / "lexical", ["a#0000"]),
        "dense": DenseSearcher.open(tmp_path, FakeEncoder(), ["a#0000"]),
    }
    assert found(searchers[kind], "lock") == ["a#0000"]
    with pytest.raises(ValueError, match="without its documents"):
        found(searchers[kind], "lock", filters=only("a"))
