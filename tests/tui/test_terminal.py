"""The real program in a real terminal: the whole way with tmux, and what reaches the terminal byte by byte."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.terminal import Tmux, has_tmux, of_fakes, plain_environment, pseudo_terminal

CAREGUIDE = (sys.executable, "-m", "assistant.cli")
COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    if not has_tmux():
        pytest.skip("tmux is not installed")
    terminal = Tmux(tmp_path)
    yield terminal
    terminal.close()


def test_ask_follow_up_open_copy_export_and_quit(tmux: Tmux, corpus_root: Path, tmp_path: Path) -> None:
    flags = ["--corpus", str(corpus_root), "--data", str(tmp_path / "data")]
    tmux.start([*CAREGUIDE, *flags], plain_environment(tmp_path, TERM="screen-256color"))
    tmux.sees("There is no index of the guidance yet", "Build the index now")
    tmux.keys("b")
    tmux.sees("official pages", "corpus ", "Type a question below")
    tmux.type("how do I make a good password from random words?")
    tmux.keys("Enter")
    tmux.sees("You asked: how do I make", "Join three random words to make a password.", "Example Security Office: official")
    tmux.type("and what about one on a rota?")
    tmux.keys("Enter")
    tmux.sees("You asked: and what about one on a rota?", "Searching for: how do I make a good password", "word for word")
    tmux.keys("Escape")
    tmux.sees("1-9 Open")
    tmux.keys("1")
    tmux.sees("Choosing passwords", "Join three random words to make a password. Do not use", "/ Find", "esc Close")
    tmux.keys("y")
    tmux.sees("Copied quote [1] with its citation", "Sent to your terminal's clipboard (OSC 52)")
    assert "Join three random words to make a password." in tmux.copied
    assert "https://www.example.org/passwords#" in tmux.copied
    tmux.keys("e")
    tmux.sees("Save this conversation (2 questions)")
    tmux.keys("3")
    tmux.sees("The conversation was exported")
    (file,) = (tmp_path / "Documents").glob("careguide-*.md")
    written = file.read_text(encoding="utf-8")
    assert all(words in written for words in ("Join three random words", "and what about one on a rota", "30 June 2025"))
    assert not (tmp_path / "data" / "history.sqlite").exists()
    tmux.keys("C-q")
    tmux.until(tmux.ended)


HOSTILE = """
from dataclasses import replace
from assistant.conversation import Turn
from assistant.types import Answer, Query
from tests.tui.fakes import HOSTILE, FakeGuidance, FakeOutside, FakeSession, RecordingApp, quote, services

SEQUENCES = "\\x1b]52;c;b3duZWQ=\\x07\\x1b]0;owned\\x07\\x1b[2J\\x1bP+q\\x1b\\\\\\x9b31m"
NASTY = f"{SEQUENCES}[@click=app.quit]now[/] \\u202edesrever \\u200bhid"
page = replace(HOSTILE, text=HOSTILE.text.replace("[@click=app.quit]now[/].", NASTY), title=f"A{NASTY}B", publisher=NASTY)
page = replace(page, blocks=(page.blocks[0], replace(page.blocks[1], end=len(page.text))), notice=NASTY)
words = page.text[page.blocks[1].start:]
session = FakeSession({"q": Turn(Query("q"), Answer(Query("q"), (quote(page, words, 1),)))})
session.add(page)
RecordingApp(services(FakeGuidance(session), outside=FakeOutside("terminal"))).run()
"""


def test_documents_full_of_escapes_and_markup_are_inert_in_the_terminal(tmp_path: Path) -> None:
    with pseudo_terminal(of_fakes(HOSTILE), plain_environment(tmp_path)) as terminal:
        terminal.until("2 documents")
        before = len(terminal.written)
        terminal.send("q\r")
        terminal.until("[@click=app.quit]now[/]")
        terminal.send("1")
        terminal.until("Cited: A[@click=app.quit]now[/]")
        answered = terminal.written[before:]
        assert not re.search(rb"\x1b[\]P^_X]|\x07", answered), "no title, no clipboard, no device string"
        assert not re.search("[\u0080-\u009f\u200b\u202e]", answered.decode()), "no hidden or turning character"
        assert b"owned" not in answered
        assert b"\x1b[2J" not in answered
        assert terminal.process.poll() is None, "markup in a document pressed no key"
        terminal.send("\x1b")
        terminal.rest(0.5)
        terminal.send("y")
        terminal.until("Copied quote [1]")
        (sent,) = re.findall(rb"\x1b\]52;c;([^\x07]*)\x07", terminal.written)
        copied = base64.b64decode(sent).decode().split("https://")[0]  # in the address, all is percent-encoded
        assert "[@click=app.quit]now[/]" in copied
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", copied)
        assert "owned" not in copied


def test_no_colour_reaches_a_terminal_that_asks_for_none(tmp_path: Path) -> None:
    program = "from tests.tui.fakes import RecordingApp, services\nRecordingApp(services()).run()"
    for environment, coloured in (({"NO_COLOR": "1"}, False), ({}, True)):
        with pseudo_terminal(of_fakes(program), plain_environment(tmp_path, **environment)) as terminal:
            terminal.until("2 documents")
            terminal.send("hello\r")
            terminal.until("Tell your manager at once")
            terminal.send("1")
            terminal.until("/ Find")
            assert bool(COLOUR.search(terminal.written)) is coloured


SLOW = """
import threading
from tests.tui.fakes import FakeGuidance, FakeSession, RecordingApp, services

class Slow(FakeSession):
    def ask(self, *words):
        threading.Event().wait(60)

RecordingApp(services(FakeGuidance(Slow()))).run()
"""


def test_closing_does_not_wait_for_a_search_that_is_under_way(tmp_path: Path) -> None:
    with pseudo_terminal(of_fakes(SLOW), plain_environment(tmp_path)) as terminal:
        terminal.until("2 documents")
        terminal.send("hello\r")
        terminal.until("Searching the guidance")
        terminal.send("\x11")
        assert terminal.end(10) < 5, "the search takes a minute; make bench-ui tells how soon the process ends"
        assert terminal.process.returncode == 0
        assert b"Traceback" not in terminal.written
