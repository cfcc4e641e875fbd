"""Benchmarks: what is read, and which file and line an error names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.types import Utterance
from evals.beir import BenchmarkQuery, documents_of, read_benchmark

CORPUS = [
    {"_id": "d1", "title": "Phones", "text": "Lock a lost phone and tell the manager."},
    {"_id": "d#2", "title": "Backups", "text": "Copy care records every day."},
    {"_id": "d3", "title": "Only a title", "text": "  "},
    {"_id": "d4", "title": "", "text": ""},
]
QUERIES = [
    {"_id": "q1", "text": "lost phone"},
    {
        "_id": "q2",
        "text": "how often?",
        "history": [{"role": "user", "text": "copy records"}, {"role": "agent", "text": "Yes."}],
    },
    {"_id": "q3", "text": "nobody judged this"},
]
QRELS = ["query-id\tcorpus-id\tscore", "q1\td1\t1", "q2\td#2\t2", "q2\td1\t0"]


def write(folder: Path, **changed: str) -> Path:
    contents = {
        "corpus.jsonl": "\n".join(map(json.dumps, CORPUS)),
        "queries.jsonl": "\n".join(map(json.dumps, QUERIES)) + "\n",
        "qrels.tsv": "\n".join(QRELS),
    } | {name.replace("_", "."): content for name, content in changed.items()}
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_a_benchmark_is_read_with_history_grades_and_unjudged_queries(tmp_path: Path):
    made = read_benchmark(write(tmp_path))
    assert made.name == tmp_path.name
    assert list(made.texts) == ["d1", "d#2", "d3", "d4"]
    history = (Utterance("user", "copy records"), Utterance("assistant", "Yes."))
    assert made.queries == (BenchmarkQuery("q1", "lost phone"), BenchmarkQuery("q2", "how often?", history))
    assert made.qrels == {"q1": {"d1": 1}, "q2": {"d#2": 2, "d1": 0}}
    assert made.unjudged == 1


def test_documents_are_the_products_own(tmp_path: Path):
    made = documents_of(read_benchmark(write(tmp_path)))
    assert [document.id for document in made] == ["d1", "d#2", "d3"]
    assert made[2].text == "Only a title"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"corpus_jsonl": '{"_id": "a", "text": "x"}\nnot json'}, "corpus.jsonl:2 is malformed"),
        ({"corpus_jsonl": '{"_id": "a", "title": "no text"}'}, "corpus.jsonl:1 is malformed"),
        ({"corpus_jsonl": '{"_id": "a", "text": 7}'}, "corpus.jsonl:1 is malformed"),
        ({"corpus_jsonl": '["a"]'}, "corpus.jsonl:1 is malformed"),
        ({"corpus_jsonl": '{"_id": "a", "text": "x"}\n\n{"_id": "a", "text": "y"}'}, "corpus.jsonl:3 has no id"),
        ({"corpus_jsonl": "\n"}, "corpus.jsonl is empty"),
        ({"queries_jsonl": ""}, "queries.jsonl is empty"),
        ({"queries_jsonl": '{"_id": "q1", "text": "x", "history": ["no role"]}'}, "queries.jsonl:1 is malformed"),
        ({"qrels_tsv": "query-id\tcorpus-id\tscore\n"}, "qrels.tsv is empty"),
        ({"qrels_tsv": "q1\td1\t1\nq1\td1"}, "qrels.tsv:2 is malformed"),
        ({"qrels_tsv": "q1\td1\tmuch"}, "qrels.tsv:1 is malformed"),
        ({"qrels_tsv": "q9\td1\t1"}, "qrels.tsv:1 names the query 'q9'"),
        ({"qrels_tsv": "q1\td9\t1"}, "qrels.tsv:1 names the document 'd9'"),
    ],
)
def test_an_error_names_file_and_line(tmp_path: Path, changed: dict[str, str], named: str):
    with pytest.raises(ConfigError, match=named.replace(".", r"\.")):
        read_benchmark(write(tmp_path, **changed))


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"corpus\.jsonl cannot be read"):
        read_benchmark(tmp_path)


def asked_after(turn: object) -> str:
    return json.dumps({"_id": "q1", "text": "lost phone"}) + "\n" + json.dumps({"_id": "q2", "text": "x", "history": [turn]})


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"corpus_jsonl": '{"_id": "d1", "text": "x"}\n{"_id": "a", "text": "half \\ud83d"}'}, "corpus.jsonl:2 holds half of"),
        ({"corpus_jsonl": '{"_id": "a", "title": "\\ude00", "text": "x"}'}, "corpus.jsonl:1 holds half of"),
        ({"corpus_jsonl": '{"_id": "\\ud83d", "text": "x"}'}, "corpus.jsonl:1 holds half of"),
        ({"queries_jsonl": '{"_id": "q1", "text": "lost \\ud83d phone"}'}, "queries.jsonl:1 holds half of"),
        ({"queries_jsonl": asked_after({"role": "user", "text": "\ud83d"})}, "queries.jsonl:2 holds half of"),
        ({"queries_jsonl": asked_after({"role": "system", "text": "x"})}, "queries.jsonl:2 is malformed"),
        ({"queries_jsonl": asked_after({"role": None, "text": "x"})}, "queries.jsonl:2 is malformed"),
        ({"queries_jsonl": asked_after({"role": "user", "text": None})}, "queries.jsonl:2 is malformed"),
        ({"queries_jsonl": asked_after({"role": "user"})}, "queries.jsonl:2 is malformed"),
    ],
)
def test_what_no_search_could_take_is_refused_with_its_file_and_line(tmp_path: Path, changed: dict[str, str], named: str):
    with pytest.raises(ConfigError, match=re.escape(f"{tmp_path}/{named}")):
        read_benchmark(write(tmp_path, **changed))


def test_a_whole_pair_is_text(tmp_path: Path):
    query = '{"_id": "q1", "text": "lost phone \\ud83d\\ude00"}'
    (made,) = read_benchmark(write(tmp_path, queries_jsonl=query, qrels_tsv="q1\td1\t1")).queries
    assert made.text == "lost phone \U0001f600"


@pytest.mark.parametrize(("role", "heard"), [("User", "user"), ("agent", "assistant"), ("ASSISTANT", "assistant")])
def test_the_roles_of_a_history_are_read_in_either_case(tmp_path: Path, role: str, heard: str):
    made = read_benchmark(write(tmp_path, queries_jsonl=asked_after({"role": role, "text": "x"})))
    assert [[one.role for one in query.history] for query in made.queries] == [[], [heard]]


@pytest.mark.parametrize("grades", [(1, 0), (0, 1), (2, 2)])
def test_of_a_judgement_given_twice_the_last_line_counts(tmp_path: Path, grades: tuple[int, int]):
    first, last = (f"q1\td1\t{grade}" for grade in grades)
    made = read_benchmark(write(tmp_path, qrels_tsv=f"{first}\nq2\td1\t1\n{last}\n"))
    assert made.qrels == {"q1": {"d1": grades[1]}, "q2": {"d1": 1}}


def test_a_file_that_is_no_text_is_named(tmp_path: Path):
    write(tmp_path).joinpath("corpus.jsonl").write_bytes(b'{"_id": "a", "text": "\xed\xa0\xbd"}')
    with pytest.raises(ConfigError, match=r"corpus\.jsonl cannot be read"):
        read_benchmark(tmp_path)


def test_a_corpus_in_which_nothing_can_be_found_is_named(tmp_path: Path):
    texts = [{"_id": "d1", "title": "", "text": " \n"}, {"_id": "d#2", "title": None, "text": ""}]
    benchmark = read_benchmark(write(tmp_path, corpus_jsonl="\n".join(map(json.dumps, texts))))
    with pytest.raises(ConfigError, match=rf"{re.escape(tmp_path.name)}/corpus\.jsonl has a title or a text"):
        documents_of(benchmark)
