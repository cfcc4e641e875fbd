"""What the terminal UI is given: opening, building and falling back, and what leaves the screen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assistant.clipboard import SSH
from assistant.config import Config
from assistant.desk import Library, browse, services
from assistant.errors import CorpusError, HistoryError, IndexDamaged, IndexMissing, IndexStale
from assistant.progress import quiet
from assistant.types import Answer

QUESTION = "how often should we make a backup of care plans"


def change(config: Config, before: str = "every day", after: str = "every night") -> None:
    """Change words of a note, so that the index is of another corpus."""
    note = config.corpus / "starter" / "backups.md"
    text = note.read_text(encoding="utf-8")
    assert before in text
    note.write_text(text.replace(before, after), encoding="utf-8")


def damage(config: Config) -> None:
    """Change a byte of the current index."""
    current = (config.index_root / "CURRENT").read_text(encoding="ascii").strip()
    file = next(one for one in (config.index_root / "generations" / current).rglob("*.npy") if one.stat().st_size > 200)
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(bytes(content))


def test_without_an_index_it_says_so_and_builds_one_that_answers(config: Config) -> None:
    library = Library(config)
    with pytest.raises(IndexMissing, match="run: careguide index"):
        library.open()
    assert library.older() is None
    with pytest.raises(IndexMissing):
        library.open_older()
    steps: list[str] = []
    session = library.build(lambda what, done, of: steps.append(what))
    assert steps
    assert isinstance(session.ask(QUESTION).reply, Answer)
    assert library.open().about == session.about


def test_an_index_of_another_corpus_is_offered_and_answers_until_the_new_one_is_built(config: Config) -> None:
    library = Library(config)
    old = library.build(quiet).about
    change(config)
    with pytest.raises(IndexStale):
        library.open()
    assert library.older() == old.created
    reply = library.open_older().ask(QUESTION).reply
    assert isinstance(reply, Answer)
    assert "every day" in reply.quotes[0].excerpt.text
    new = library.build(quiet).ask(QUESTION).reply
    assert isinstance(new, Answer)
    assert "every night" in new.quotes[0].excerpt.text


def test_a_damaged_index_is_not_the_last_good_one(config: Config) -> None:
    library = Library(config)
    first = library.build(quiet).about
    damage(config)
    with pytest.raises(IndexDamaged):
        library.open()
    assert library.older() is None
    library.build(quiet)
    change(config)
    second = library.build(quiet).about
    assert second.id != first.id
    damage(config)
    with pytest.raises(IndexDamaged):
        library.open()
    older = library.open_older()
    assert older.about.id == first.id
    assert library.older() == older.about.created


def test_a_corpus_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError):
        Library(Config(tmp_path / "none", tmp_path / "data")).open()


def test_exports_and_copies_leave_the_screen(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "WSL_DISTRO_NAME", "WSL_INTEROP"):
        monkeypatch.delenv(name, raising=False)
    given = services(config)
    session = Library(config).build(quiet)
    turn = session.ask(QUESTION)
    file = given.export([turn], session, "md", tmp_path / "out")
    assert file.suffix == ".md"
    assert session.about.id in file.read_text(encoding="utf-8")
    sent: list[str] = []
    said = given.copy("words of guidance", sent.append)
    assert sent == []
    assert "careguide-copied.txt" in said
    assert (config.data / "careguide-copied.txt").read_text(encoding="utf-8").strip() == "words of guidance"


def test_a_history_that_cannot_be_opened_does_not_keep_the_screen_away(config: Config) -> None:
    config.data.mkdir()
    config.history_file.write_bytes(b"no database at all" * 100)
    given = services(config)
    assert given.history.on
    with pytest.raises(HistoryError, match="careguide history --delete"):
        given.history.entries()


ADDRESS = "https://www.example.org/a%20page?of=1&more=$HOME;ls#'here' \"and\" there"
HOSTILE = "from pathlib import Path\nPath('ran').touch()\n"


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="there the system says which browser is meant")
def test_an_address_goes_to_the_browser_as_it_is_and_no_file_of_the_folder_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, told = tmp_path / "recorder", tmp_path / "told"
    recorder.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {told}\n')
    recorder.chmod(0o755)
    download = tmp_path / "downloads"
    download.mkdir()
    for name in ("webbrowser.py", "shlex.py", "subprocess.py"):
        (download / name).write_text(HOSTILE)
    monkeypatch.chdir(download)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("BROWSER", str(recorder))  # is asked before any other, and says that it is done
    for name in SSH:
        monkeypatch.delenv(name, raising=False)
    browse(ADDRESS)
    assert told.read_text() == f"{ADDRESS}\n"
    assert not (download / "ran").exists()
