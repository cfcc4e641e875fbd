"""``careguide history``: lists the questions kept on this machine, turns that on, and deletes all of it."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING

from assistant.commands import ANSWERED, as_json
from assistant.errors import HistoryError
from assistant.text import one_line

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.history import Entry, History

ABOUT = (
    "list the questions that the terminal UI has kept on this machine (it keeps none until told to); "
    "careguide ask never adds to them"
)
OUTCOMES = {
    "answered": "answered",
    "partial": "answered in part",
    "not_found": "not found",
    "out_of_scope": "not something Careguide can answer",
}
EVERYTHING = 1_000_000
"""Entries asked for where all are wanted; far fewer are kept."""


def history(config: Config, arguments: argparse.Namespace) -> int:
    """List the questions kept, turn that on, or delete them all."""
    from assistant.history import History

    kept = History(config.history_file)
    deleted = False
    if arguments.delete:
        said, deleted = _delete(kept, config.history)
    elif arguments.on:
        said = _turn_on(kept)
    else:
        said = _listed(kept, config.history)
    if arguments.json:
        entries = [dataclasses.asdict(one) for one in kept.entries(EVERYTHING)]
        said = as_json({"on": kept.on, "file": str(kept.file), "deleted": deleted, "entries": entries})
    print(said)
    return ANSWERED


def _turn_on(kept: History) -> str:
    from assistant.history import MOST

    first = "History was on already" if kept.on else "History is on"
    kept.start()
    return (
        f"{first}: the terminal UI keeps the newest {MOST:,} questions in {_name(kept)}.\n"
        "Do not type names or other personal details. To delete everything: careguide history --delete"
    )


def _delete(kept: History, by_setting: bool) -> tuple[str, bool]:
    """Delete the history; return what to say, and whether there was one."""
    try:
        count = f"{_questions(len(kept.entries(EVERYTHING)))}, and the file "
    except HistoryError:  # what cannot be read can still be deleted
        count = "the file "
    deleted = kept.delete()
    said = f"Deleted: {count}{_name(kept)}." if deleted else "There was no history to delete."
    return f"{said}\n{_off(by_setting)}", deleted


def _listed(kept: History, by_setting: bool) -> str:
    if not kept.on:
        return _off(by_setting)
    entries = kept.entries(EVERYTHING)
    order = ", newest first" if len(entries) > 1 else ""
    head = f"History is on: {_questions(len(entries))} in {_name(kept)}{order}."
    return "\n\n".join([head, *(_entry_text(one) for one in entries), "To delete everything: careguide history --delete"])


def _off(by_setting: bool) -> str:
    if by_setting:
        return "The setting history is true: the terminal UI keeps questions once it next opens. False stops that."
    return "History is off: no question is kept. To keep those asked in the terminal UI: careguide history --on"


def _entry_text(entry: Entry) -> str:
    from assistant.render import day

    outcome = OUTCOMES.get(entry.outcome, entry.outcome)
    about = f"   {day(entry.at)}, {entry.at[11:16]} UTC: {outcome}"
    return "\n".join([f"{entry.number}. {entry.question}", about, *(f"   From: {section}" for section in entry.sections)])


def _questions(count: int) -> str:
    return f"{count:,} question{'' if count == 1 else 's'}"


def _name(kept: History) -> str:
    return one_line(str(kept.file))
