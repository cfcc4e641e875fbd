"""Which receipts of a folder no longer stand: the answers that whoever gave them should put right."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.dates import day
from assistant.errors import ConfigError, NotAReceipt, ReceiptError
from assistant.receipt.library import Library
from assistant.receipt.read import read_receipt
from assistant.receipt.told import finding_line
from assistant.receipt.verify import NO_LONGER, Checked, check
from assistant.text import one_line, sanitise

ENDING = ".json"


@dataclass(frozen=True, slots=True)
class Recalled:
    """A receipt whose quotes no longer stand.

    Attributes:
        text: what is told of it.
    """

    asked_at: datetime.datetime
    file: Path
    text: str


@dataclass(frozen=True, slots=True)
class Recall:
    """What came of a folder.

    Attributes:
        recalled: receipts that no longer stand, oldest first.
        checked: how many receipts were compared.
        strangers, unreadable: a line for each other file, and for each that should be a receipt and cannot be read.
    """

    recalled: tuple[Recalled, ...]
    checked: int
    strangers: tuple[str, ...]
    unreadable: tuple[str, ...]


def check_folder(folder: Path) -> None:
    """Make sure that the folder can be looked through.

    Raises:
        ConfigError: it is none, or may not be read.
    """
    try:
        next(os.scandir(folder), None)
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or fault
        raise ConfigError(f"the folder of receipts {folder} cannot be read ({why}); check its name") from fault


def recall(folder: Path, library: Library) -> Recall:
    """Compare every receipt in a folder, and in the folders below it, with the guidance; links to folders are not followed.

    Raises:
        AssistantError: a document of the guidance cannot be read.
    """
    recalled: list[Recalled] = []
    strangers: list[str] = []
    unreadable: list[str] = []
    checked = 0
    for file in _files(folder, unreadable):
        try:
            found = check(read_receipt(file), library)
        except NotAReceipt as fault:
            strangers.append(str(fault))
            continue
        except ReceiptError as fault:
            unreadable.append(str(fault))
            continue
        checked += 1
        if found.no_longer:
            recalled.append(Recalled(found.receipt.asked_at, file, _recalled_text(found, file)))
    ordered = sorted(recalled, key=lambda one: (one.asked_at, one.file))
    return Recall(tuple(ordered), checked, tuple(strangers), tuple(unreadable))


def _files(folder: Path, unreadable: list[str]) -> Iterator[Path]:
    """Yield the files that may be receipts, in order; folders that cannot be read are told."""

    def note(fault: OSError) -> None:
        unreadable.append(one_line(f"{fault.filename} cannot be read ({fault.strerror}); check its permissions"))

    for above, folders, names in os.walk(folder, onerror=note):
        folders.sort()
        yield from (Path(above, name) for name in sorted(names) if name.endswith(ENDING))


def _recalled_text(checked: Checked, file: Path) -> str:
    lines = [f"{one_line(str(file))}, of {day(checked.receipt.asked_at.isoformat())}"]
    for answer, findings in checked.answers:
        wrong = [one for one in findings if one.standing in NO_LONGER]
        if wrong:
            lines.append(f"  Question: {answer.question}")
            lines += [f"  {finding_line(one)}{f' {one.why}' if one.why else ''}" for one in wrong]
    return sanitise("\n".join(lines))


def recall_text(found: Recall) -> str:
    """Return what came of a folder as plain text."""
    receipts = f"{found.checked:,} {'receipt' if found.checked == 1 else 'receipts'}"
    wrong = len(found.recalled)
    if not wrong:
        return f"Compared {receipts} with the guidance: none has a quote that no longer stands."
    verb = "has" if wrong == 1 else "have"
    return "\n\n".join(
        [
            "Answers to put right, oldest first:",
            *(one.text for one in found.recalled),
            f"Compared {receipts} with the guidance: {wrong:,} {verb} quotes that no longer stand. "
            "What is different: careguide verify-receipt FILE",
        ]
    )
