"""Benchmarks: what is read, and which file and line an error names."""

from __future__ import annotations

import json
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
