"""Where a copy goes: the clipboard of this machine, over SSH that of the terminal, and a file where there is neither.

pyperclip runs in a process of its own, because what it calls may hang, write over the screen, or fail without a word.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.errors import AssistantError
from assistant.files import write_whole
from assistant.text import one_line, sanitise

PATIENCE = 2.0
"""Seconds that the clipboard of this machine is given."""
LONGEST_SENT = 74_000
"""Bytes in base64 that are sent to a terminal; many refuse more than some 75,000, and do not say so."""
SSH = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
WSL = ("WSL_DISTRO_NAME", "WSL_INTEROP")
SCREENS = ("WAYLAND_DISPLAY", "DISPLAY")

COPIED = "Copied."
SENT = (
    "Sent to your terminal's clipboard (OSC 52). If pasting gives nothing, your terminal does not allow that: "
    "hold Shift, mark the words with the mouse, and copy them."
)

_CHILD = "import sys, pyperclip; pyperclip.copy(sys.stdin.buffer.read().decode())"
_TOOLS = (("WAYLAND_DISPLAY", ("wl-copy", "wl-paste")), ("DISPLAY", ("xclip",)), ("DISPLAY", ("xsel",)))


@dataclass(frozen=True, slots=True)
class Copied:
    """Where a copy went.

    Attributes:
        way: ``native`` for the clipboard of this machine, ``terminal`` for that of the terminal, or ``file``.
        said: that in a plain sentence or two, for the user.
    """

    way: Literal["native", "terminal", "file"]
    said: str


def by_pyperclip(text: str) -> None:
    """Put the text on the clipboard of this machine, within ``PATIENCE`` seconds.

    Raises:
        OSError: there is no mechanism, or it failed.
        subprocess.TimeoutExpired: it hung, and was ended.
    """
    if not _has_tools(os.environ, sys.platform):
        raise OSError("there is no program for the clipboard")
    command = [sys.executable, "-P", "-W", "ignore", "-c", _CHILD]  # -P: nothing of the folder we stand in is run
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    # A file, because xclip and wl-copy stay to serve the text, and would hold a pipe open.
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(  # noqa: S603 (our own words alone; the text comes on its standard input)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
            creationflags=hidden,
        )
        try:
            child.communicate(text.encode(), PATIENCE)
        except subprocess.TimeoutExpired:
            _end(child)
            raise
        # pyperclip does not look at the exit code of what it calls; a complaint is the only sign.
        if child.returncode or os.fstat(said.fileno()).st_size:
            raise OSError("the clipboard failed")


def copy(
    text: str,
    send_osc52: Callable[[str], None],
    file: Path,
    environment: Mapping[str, str] | None = None,
    native: Callable[[str], None] | None = by_pyperclip,
    platform: str = sys.platform,
) -> Copied:
    """Copy the text, sanitised, where it can be pasted from, and say where that is; takes up to ``PATIENCE`` seconds.

    Args:
        send_osc52: sends a text (not yet in base64) to the terminal's clipboard, such as Textual's ``copy_to_clipboard``.
        file: where the text is written if there is no clipboard; its folder is made.
        environment: variables to read instead of the process's own.
        native: copies to the clipboard of this machine, and raises where it cannot; None where there is none.
        platform: as in ``sys.platform``.

    Raises:
        AssistantError: there is no clipboard, and the file cannot be written.
    """
    environment = os.environ if environment is None else environment
    text = sanitise(text)
    if native and is_at_hand(environment, platform) and _done(native, text):
        return Copied("native", COPIED)
    knows, fits = _knows_osc52(environment), _length_sent(text) <= LONGEST_SENT
    if knows and fits and _done(send_osc52, text):
        return Copied("terminal", SENT)
    why = "Too long for your terminal's clipboard" if knows and not fits else "No clipboard here"
    return _written(text, file, why)


def is_at_hand(environment: Mapping[str, str], platform: str) -> bool:
    """Whether this machine may have a clipboard that is the user's: over SSH it would be that of a far machine."""
    if any(environment.get(name) for name in SSH):
        return False
    return platform in ("darwin", "win32") or any(environment.get(name) for name in (*SCREENS, *WSL))


def _has_tools(environment: Mapping[str, str], platform: str) -> bool:
    """Whether pyperclip would find a mechanism other than Qt's, whose clipboard ends with the process that filled it."""
    if platform in ("darwin", "win32"):
        return True
    if any(environment.get(name) for name in WSL):
        return shutil.which("clip.exe") is not None
    return any(environment.get(screen) and all(map(shutil.which, names)) for screen, names in _TOOLS)


def _knows_osc52(environment: Mapping[str, str]) -> bool:
    """Whether the terminal can be expected to know OSC 52; none of them can be asked."""
    return environment.get("TERM", "") not in ("", "linux", "dumb") and environment.get("TERM_PROGRAM") != "Apple_Terminal"


def _length_sent(text: str) -> int:
    """Return the bytes of the text in base64."""
    return -(-len(text.encode()) // 3) * 4


def _done(way: Callable[[str], None], text: str) -> bool:
    try:
        way(text)
    except Exception:  # whatever ails a clipboard, there is another way
        return False
    return True


def _written(text: str, file: Path, why: str) -> Copied:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text.encode(), 0o600)
    except OSError as fault:
        said = f"nothing was copied: there is no clipboard that takes it, and {file} cannot be written ({fault.strerror})"
        raise AssistantError(one_line(f"{said}; mark the words with the mouse and copy them")) from fault
    return Copied("file", one_line(f"{why}; written to {file}."))


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a process that hangs, with those that it started."""
    if sys.platform == "win32":
        child.kill()
    else:
        with suppress(OSError):  # it has just ended by itself
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
