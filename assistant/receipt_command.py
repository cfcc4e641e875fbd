"""``careguide verify-receipt``: whether the quotes of receipts still stand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands import ANSWERED, FAILED, NOT_FOUND, as_json, opened
from assistant.errors import AssistantError, CorpusError, ReceiptError
from assistant.text import one_line

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.receipt.library import Library
    from assistant.types import Document
    from assistant.wiring import Assistant

ABOUT = "say for each quote of a receipt whether it still stands in the guidance, word for word"


def verify_receipt(config: Config, arguments: argparse.Namespace) -> int:
    """Say what has become of the quotes of receipts; a file that cannot be read is told, and does not stop the rest."""
    from assistant.receipt.read import read_receipt
    from assistant.receipt.told import checked_json, checked_text
    from assistant.receipt.verify import check

    library: Library | None = None
    warnings: tuple[str, ...] = ()
    codes = {ANSWERED}
    values: list[dict[str, Any]] = []
    files: list[Path] = arguments.files
    for number, file in enumerate(files):
        try:
            receipt = read_receipt(file)
        except ReceiptError as fault:
            codes.add(FAILED)
            values.append(_told(file, str(fault)))
            continue
        if library is None:  # without one, there is nothing to compare any of them with
            library, warnings = _library(config)
            if not arguments.json:
                print(*(f"Warning: {one_line(warning)}\n" for warning in warnings), sep="\n", end="")
        try:
            checked = check(receipt, library)
        except AssistantError as fault:
            codes.add(FAILED)
            values.append(_told(file, f"{file} cannot be compared: {fault}"))
            continue
        codes |= {NOT_FOUND} if checked.no_longer else set()
        if arguments.json:
            values.append({**checked_json(checked, file), "index_warnings": list(warnings)})
        else:
            print(*(["\n"] if number else []), checked_text(checked, file), sep="")
    if arguments.json:
        print(as_json(values))
    return FAILED if FAILED in codes else max(codes)


def _told(file: Path, fault: str) -> dict[str, Any]:
    """Tell on stderr why a file was not compared, and return that as JSON values."""
    print(f"careguide: {one_line(fault)}", file=sys.stderr)
    return {"file": one_line(str(file)), "error": one_line(fault)}


def _library(config: Config) -> tuple[Library, tuple[str, ...]]:
    """Return the documents that the index answers from, and those of the corpus that it does not; and what is wrong with it."""
    from assistant.receipt.library import Library

    assistant: Assistant = opened(config, tell=False)
    everything = lambda: _documents(config)  # noqa: E731 (read only where a page is missing)
    library = Library(assistant.manifest.corpus, assistant.store.titles(), assistant.document, everything)
    return library, assistant.warnings


def _documents(config: Config) -> tuple[Document, ...]:
    """Return what is in the corpus; a home that has only a guidance pack may have none, which is told and is no fault."""
    from assistant.corpus import Corpus

    try:
        return Corpus(config.corpus).load().documents
    except CorpusError as fault:
        why = f"{one_line(str(fault))}; it is not known why a page is not answered from"
        print(f"careguide: warning: {why}", file=sys.stderr)
        return ()
