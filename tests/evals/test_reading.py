"""The figures of the notes: sizes, reading age and facts, on notes whose figures are known."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from assistant.corpus import Corpus
from assistant.reference import Contact, Reference, Term
from evals.reading import reading_age, report, used_facts

EASY = "## Do it now {#now}\n\nLook at it. Put it down. Then go home.\n\n- It is hot.\n- It is red.\n"
HARD = (
    "## Organisational accountability {#duty}\n\nInternational organisations characteristically demonstrate administrative "
    "accountability through comprehensive documentation, independent verification and continual institutional evaluation.\n"
)


def test_long_sentences_of_long_words_are_for_older_readers():
    assert reading_age(EASY) < 8
    assert reading_age(HARD) > 20


def test_marks_of_lists_and_anchors_are_no_words():
    plain = "Do it now.\n\nLook at it. Put it down. Then go home.\n\nIt is hot.\nIt is red.\n"
    assert reading_age(EASY) == reading_age(plain)


def test_facts_of_notes_and_of_the_rest_are_told_apart(corpus: Corpus):
    notes = [document for document in corpus.load().documents if document.is_starter]
    reference = Reference(
        glossary=(Term("copy", (), "A second file.", ("backups-02", "other-01"), ()),),
        contacts=(Contact("desk", "Desk", "Ever.", (), (), (), "2026-01-01", ("other-02",), ()),),
    )
    in_notes, beside = used_facts(notes, reference)
    assert {"backups-01", "backups-02"} <= in_notes
    assert beside == {"backups-02", "other-01", "other-02"}
    lines = list(report(notes, reference, {"backups-01": "high", "other-01": "high", "none-01": "medium"}, worst=1))
    assert lines[0].startswith(f"{len(notes)} notes, ")
    assert lines[1] == "1 terms, 1 contacts, 0 urgent cards"
    assert lines[-2:] == [
        "high facts used by the notes: 1/2; by anything: 2",
        "medium facts used by the notes: 0/1; by anything: 0",
    ]


def test_the_command_measures_what_ships_and_refuses_a_bad_file(tmp_path: Path):
    command = [sys.executable, "-m", "evals", "reading"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    assert " notes, " in done.stdout
    bad = tmp_path / "facts.jsonl"
    bad.write_text(json.dumps({"identity": 1}))
    refused = subprocess.run([*command, "--facts", str(bad)], check=False, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 1
    assert refused.stderr.startswith("evals: the facts cannot be read")
    assert refused.stderr.count("\n") == 1
