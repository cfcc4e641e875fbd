"""The command line over the packaged corpus: what it prints, and its exit codes on good and bad input."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from assistant.config import packaged_corpus
from tests.conftest import FOREIGN, QUESTION, Command
from tests.schema import AnswerJson, CardJson, ContactJson, DocumentJson, SearchJson, TermJson


def test_ask_prints_excerpts_with_where_they_are_from(careguide: Command):
    done = careguide("ask", QUESTION)
    assert done.code == 0
    assert "What to do first if you clicked a link" in done.out
    assert "[1] Careguide starter notes: What to do if you clicked a bad link" in done.out
    assert "Careguide's own wording of guidance, not official text" in done.out
    assert "https://www.ncsc.gov.uk/" in done.out
    assert "\x1b" not in done.out


def test_ask_json_has_the_documented_shape(careguide: Command):
    done = careguide("ask", QUESTION, "--json")
    answer = AnswerJson.model_validate_json(done.out, strict=True)
    assert done.code == 0
    assert answer.outcome == "answered"
    assert answer.quotes[0].citation.number == 1


def test_quotes_stand_word_for_word_in_the_document_shown(careguide: Command):
    answer = json.loads(careguide("ask", QUESTION, "--json").out)
    for quote in answer["quotes"]:
        shown = DocumentJson.model_validate_json(careguide("show", quote["document_id"], "--json").out, strict=True)
        assert shown.text[quote["start"] : quote["end"]] == quote["text"]
        assert shown.content_hash == quote["content_hash"]


def test_the_same_question_gives_the_same_bytes_but_for_the_time(careguide: Command):
    first, second = (json.loads(careguide("ask", QUESTION, "--json").out) for _ in range(2))
    assert first.pop("took_ms") > 0
    assert second.pop("took_ms") > 0
    assert json.dumps(first) == json.dumps(second)


def test_not_found_is_exit_code_3(careguide: Command):
    plain, as_json = careguide("ask", FOREIGN), careguide("ask", FOREIGN, "--json")
    assert plain.code == as_json.code == 3
    assert plain.out.startswith(f"Question: {FOREIGN}\n\nNot something I can answer.")
    answer = AnswerJson.model_validate_json(as_json.out, strict=True)
    assert (answer.outcome, answer.quotes) == ("out_of_scope", [])
    assert answer.reason


def test_a_question_can_come_on_standard_input(careguide: Command):
    assert careguide("ask", stdin=QUESTION.encode()).out == careguide("ask", QUESTION).out
    assert careguide("ask", "-", stdin=QUESTION.encode()).code == 0


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (["ask", ""], b"", "the question is empty"),
        (["ask", "  \x1b[31m\u200b "], b"", "the question is empty"),
        (["ask"], b"", "the question is empty"),
        (["ask", "x" * 10_000], b"", "has 10,000 characters, more than 4,000"),
        (["ask"], bytes(range(256)), "not text"),
        (["search", " "], b"", "the question is empty"),
        (["ask", "--batch", "/nowhere/at/all.jsonl"], b"", "/nowhere/at/all.jsonl cannot be read"),
        (["ask", "x", "--batch", "-"], b"", "not allowed with argument"),
        (["ask", "x", "--nope"], b"", "--nope"),
        (["nope"], b"", "nope"),
        (["search", "x", "-k", "0"], b"", "-k"),
    ],
)
def test_usage_errors_are_exit_code_2_with_what_to_do(careguide: Command, arguments: list[str], stdin: bytes, says: str):
    done = careguide(*arguments, stdin=stdin)
    assert done.code == 2
    assert says in done.err
    assert done.out == ""


def test_search_lists_ranked_passages(careguide: Command):
    listed = json.loads(careguide("search", "ransomware first steps", "-k", "5", "--json").out)
    scores = [hit["score"] for hit in listed["hits"]]
    assert [hit["rank"] for hit in listed["hits"]] == [1, 2, 3, 4, 5]
    assert scores == sorted(scores, reverse=True)
    assert listed["hits"][0]["document_id"] == "starter/ransomware"
    plain = careguide("search", "ransomware first steps", "-k", "2")
    assert plain.out.startswith("1. ")
    assert "document starter/ransomware" in plain.out


def test_filters_of_ask_and_search_admit_some_pages_and_are_told(careguide: Command):
    flags = ("--topic", "Passwords", "--topic", "mfa", "--applies-to", "scotland", "--since", "2025")
    filters = {
        "publisher": [],
        "kind": [],
        "topic": ["passwords", "mfa"],
        "applies_to": ["Scotland"],
        "updated_since": "2025-01-01",
    }
    listed = SearchJson.model_validate_json(careguide("search", "passwords", "-k", "99", *flags, "--json").out, strict=True)
    assert listed.filters.model_dump() == filters
    topics = {topic for hit in listed.hits for topic in json.loads(careguide("show", hit.document_id, "--json").out)["topics"]}
    assert topics >= {"passwords", "mfa"}
    asked = careguide("ask", "how do I make a strong password", *flags, "--json")
    answer = AnswerJson.model_validate_json(asked.out, strict=True)
    assert (asked.code, answer.outcome) == (0, "answered")
    assert answer.filters.model_dump() == filters
    plain = careguide("search", "passwords", "--topic", "cctv").out
    assert plain.startswith("Only these pages were looked at: topic cctv.\n\n1. ")


def test_what_filters_keep_out_is_not_found_and_the_answer_says_so(careguide: Command):
    done = careguide("ask", QUESTION, "--topic", "cctv", "--topic", "dpo")
    assert done.code == 3
    assert "I found nothing about this among: topic cctv or dpo. Without the filter, other pages may answer." in done.out
    assert "If this is happening now, do this first:" in done.out, "first steps are never filtered"
    none = careguide("search", QUESTION, "--since", "2030")
    assert (none.code, none.out) == (
        3,
        "Only these pages were looked at: updated since 1 January 2030.\n\nNothing found.\n",
    )


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--publisher", "NCSCC"), "no page has the publisher 'NCSCC'; the nearest there: Careguide starter notes"),
        (("--topic", "pasword"), "no page has the topic 'pasword'; the nearest there: passwords"),
        (("--applies-to", "Walse"), "the nearest there: Wales"),
        (("--since", "soon"), "'soon' is not a date; write a year such as 2025"),
        (("--since", ""), "'' is not a date"),
    ],
)
def test_filters_that_nothing_has_are_usage_errors(careguide: Command, command: str, flags: tuple[str, str], says: str):
    done = careguide(command, QUESTION, *flags)
    assert (done.code, done.out) == (2, "")
    assert says in done.err


def test_search_without_result_is_exit_code_3(careguide: Command):
    done = careguide("search", "of the and")
    assert done.code == 3


def test_show_prints_a_document_or_names_a_near_one(careguide: Command):
    assert careguide("show", "starter/usb").out.startswith("USB sticks")
    missing = careguide("show", "usb")
    assert missing.code == 1
    assert "did you mean 'starter/usb'" in missing.err


def test_doctor_says_what_is_used_and_that_all_is_well(careguide: Command):
    done = careguide("doctor")
    assert done.code == 0
    assert "all files sound" in done.out
    assert "All is well." in done.out


def test_doctor_lists_bad_documents_and_a_missing_index(careguide: Command, tmp_path: Path):
    shutil.copytree(packaged_corpus() / "starter", tmp_path / "corpus" / "starter")
    (tmp_path / "corpus" / "bad.md").write_text("---\ntitle: No publisher\nurl: https://example.org\n---\n\nText.\n")
    done = careguide("doctor", flags=["--corpus", str(tmp_path / "corpus"), "--data", str(tmp_path / "data")])
    assert done.code == 1
    assert "bad.md: the field 'publisher'" in done.out
    assert "there is no index" in done.out
    assert "2 things are wrong" in done.out


def test_without_a_terminal_three_examples_are_answered(careguide: Command):
    done = careguide()
    assert done.code == 0
    assert done.out.count("Question: ") == 3
    assert 'In a terminal, "careguide" (or "make run") opens' in done.out
    assert careguide("tui").code == 2


def test_index_is_built_on_the_first_question_and_again_when_the_corpus_changes(careguide: Command, tmp_path: Path):
    corpus = tmp_path / "corpus"
    (corpus / "starter").mkdir(parents=True)
    shutil.copy(packaged_corpus() / "starter" / "usb.md", corpus / "starter")
    flags = ["--corpus", str(corpus), "--data", str(tmp_path / "data")]
    first = careguide("ask", "can I use a USB stick", flags=flags)
    assert (first.code, first.err) == (0, "Building the index for the first time.\n")
    assert careguide("ask", "can I use a USB stick", flags=flags).err == ""
    shutil.copy(packaged_corpus() / "starter" / "wifi.md", corpus / "starter")
    assert "has changed; building" in careguide("ask", "change the router password", flags=flags).err
    (corpus / "starter" / "usb.md").unlink()
    gone = careguide("ask", "can I use a USB stick", "--json", flags=flags)
    assert "starter/usb" not in gone.out
    kept = careguide("index", flags=flags)
    assert kept.out.startswith("Nothing has changed")


@pytest.mark.parametrize(
    "name",
    [
        "documents.sqlite",
        "dense.faiss",
        "vectors.npy",
        "manifest.json",
        "lexical/vocab.index.json",
        "sequences.npy",
        "late/pieces.npy",
    ],
)
def test_a_damaged_index_is_told_and_mended(careguide: Command, tmp_path: Path, name: str):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    shutil.copy(packaged_corpus() / "starter" / "usb.md", corpus)
    flags = ["--corpus", str(corpus), "--data", str(tmp_path / "data")]
    careguide("index", flags=flags)
    file = next((tmp_path / "data" / "index" / "generations").iterdir()) / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)
    assert "wrong" in careguide("doctor", flags=flags).out
    done = careguide("ask", "can I use a USB stick", flags=flags)
    assert (done.code, done.err) == (0, "The index is damaged; building it again.\n")
    assert careguide("doctor", flags=flags).code == 0


def test_a_corpus_folder_that_is_not_there_is_told(careguide: Command, tmp_path: Path):
    done = careguide("ask", "usb", flags=["--corpus", str(tmp_path / "none"), "--data", str(tmp_path)])
    assert done.code == 1
    assert "none cannot be read" in done.err
    assert done.err.count("\n") == 1


def test_a_corpus_without_a_good_document_is_told(careguide: Command, tmp_path: Path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_bytes(b"\xff\xfe binary")
    done = careguide("ask", "usb", flags=["--corpus", str(tmp_path / "corpus"), "--data", str(tmp_path / "data")])
    assert done.code == 1
    assert "no document to answer from" in done.err
    assert "a.md: not UTF-8" in done.err


def test_odd_files_in_the_corpus_are_named_and_left_out(careguide: Command, tmp_path: Path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    shutil.copy(packaged_corpus() / "starter" / "usb.md", corpus)
    os.mkfifo(corpus / "pipe.md")
    (corpus / "esc\x1b[31m.md").write_text("x")
    Path(os.fsdecode(os.fsencode(corpus) + b"/bad\xff.md")).write_text("x")
    (corpus / "deep.md").write_text("---\ntitle: " + "[" * 60_000 + "\n---\nx")
    (corpus / "twice.md").write_text("---\ntitle: a\ntitle: b\npublisher: c\nurl: https://example.org\n---\nx")
    flags = ["--corpus", str(corpus), "--data", str(tmp_path / "data")]
    done = careguide("index", flags=flags)
    assert done.code == 0
    assert ": 1 documents, " in done.out
    assert "\x1b" not in done.err
    said = done.err.splitlines()
    assert len(said) == 5
    assert any("pipe.md: not a regular file" in line for line in said)
    assert any("deep.md" in line and "nest deeper" in line for line in said)
    assert any("twice.md" in line and "'title' stands there twice" in line for line in said)
    assert sum("characters that cannot be shown" in line for line in said) == 2


def test_a_data_folder_that_cannot_be_written_is_told(careguide: Command, tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    done = careguide("ask", "usb", flags=["--data", str(blocked)])
    assert done.code == 1
    assert "cannot write the index" in done.err
    assert "--data" in done.err
    assert blocked.read_text() == "not a folder"


def test_settings_that_cannot_be_used_are_told(careguide: Command, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CAREGUIDE_PASSAGE_TOKENS", "much")
    done = careguide("ask", "usb")
    assert done.code == 2
    assert "passage_tokens is 'much'" in done.err


def test_an_encoder_that_is_not_there_is_told(careguide: Command, tmp_path: Path):
    done = careguide("ask", "usb", flags=["--data", str(tmp_path), "--encoder", "nobody/nothing"])
    assert done.code == 1
    assert "nobody/nothing" in done.err
    assert "static" in done.err


def test_explain_gives_the_meaning_of_a_term(careguide: Command):
    done = careguide("explain", "2fa")
    assert done.code == 0
    assert done.out.startswith("2-step verification (also: 2SV")
    assert "https://www.ncsc.gov.uk/" in done.out
    (term,) = json.loads(careguide("explain", "two", "factor", "--json").out)
    assert TermJson.model_validate_json(json.dumps(term), strict=True).term == "2-step verification"


def test_explain_without_a_word_lists_the_glossary_and_says_when_a_word_is_not_there(careguide: Command):
    everything = json.loads(careguide("explain", "--json").out)
    assert len(everything) >= 120
    near = careguide("explain", "ransomwear")
    assert near.code == 3
    assert "The nearest there: ransomware" in near.out
    assert careguide("explain", FOREIGN).code == 3


def test_contacts_say_whom_to_reach_when_and_how_old_that_is(careguide: Command):
    done = careguide("contacts", "scotland", "101")
    assert done.code == 0
    assert done.out.startswith("Police Scotland\n  When: ")
    assert "Call 101" in done.out
    assert "The oldest page behind this is of 4 December 2025; it was last checked against its facts on" in done.out
    assert "The pages behind this give no date; " in careguide("contacts", "7726").out
    values = json.loads(careguide("contacts", "--json").out)
    everyone = [ContactJson.model_validate_json(json.dumps(one), strict=True) for one in values]
    assert len({one.id for one in everyone}) == len(everyone) >= 15
    nobody = careguide("contacts", FOREIGN)
    assert nobody.code == 3
    assert "careguide contacts" in nobody.out


def test_urgent_shows_a_card_and_lists_those_that_fit(careguide: Command):
    done = careguide("urgent", "ransomware")
    assert done.code == 0
    assert "1. If a life is in danger, call 999 first." in done.out
    assert "Call 0300 123 2040 (Press 9" in done.out
    assert "Read on: careguide show starter/ransomware" in done.out
    assert careguide("show", "starter/ransomware").code == 0
    values = json.loads(careguide("urgent", "--json").out)
    cards = [CardJson.model_validate_json(json.dumps(one), strict=True) for one in values]
    listed = careguide("urgent")
    assert listed.code == 0
    assert all(f"careguide urgent {card.id}: " in listed.out for card in cards)
    several = careguide("urgent", "hacked")
    assert several.code == 0
    assert several.out.splitlines()[0] == "Which of these?"
    assert several.out.count("careguide urgent ") == 2
    foreign = careguide("urgent", FOREIGN)
    assert foreign.code == 3
    assert foreign.out.count("careguide urgent ") == len(cards)


@pytest.mark.parametrize("command", ["urgent", "contacts", "explain"])
def test_a_corpus_without_these_files_says_so(careguide: Command, corpus_root: Path, tmp_path: Path, command: str):
    flags = ("--corpus", str(corpus_root), "--data", str(tmp_path / "data"))
    for words in ((), ("ransomware",)):
        done = careguide(command, *words, flags=flags)
        assert done.code == 3
        assert done.out.startswith("This corpus has no ")
        assert '"careguide doctor" says' in done.out
    assert json.loads(careguide(command, "--json", flags=flags).out) == []


def test_a_broken_file_is_told_by_the_build_and_the_doctor(careguide: Command, corpus_root: Path, tmp_path: Path):
    (corpus_root / "urgent.toml").write_text("[[card")
    flags = ("--corpus", str(corpus_root), "--data", str(tmp_path / "data"))
    built = careguide("index", flags=flags)
    assert built.code == 0
    assert "careguide: left out: urgent.toml: " in built.err
    assert "999" in careguide("urgent", flags=flags).out
    doctor = careguide("doctor", flags=flags)
    assert doctor.code == 1
    assert "urgent.toml" in doctor.out


def test_a_card_whose_document_is_not_in_the_index_points_nowhere(careguide: Command, corpus_root: Path, tmp_path: Path):
    for name in ("urgent", "contacts"):
        shutil.copy(packaged_corpus() / f"{name}.toml", corpus_root)
    flags = ("--corpus", str(corpus_root), "--data", str(tmp_path / "data"))
    card = careguide("urgent", "ransomware", flags=flags)
    assert card.code == 0
    assert "call 999 first" in card.out
    assert "Read on" not in card.out
