"""Which receipts of a folder no longer stand: the answers that whoever gave them should put right."""

from __future__ import annotations

import codecs
import datetime
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.dates import day
from assistant.errors import ConfigError, NotAReceipt, ReceiptError
from assistant.files import PART, NotRegular, open_regular
from assistant.receipt.library import Library
from assistant.receipt.read import read_receipt
from assistant.receipt.told import finding_line
from assistant.receipt.verify import NO_LONGER, Checked, check
from assistant.text import one_line, sanitise

ENDING = ".json"
HEAD = 4_096
"""Bytes of a file of another ending that are read to see whether it is a receipt."""


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
        strangers: a line for each file that might be taken for a receipt and is none, and for each link to a folder.
        unreadable: a line for each that is or may be a receipt and cannot be read.
        others: how many other files there are.
    """

    folder: Path
    recalled: tuple[Recalled, ...]
    checked: int
    strangers: tuple[str, ...]
    unreadable: tuple[str, ...]
    others: int


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
    checked = others = 0
    for file in _files(folder, strangers, unreadable):
        try:
            if not _may_be_receipt(file):
                others += 1
                continue
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
    return Recall(folder, tuple(ordered), checked, tuple(strangers), tuple(unreadable), others)


def _files(folder: Path, strangers: list[str], unreadable: list[str]) -> Iterator[Path]:
    """Yield the files, in order, but for those that nobody has finished; what is not looked through is told."""

    def note(fault: OSError) -> None:
        unreadable.append(one_line(f"{fault.filename} cannot be read ({fault.strerror}); check its permissions"))

    is_junction = getattr(Path, "is_junction", Path.is_symlink)  # a link of Windows, which Python knows from 3.12 on
    for above, folders, names in os.walk(folder, onerror=note):
        folders.sort()
        for path in (Path(above, name) for name in folders):
            if path.is_symlink() or is_junction(path):
                strangers.append(one_line(f"{path} is a link to a folder; name that folder itself"))
        yield from (Path(above, name) for name in sorted(names) if not (name.startswith(".") and name.endswith(PART)))


def _may_be_receipt(file: Path) -> bool:
    """Whether a file is to be read as a receipt: by its ending, or by how it begins.

    Raises:
        ReceiptError: nobody can say, because it cannot be read.
    """
    if file.name.casefold().endswith(ENDING):
        return True
    try:
        with open_regular(file) as stream:
            head = stream.read(HEAD).removeprefix(codecs.BOM_UTF8).lstrip()
    except (NotRegular, FileNotFoundError):  # a pipe, or a link that leads nowhere
        return False
    except OSError as fault:
        raise ReceiptError(one_line(f"{file}: cannot be read ({fault.strerror}); check its permissions")) from fault
    return head.startswith(b"{") and b'"careguide"' in head


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
    if not found.checked:
        return f"There is no receipt{' that can be read' if found.unreadable else ''} in {one_line(str(found.folder))}."
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


def passed_over_lines(found: Recall) -> Iterator[str]:
    """Yield what was not compared, a line each, and of files that nobody would take for receipts only how many."""
    yield from (f"passed over: {line}" for line in (*found.strangers, *found.unreadable))
    if found.others:
        files = "other file that is no receipt" if found.others == 1 else "other files that are no receipts"
        yield f"passed over {found.others:,} {files}"
