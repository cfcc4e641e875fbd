"""The application in a real terminal: a process behind a pseudo-terminal, or within tmux."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 20.0
"""Seconds to wait for something to appear; only a failure takes them."""

AS_TESTS = f"""
import sys, types
sys.path.insert(0, {str(ROOT)!r})
package = types.ModuleType("tests")  # another distribution has a package of that name
package.__path__ = [{str(ROOT / "tests")!r}]
sys.modules["tests"] = package
"""
"""Begins a program that imports the fakes."""


def plain_environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment without a clipboard, an SSH session, or colours switched off."""
    left_out = ("DISPLAY", "WAYLAND_DISPLAY", "NO_COLOR", "TMUX", "WSL_DISTRO_NAME", "WSL_INTEROP")
    kept = {name: value for name, value in os.environ.items() if name not in left_out and not name.startswith(("SSH_", "XDG_"))}
    return kept | {"HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)} | more


class PseudoTerminal:
    """A process that believes to be in a terminal; what it writes is kept as it came."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], size: tuple[int, int] = (100, 40)) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=dict(environment), start_new_session=True
        )
        os.close(slave)
        self.written = b""

    def read(self, seconds: float) -> None:
        """Take what is written within some time."""
        if select.select([self._master], [], [], seconds)[0]:
            with contextlib.suppress(OSError):  # the process has ended
                self.written += os.read(self._master, 65_536)

    def until(self, *shown: str) -> None:
        """Wait until one of these texts has been written."""
        end = time.monotonic() + PATIENCE
        while not any(text in self.text for text in shown):
            assert time.monotonic() < end, f"{shown} never came; the terminal got:\n{self.text[-3000:]}"
            self.read(0.05)

    def rest(self, seconds: float) -> None:
        """Type nothing for some time, so that Escape is read as a key of its own."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.05)

    @property
    def text(self) -> str:
        """What was written, without sequences that style it or move the cursor."""
        return re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]", "", self.written.decode("utf-8", "replace"))

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def end(self, seconds: float) -> float:
        """Wait until the process ends, and return how long that took."""
        begin = time.monotonic()
        while self.process.poll() is None:
            assert time.monotonic() < begin + seconds, "the process did not end"
            self.read(0.02)
        return time.monotonic() - begin

    def close(self) -> None:
        """End the process if it is there still."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)


@contextlib.contextmanager
def pseudo_terminal(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[PseudoTerminal]:
    """Run a command behind a pseudo-terminal."""
    terminal = PseudoTerminal(command, environment)
    try:
        yield terminal
    finally:
        terminal.close()


def of_fakes(program: str) -> list[str]:
    """Return the command of a program that may import the fakes."""
    return [sys.executable, "-c", AS_TESTS + program]


class Tmux:
    """A terminal of tmux's own, on a server that nobody else uses."""

    def __init__(self, folder: Path, size: tuple[int, int] = (100, 40)) -> None:
        self._base = ["tmux", "-S", str(folder / "tmux"), "-f", os.devnull]
        self._size = size

    def _run(self, *words: str, environment: Mapping[str, str] | None = None) -> str:
        done = subprocess.run([*self._base, *words], check=True, capture_output=True, text=True, env=environment, timeout=30)
        return done.stdout

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run a command in a window of the size; copies sent by OSC 52 go to tmux's own buffer."""
        size = ["-x", str(self._size[0]), "-y", str(self._size[1])]
        keep = ["set-option", "-g", "remain-on-exit", "on", ";", "set-option", "-s", "set-clipboard", "on", ";"]
        self._run(*keep, "new-session", "-d", *size, *command, environment=environment)

    def keys(self, *keys: str) -> None:
        """Press keys by tmux's names for them."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._run("send-keys", "-l", text)

    @property
    def screen(self) -> str:
        """What the terminal shows."""
        return self._run("capture-pane", "-p")

    def until(self, check: Callable[[], bool]) -> None:
        """Wait until a check holds."""
        end = time.monotonic() + PATIENCE
        while not check():
            assert time.monotonic() < end, f"never came true; the terminal shows:\n{self.screen}"
            time.sleep(0.1)

    def sees(self, *texts: str) -> None:
        """Wait until the terminal shows all these texts."""
        self.until(lambda: all(text in " ".join(self.screen.split()) for text in texts))

    @property
    def copied(self) -> str:
        """What was copied last."""
        return self._run("show-buffer")

    def ended(self) -> bool:
        """Whether the command has ended."""
        return self._run("display-message", "-p", "#{pane_dead}").strip() == "1"

    def close(self) -> None:
        """End the server."""
        with contextlib.suppress(subprocess.SubprocessError):
            self._run("kill-server")


def has_tmux() -> bool:
    """Whether tmux is installed."""
    return shutil.which("tmux") is not None
