"""What the terminal UI is given: the guidance of the configured corpus, the history, the export and the clipboard.

What is slow to import is imported when the guidance is opened, in the background, so that the screen is there before.
"""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.clipboard import copy, is_at_hand
from assistant.errors import HistoryError
from assistant.history import History, open_history
from assistant.tui.session import Services

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.conversation import Turn
    from assistant.index.encode import Encoder
    from assistant.progress import Progress
    from assistant.tui.session import Session as AnySession
    from assistant.wiring import Session

BROWSER_PATIENCE = 20.0
"""Seconds that a browser is given to start."""
COPIED_FILE = "careguide-copied.txt"
"""Where a copy goes when there is no clipboard."""


@dataclass(frozen=True)
class Library:
    """Opens the index of the configured corpus, builds it, or falls back on the newest one that is whole."""

    config: Config

    def _encoder(self) -> Encoder:
        from assistant.index.encode import make_encoder

        return make_encoder(self.config.encoder)

    def open(self) -> Session:
        """Open the index of the corpus as it is now.

        Raises:
            IndexMissing: nothing has been built.
            IndexStale: it is of another corpus, encoder or version of the program.
            IndexDamaged: a file is not what it was.
            AssistantError: the corpus cannot be read, or the encoder cannot be loaded.
        """
        from assistant.opening import open_current
        from assistant.wiring import Session

        return Session(open_current(self.config, self._encoder()))

    def build(self, progress: Progress) -> Session:
        """Build the index, even where there is a damaged one, and open it; an installed pack stays installed.

        Raises:
            AssistantError: the corpus cannot be read, or the index cannot be written.
        """
        from assistant.opening import open_built
        from assistant.wiring import Session

        return Session(open_built(self.config, self._encoder(), progress))

    def older(self) -> str | None:
        """Return the ISO date and time of the newest index that is whole; None where there is none.

        Raises:
            AssistantError: the encoder cannot be loaded.
        """
        from assistant.candidates import newest_whole

        manifest = newest_whole(self.config, self._encoder())
        return manifest.created if manifest else None

    def open_older(self) -> Session:
        """Open that one, with a warning that it is not the one that should answer.

        Raises:
            IndexMissing: there is none.
            AssistantError: it cannot be opened.
        """
        from assistant.opening import open_newest_whole
        from assistant.wiring import Session

        return Session(open_newest_whole(self.config, self._encoder()))


def export(turns: Sequence[Turn], session: AnySession, ending: str, folder: Path) -> Path:
    """Write a conversation to a file of the kind that the ending names, and return where.

    Raises:
        ExportError: it cannot be written.
        ReceiptError: it is too long for a receipt.
    """
    from assistant.export.write import Export, Format, write_export

    now = datetime.datetime.now().astimezone()
    given = Export(tuple(turns), session.reference, session.about, now, session.warnings)
    return write_export(given, folder, Format(ending))


def services(config: Config, settled: Callable[[], None] = lambda: None) -> Services:
    """Return what the terminal UI is given; it calls ``settled`` once the guidance is open."""
    from platformdirs import user_documents_path

    def copied(text: str, send: Callable[[str], None]) -> str:
        return copy(text, send, config.data / COPIED_FILE).said

    history, warning = _history(config)
    return Services(Library(config), history, export, copied, user_documents_path(), browse, warning, settled=settled)


def _history(config: Config) -> tuple[History, str]:
    """Return the history, and why it cannot be kept where the settings ask for it in vain."""
    try:
        return open_history(config), ""
    except HistoryError as fault:
        return History(config.history_file), str(fault)


def browse(address: str) -> None:
    """Open an address in the browser of this machine, in a process of its own that cannot write to the terminal.

    Nothing is opened over SSH, or where there is no screen for a browser: one for the terminal would take it over.
    """
    if not is_at_hand(os.environ, sys.platform):
        return
    command = [sys.executable, "-P", "-m", "webbrowser", "-t", address]  # -P: nothing of the folder we stand in is run
    quiet = subprocess.DEVNULL
    subprocess.run(  # noqa: S603 (an argument, never a shell)
        command, check=False, stdin=quiet, stdout=quiet, stderr=quiet, timeout=BROWSER_PATIENCE
    )
