"""What is asked stays where it was asked: no file, no log and no network has it, and without a network there is an answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import FILES
from tests.tui.terminal import ROOT, plain_environment, pseudo_terminal

COMMAND = [sys.executable, "-m", "assistant.cli"]
WORD = "quokkaphone"
QUESTION = f"I lost my work phone called {WORD}, who do I tell?"
NOTES = "CAREGUIDE_TEST_NETWORK_NOTES"
XDG = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
SEVERAL = """
import io, json, sys
from assistant.cli import main
for words, stdin in json.loads(sys.stdin.read()):
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()))
    try:
        code = main(words)
    except SystemExit as done:
        code = done.code
    print("ended:", code, flush=True)
"""
"""Runs one command after the other in one process, as a person does in many."""
TELEMETRY = ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY", "DO_NOT_TRACK", "TRANSFORMERS_OFFLINE")


@dataclass(frozen=True)
class Home:
    """A machine of its own: every folder that a process may think of as its own is below this one."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return variables that point there, and block the network; no library is told to send nothing."""
        there = {name: str(self.folder / "tmp") for name in ("TMPDIR", "TMP", "TEMP")} | {"COLUMNS": "100", "LINES": "40"}
        there |= {name: str(self.folder / "xdg" / name) for name in XDG}
        path = os.pathsep.join((str(ROOT / "tests" / "guard"), str(ROOT)))
        whole = plain_environment(
            self.folder,
            **there,
            CAREGUIDE_DATA=str(self.folder / "data"),
            CAREGUIDE_CORPUS=str(self.folder / "corpus"),
            PYTHONPATH=path,
            CAREGUIDE_DEBUG="1",
        )
        return {name: value for name, value in whole.items() if name not in TELEMETRY} | {NOTES: str(self.notes)}

    @property
    def notes(self) -> Path:
        """Where each attempt at the network is noted; beside the folder."""
        return self.folder.with_name("network")

    def files(self) -> Mapping[str, tuple[int, int, bytes]]:
        """Return every file with its size, the time of its last change, and what it holds."""
        found = (file for file in self.folder.rglob("*") if file.is_file())
        return {str(file): (file.stat().st_size, file.stat().st_mtime_ns, file.read_bytes()) for file in found}

    def holding_the_word(self) -> list[str]:
        """Return the files that hold the word of the question."""
        return [name for name, (_, _, content) in self.files().items() if WORD.encode() in content.lower()]

    def run(self, *words: str, stdin: str = "", before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run a command there."""
        return self.process([*before, *COMMAND, *words], stdin)

    def run_each(self, *commands: tuple[list[str], str]) -> list[int]:
        """Run commands there, each with what it is given on standard input, and return their exit codes."""
        done = self.process([sys.executable, "-c", SEVERAL], json.dumps(commands))
        return [int(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("ended: ")]

    def process(self, command: list[str], stdin: str) -> subprocess.CompletedProcess[str]:
        """Run a process there."""
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            input=stdin,
            cwd=self.folder / "cwd",
            env=self.environment,
            timeout=60,
        )
        assert "Traceback" not in done.stderr
        return done

    def attempts(self) -> str:
        """Return the attempts at the network."""
        return self.notes.read_text() if self.notes.exists() else ""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home with a small corpus, of which the first question has built the index."""
    folder = tmp_path_factory.mktemp("apart") / "home"
    for name in ("tmp", "cwd"):
        (folder / name).mkdir(parents=True)
    for name, content in FILES.items():
        (folder / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / name).write_text(content, encoding="utf-8")
    home = Home(folder)
    done = home.run("ask", QUESTION)
    assert (done.returncode, done.stderr) == (0, "Building the index for the first time.\n")
    return home


def test_the_guard_blocks_the_network_and_tells_of_it(tmp_path: Path):
    home = Home(tmp_path / "home")
    program = "import urllib.request; urllib.request.urlopen('https://www.example.org')"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, env=home.environment)
    assert "the network is blocked by the test" in done.stderr
    assert home.attempts()


def test_a_question_is_answered_without_a_network_and_leaves_nothing_behind(home: Home):
    before = home.files()
    assert home.holding_the_word() == [], "the question that built the index is not in it"
    done = home.run("ask", QUESTION)
    assert done.returncode == 0
    assert WORD in done.stdout
    assert "word for word" in done.stdout
    assert done.stderr == "", "there is no log, here or elsewhere"
    lines = [
        json.dumps({"id": 1, "turns": [QUESTION, f"and {WORD}?"]}),
        f"not JSON {WORD}",
        json.dumps({"turns": [WORD * 500]}),
    ]
    batch = home.run("ask", "--batch", "-", stdin="\n".join(lines))
    assert len(batch.stdout.splitlines()) == 3
    assert WORD not in batch.stderr
    assert home.files() == before, "nothing is written, and nothing is changed"
    assert home.attempts() == ""


def test_no_command_leaves_behind_what_it_was_asked_whether_it_succeeds_or_fails(home: Home):
    before = home.files()
    asked = [["search", QUESTION], ["explain", WORD], ["urgent", WORD], ["contacts", WORD], ["show", WORD], ["ask", QUESTION]]
    alike = [([*words, *more], "") for words in asked for more in ([], ["--json"])]
    batch = json.dumps({"turns": [QUESTION, f"and {WORD}?"]})
    odd = [
        (["ask", "-"], QUESTION),
        (["ask", "--batch", "-", "--json"], batch),
        (["ask", "--batch", f"{WORD}.jsonl"], ""),
        (["ask", WORD * 500], ""),
        (["ask", QUESTION, "--topic", WORD], ""),
        (["ask", QUESTION, "--receipt", f"no-such-folder/{WORD}.json"], ""),
        (["ask", QUESTION, "--corpus", f"no-such-{WORD}"], ""),
        (["ask", QUESTION, f"--{WORD}"], ""),
        (["verify-receipt", f"{WORD}.json"], ""),
        (["history", "--json"], ""),
        (["doctor"], ""),
    ]
    codes = home.run_each(*alike, *odd)
    assert len(codes) == len(alike) + len(odd)
    assert {0, 1, 2} <= set(codes), "some succeed, some fail, and some are no commands"
    assert home.files() == before
    assert home.attempts() == ""


def test_a_receipt_is_the_one_file_that_holds_the_question(home: Home):
    before = home.files()
    receipt = home.folder / "cwd" / "receipt.json"
    receipt.unlink(missing_ok=True)
    given = [(["ask", QUESTION, "--receipt", receipt.name], ""), (["verify-receipt", receipt.name], "")]
    assert home.run_each(*given) == [0, 0]
    assert home.holding_the_word() == [str(receipt)]
    receipt.unlink()
    assert home.files() == before


def test_a_question_of_the_terminal_ui_leaves_nothing_behind(home: Home):
    before = home.files()
    with pseudo_terminal(COMMAND, home.environment) as terminal:
        terminal.until("The index was made on")
        terminal.send(f"{QUESTION}\r")
        terminal.until("Tell your manager at once")
        terminal.send("\x11")
        terminal.end(10)
    assert WORD in terminal.text
    assert home.files() == before
    assert home.attempts() == ""


def test_a_question_is_answered_where_the_system_has_no_network_at_all(home: Home):
    apart = ("unshare", "--map-root-user", "--net")
    if not shutil.which("unshare") or subprocess.run([*apart, "true"], check=False, capture_output=True).returncode:
        pytest.skip("unshare is not there, or may not make a network of its own")
    done = home.run("ask", QUESTION, "--json", before=apart)
    assert done.returncode == 0
    assert json.loads(done.stdout)["quotes"]
