"""Writing a conversation to a file of its own, in a format that people can open, print and keep."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from itertools import count
from pathlib import Path

from assistant.errors import ExportError
from assistant.export.docx import as_docx
from assistant.export.html import as_html
from assistant.export.markdown import as_markdown
from assistant.export.parts import Export
from assistant.files import write_new
from assistant.receipt.write import as_json, receipt_of

__all__ = ["Export", "Format", "write_export"]

OWNER_ALONE = 0o600
"""Permission bits: a conversation may tell what went wrong at somebody's work."""


class Format(StrEnum):
    """What a conversation can be written as; the value is the ending of the file."""

    MARKDOWN = "md"
    HTML = "html"
    DOCX = "docx"
    RECEIPT = "receipt.json"


def as_receipt(export: Export) -> bytes:
    """Return the export as a receipt, which ``careguide verify-receipt`` compares with later guidance.

    Raises:
        ReceiptError: it is too long for one.
    """
    return as_json(receipt_of((turn.reply for turn in export.turns), export.index, export.at, export.warnings))


_WRITERS: dict[Format, Callable[[Export], bytes]] = {
    Format.MARKDOWN: as_markdown,
    Format.HTML: as_html,
    Format.DOCX: as_docx,
    Format.RECEIPT: as_receipt,
}


def write_export(export: Export, folder: Path, format_: Format) -> Path:
    """Write a conversation to a new file in the folder, which is made if missing, and return the file.

    The file is ``careguide-YYYY-MM-DD-HHMMSS`` with the ending of the format, by the clock of ``export.at``; where that name
    is taken, ``-2``, ``-3`` and so on stand behind it. Only its owner may read it, where the system knows such a thing.

    Raises:
        ExportError: there is no turn to write, or the file cannot be written; the message is one line.
        ReceiptError: the conversation is too long for a receipt.
    """
    if not export.turns:
        raise ExportError("there is nothing to export yet; ask a question first")
    content = _content(export, format_)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _written(folder, f"careguide-{export.at:%Y-%m-%d-%H%M%S}", format_, content)
    except OSError as fault:
        raise ExportError(
            f"cannot write the conversation to {folder} ({fault.strerror or fault}); "
            "check that it is a folder that may be written and that the disk is not full, or name another folder"
        ) from fault


def _content(export: Export, format_: Format) -> bytes:
    try:
        return _WRITERS[format_](export)
    except ImportError as fault:
        raise ExportError(
            f"cannot write a .{format_} file: {fault.name} is not installed; install Careguide again, or choose another format"
        ) from fault


def _written(folder: Path, stem: str, ending: str, content: bytes) -> Path:
    """Write a file of the first name that is free, and return it."""
    for number in count(1):
        file = folder / f"{stem}{f'-{number}' if number > 1 else ''}.{ending}"
        with suppress(FileExistsError):
            write_new(file, content, OWNER_ALONE)
            return file
    raise AssertionError("counting does not end")
