"""Tests of where a copy goes, over stand-ins for the clipboards, and over programs that hang, fail or stay."""

from __future__ import annotations

import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.clipboard import COPIED, LONGEST_SENT, PATIENCE, SENT, Copied, by_pyperclip, copy
from assistant.errors import AssistantError

QUOTE = "Tell your manager at once \u2013 it costs \u00a30."
XTERM = {"TERM": "xterm-256color"}
DESKTOP = {**XTERM, "DISPLAY": ":0"}
SHORT = LONGEST_SENT // 4 * 3
"""Bytes that are just short enough for a terminal."""


class FakeClipboard:
    """Keeps what it is given, or fails."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.held: list[str] = []

    def __call__(self, text: str) -> None:
        if self.fault:
            raise self.fault
        self.held.append(text)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "copied.txt"


def copied(
    environment: dict[str, str],
    file: Path,
    platform: str = "linux",
    text: str = QUOTE,
    fault: Exception | None = None,
    unsent: Exception | None = None,
) -> Copied:
    """Copy over stand-ins, and check that the text went where it is said to have gone, and nowhere else."""
    native, terminal = FakeClipboard(fault), FakeClipboard(unsent)
    done = copy(text, terminal, file, environment, native, platform)
    held = {"native": native.held, "terminal": terminal.held, "file": [file.read_text("utf-8")] if file.exists() else []}
    assert held == {way: [text] if way == done.way else [] for way in held}
    return done


@pytest.mark.parametrize(
    ("platform", "environment", "way"),
    [
        ("linux", DESKTOP, "native"),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0", "TERM": "linux"}, "native"),
        ("linux", {"WSL_DISTRO_NAME": "Ubuntu", **XTERM}, "native"),
        ("darwin", XTERM, "native"),
        ("darwin", {**XTERM, "TERM_PROGRAM": "Apple_Terminal"}, "native"),
        ("win32", {}, "native"),
        ("linux", XTERM, "terminal"),
        ("linux", {**XTERM, "DISPLAY": ""}, "terminal"),
        ("freebsd14", XTERM, "terminal"),
        ("linux", {"TERM": "linux"}, "file"),
        ("linux", {"TERM": "dumb"}, "file"),
        ("linux", {"TERM": ""}, "file"),
        ("linux", {}, "file"),
        *(
            (platform, {**DESKTOP, name: "10.0.0.1"}, "terminal")
            for platform in ("linux", "darwin", "win32")
            for name in (
                "SSH_CONNECTION",
                "SSH_TTY",
                "SSH_CLIENT",
            )
        ),
        ("linux", {**DESKTOP, "TERM": "dumb", "SSH_TTY": "/dev/pts/0"}, "file"),
        ("darwin", {**XTERM, "TERM_PROGRAM": "Apple_Terminal", "SSH_TTY": "/dev/ttys0"}, "file"),
        ("linux", {**DESKTOP, "SSH_TTY": ""}, "native"),
    ],
)
def test_the_way_fits_where_it_runs(file: Path, platform: str, environment: dict[str, str], way: str) -> None:
    done = copied(environment, file, platform)
    told = {"native": COPIED, "terminal": SENT, "file": f"No clipboard here; written to {file}."}
    assert done == Copied(way, told[way])


@pytest.mark.parametrize("fault", [OSError("no"), RuntimeError("no"), ValueError("no")])
def test_where_one_way_fails_the_next_is_taken(file: Path, fault: Exception) -> None:
    assert copied(DESKTOP, file, fault=fault).way == "terminal"
    assert copied({**DESKTOP, "TERM": "dumb"}, file, fault=fault).way == "file"
    file.unlink()
    assert copied(DESKTOP, file, fault=fault, unsent=fault).way == "file"


def test_a_machine_without_a_clipboard_of_its_own(file: Path) -> None:
    terminal = FakeClipboard()
    assert copy(QUOTE, terminal, file, DESKTOP, None, "linux").way == "terminal"
    assert terminal.held == [QUOTE]


@pytest.mark.parametrize("letter", ["x", "\u20ac"])
def test_what_is_too_long_for_a_terminal_goes_to_the_file(file: Path, letter: str) -> None:
    fitting = letter * (SHORT // len(letter.encode()))
    assert copied(XTERM, file, text=fitting).way == "terminal"
    done = copied(XTERM, file, text=f"{fitting}{letter}")
    assert done == Copied("file", f"Too long for your terminal's clipboard; written to {file}.")


def test_the_file_is_the_owners_alone_whole_and_replaced(file: Path) -> None:
    copy("A first text that is longer", FakeClipboard(), file, {}, None, "linux")
    file.chmod(0o644)
    copied({}, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("environment", [DESKTOP, XTERM, {}])
def test_what_acts_on_a_terminal_is_not_copied(file: Path, environment: dict[str, str]) -> None:
    native, terminal = FakeClipboard(), FakeClipboard()
    copy("rm\x1b]52;c;eA==\x07 -r\u202e\u200b\nx\x00", terminal, file, environment, native, "linux")
    written = [file.read_text()] if file.exists() else []
    assert native.held + terminal.held + written == ["rm -r\nx"]


def test_where_nothing_takes_it_there_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder would be")
    with pytest.raises(AssistantError) as caught:
        copy(QUOTE, FakeClipboard(), tmp_path / "data" / "copied.txt", {}, None, "linux")
    said = str(caught.value)
    assert said.startswith("nothing was copied: ")
    assert "copied.txt cannot be written (" in said
    assert len(said.splitlines()) == 1


Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that puts a shell script on a path that holds nothing else, on a machine with a screen."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.chdir(tmp_path)
    for name in ("WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "WSL_INTEROP"):
        monkeypatch.delenv(name, raising=False)

    def installed(name: str, script: str) -> None:
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    return installed


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the programs are those of Linux")


@on_linux
@pytest.mark.parametrize("names", [("xclip",), ("xsel",), ("wl-copy", "wl-paste")])
def test_the_text_reaches_the_program_of_this_machine(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    if "wl-copy" in names:
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    for name in names:
        install(name, f"exec /bin/cat > {tmp_path}/held")
    by_pyperclip(QUOTE)
    assert (tmp_path / "held").read_text("utf-8") == QUOTE


@on_linux
def test_a_program_that_stays_to_serve_the_text_is_not_waited_for(install: Install, tmp_path: Path) -> None:
    install("xclip", f"/bin/cat > {tmp_path}/held\n/bin/sleep 8 &")
    began = time.monotonic()
    by_pyperclip(QUOTE)
    assert time.monotonic() - began < PATIENCE
    assert (tmp_path / "held").read_text("utf-8") == QUOTE


@on_linux
@pytest.mark.parametrize(
    "script", ["echo cannot open display >&2; exit 1", "/bin/cat >/dev/null; echo no >&2", "exec /nowhere"]
)
def test_a_program_that_complains_has_failed_and_nothing_reaches_the_screen(
    install: Install, file: Path, capfd: pytest.CaptureFixture[str], script: str
) -> None:
    install("xclip", script)
    terminal = FakeClipboard()
    assert copy(QUOTE, terminal, file, DESKTOP).way == "terminal"
    assert terminal.held == [QUOTE]
    assert capfd.readouterr() == ("", "")


def runs(number: str) -> bool:
    """Whether the process runs; one that has ended and that nobody has waited for does not."""
    try:
        return (Path("/proc") / number / "stat").read_text().split(")")[-1].split()[0] != "Z"
    except OSError:
        return False


@on_linux
def test_a_program_that_hangs_is_ended_in_time(install: Install, tmp_path: Path, file: Path) -> None:
    install("xclip", f"echo $$ > {tmp_path}/number\nexec /bin/sleep 60")
    began = time.monotonic()
    assert copy(QUOTE, FakeClipboard(), file, DESKTOP).way == "terminal"
    assert time.monotonic() - began < PATIENCE + 1
    number = (tmp_path / "number").read_text().strip()
    while runs(number):
        assert time.monotonic() - began < PATIENCE + 5, "it runs on"
        time.sleep(0.05)


@on_linux
def test_without_a_program_there_is_no_clipboard_of_this_machine(install: Install, file: Path) -> None:
    assert copy(QUOTE, FakeClipboard(), file, DESKTOP).way == "terminal"


@on_linux
def test_nothing_of_the_folder_that_it_runs_in_is_run(install: Install, tmp_path: Path) -> None:
    install("xclip", f"exec /bin/cat > {tmp_path}/held")
    (tmp_path / "pyperclip.py").write_text("raise SystemExit('from the folder')")
    by_pyperclip(QUOTE)
    assert (tmp_path / "held").read_text("utf-8") == QUOTE
