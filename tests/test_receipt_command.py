"""``ask --receipt`` and ``verify-receipt``: files, exit codes, and what is said when the guidance has changed."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.config import packaged_corpus
from assistant.errors import IndexDamaged
from assistant.receipt.read import read_receipt
from assistant.types import Document
from assistant.wiring import Assistant
from tests.conftest import FOREIGN, QUESTION, Command, Done
from tests.receipt.schema import CheckedJson, ReceiptJson

LATER = "starter/clicked-link.md"
SAID = "stop there"


@pytest.fixture
def file(careguide: Command, tmp_path: Path) -> Path:
    """Return the receipt of an answer over the packaged corpus."""
    made = tmp_path / "a.receipt.json"
    assert careguide("ask", QUESTION, "--receipt", str(made)).code == 0
    return made


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the flags of a corpus in which the words of that answer are others."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(packaged_corpus(), folder / "corpus", ignore=shutil.ignore_patterns("reports", ".*"))
    note = folder / "corpus" / LATER
    text = note.read_text(encoding="utf-8")
    assert SAID in text
    note.write_text(text.replace(SAID, "go on there"), encoding="utf-8")
    return ["--corpus", str(folder / "corpus"), "--data", str(folder / "data")]


def shapes(done: Done) -> list[CheckedJson]:
    return [CheckedJson.model_validate_json(json.dumps(one), strict=True) for one in json.loads(done.out)]


def test_an_answer_and_its_receipt_are_the_same(careguide: Command, tmp_path: Path):
    file = tmp_path / "a.json"
    done = careguide("ask", QUESTION, "--json", "--receipt", str(file))
    answer = json.loads(done.out)
    kept = ReceiptJson.model_validate_json(file.read_bytes(), strict=True)
    assert done.code == 0
    assert done.err == f"The receipt is in {file}. Only you can read it; it holds your question.\n"
    assert kept.index.model_dump().items() <= answer["index"].items()
    (only,) = kept.answers
    assert (only.question, only.outcome) == (answer["question"], answer["outcome"])
    for quote, given in zip(only.quotes, answer["quotes"], strict=True):
        mine = quote.model_dump()
        expected = {**given, **given["citation"]}
        assert {name: expected[name] for name in mine if name != "anchor"} == {k: v for k, v in mine.items() if k != "anchor"}
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_no_question_is_written_unless_a_receipt_is_asked_for(careguide: Command, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert careguide("ask", QUESTION).code == 0
    assert list(tmp_path.iterdir()) == []


def test_a_receipt_is_never_written_over_and_nothing_is_asked_then(careguide: Command, file: Path):
    before = file.read_bytes()
    done = careguide("ask", FOREIGN, "--receipt", str(file))
    assert (done.code, done.out) == (1, "")
    assert done.err == f"careguide: {file} is there already, and a receipt is never written over; name another file\n"
    assert file.read_bytes() == before


def test_an_answer_is_printed_even_where_its_receipt_cannot_be_written(careguide: Command, tmp_path: Path):
    file = tmp_path / f"{'a' * 250}.json"  # a name that can be, and beside which none can be written
    done = careguide("ask", QUESTION, "--receipt", str(file))
    assert done.code == 1
    assert "word for word" in done.out
    assert done.err.startswith("careguide: cannot write the receipt")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("folder", ["no", "file"])
def test_nothing_is_asked_where_there_is_no_folder_for_the_receipt(careguide: Command, tmp_path: Path, folder: str):
    (tmp_path / "file").touch()
    done = careguide("ask", QUESTION, "--receipt", str(tmp_path / folder / "a.json"))
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1)
    assert "check that its folder is there" in done.err


def test_a_reader_who_closes_the_pipe_loses_no_receipt(built: Path, tmp_path: Path):
    file = tmp_path / "a.json"
    command = [sys.executable, "-u", "-m", "assistant.cli", "--data", str(built), "ask", QUESTION, "--receipt", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as done:
        assert done.stdout is not None
        done.stdout.close()
        done.wait(60)
    assert read_receipt(file).quotes


def test_a_batch_makes_no_receipt(careguide: Command, tmp_path: Path):
    done = careguide("ask", "--batch", "-", "--receipt", str(tmp_path / "a.json"), stdin=b'{"id": 1, "turns": ["lost phone"]}')
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert list(tmp_path.iterdir()) == []


def test_a_receipt_of_the_same_guidance_stands(careguide: Command, file: Path):
    done = careguide("verify-receipt", str(file))
    assert done.code == 0
    assert "The guidance is the same as then." in done.out
    assert "still there, word for word." in done.out
    (shape,) = shapes(careguide("verify-receipt", str(file), "--json"))
    assert (shape.stands, shape.same_guidance, shape.warnings) == (True, True, [])


def test_what_was_said_of_the_guidance_then_is_in_json_too(careguide: Command, file: Path):
    kept = json.loads(file.read_text())
    kept["index"]["warnings"] = ["The guidance pack has expired."]
    file.write_text(json.dumps(kept))
    (shape,) = shapes(careguide("verify-receipt", str(file), "--json"))
    assert shape.warnings == ["The guidance pack has expired."]


def test_a_quote_that_no_longer_stands_is_exit_code_3_with_the_difference(careguide: Command, file: Path, changed: list[str]):
    done = careguide("verify-receipt", str(file), flags=changed)
    assert done.code == 3
    assert "The guidance has changed since then." in done.out
    assert "[taken out: stop] [put in: go on]" in done.out
    assert "put this answer right." in done.out
    as_json = careguide("verify-receipt", str(file), "--json", flags=changed)
    (shape,) = shapes(as_json)
    assert (as_json.code, shape.stands) == (3, False)
    standings = {quote.standing for answer in shape.answers for quote in answer.quotes}
    assert standings == {"changed"}


def test_a_not_found_answer_has_a_receipt_with_nothing_to_compare(careguide: Command, tmp_path: Path):
    file = tmp_path / "a.json"
    assert careguide("ask", FOREIGN, "--receipt", str(file)).code == 3
    done = careguide("verify-receipt", str(file))
    assert done.code == 0
    assert "Nothing was quoted in answer to this" in done.out


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_checked(careguide: Command, file: Path, tmp_path: Path):
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"careguide": "receipt"}')
    done = careguide("verify-receipt", str(wrong), str(file), str(tmp_path / "nowhere"))
    assert done.code == 1
    assert "still there, word for word." in done.out
    assert done.err.count("\n") == 2
    assert f"careguide: {wrong}: damaged: the field format is missing or wrong" in done.err
    both = json.loads(careguide("verify-receipt", str(wrong), str(file), "--json").out)
    assert [sorted(one)[:2] for one in both] == [["error", "file"], ["answers", "asked_at"]]


def test_one_that_cannot_be_compared_is_told_and_the_others_are_compared(
    careguide: Command, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    kept = json.loads(file.read_text())
    unreadable = kept["answers"][0]["quotes"][0]["document_id"]
    other = tmp_path / "other.json"
    assert careguide("ask", "how do we make backups of care records", "--receipt", str(other)).code == 0
    assert unreadable not in other.read_text()
    read = Assistant.document

    def document(self: Assistant, document_id: str) -> Document:
        if document_id == unreadable:
            raise IndexDamaged("the index is damaged; run: careguide index --again")
        return read(self, document_id)

    monkeypatch.setattr(Assistant, "document", document)
    for more in ((), ("--json",)):
        done = careguide("verify-receipt", str(file), str(other), *more)
        assert done.code == 1
        assert done.err == f"careguide: {file} cannot be compared: the index is damaged; run: careguide index --again\n"
    first, second = json.loads(done.out)
    assert (sorted(first), second["stands"]) == (["error", "file"], True)


def test_without_a_file_the_usage_is_told(careguide: Command):
    assert careguide("verify-receipt").code == 2
