"""The commands of the command line: each calls the read side, prints what came of it, and returns the exit code.

What is slow to import is imported where it is used: ``careguide --help`` loads none of it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ConfigError
from assistant.filters import NO_FILTERS, Filters
from assistant.reference import CARDS_FILE, CONTACTS_FILE, GLOSSARY_FILE
from assistant.text import inert_json, one_line, sanitise

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.types import Answer, NoAnswer
    from assistant.wiring import Assistant

ANSWERED, FAILED, NOT_FOUND = 0, 1, 3
"""Exit codes."""
EXAMPLES = (
    "Someone clicked a link in a dodgy email, what now?",
    "How long do we have to report a data breach to the ICO?",
    "I lost my work phone. Who do I tell?",
)

_ABSENT = 'This corpus has no {}; "careguide doctor" says whether {} is wrong.'
NO_GLOSSARY = _ABSENT.format("glossary", GLOSSARY_FILE)
NO_CONTACTS = _ABSENT.format("contacts", CONTACTS_FILE)
NO_CARDS = _ABSENT.format("urgent cards", CARDS_FILE) + " If someone is in danger, call 999."

Command = Callable[["Config", argparse.Namespace], int]
"""A command: takes the settings and its arguments, prints, and returns the exit code."""


def opened(config: Config, tell: bool = True) -> Assistant:
    """Return the assistant; a build that it needs is announced and followed on stderr.

    Args:
        tell: whether what is wrong with the index is said there too; else the caller says it with what it prints.
    """
    from assistant.opening import open_assistant
    from assistant.progress import following

    with following() as progress:
        assistant = open_assistant(config, progress, lambda line: print(line, file=sys.stderr))
    for warning in assistant.warnings if tell else ():
        print(f"careguide: warning: {one_line(warning)}", file=sys.stderr)
    return assistant


def with_warnings(assistant: Assistant, text: str) -> str:
    """Return a text with what is wrong with the index above it."""
    return "\n\n".join([*(f"Warning: {one_line(warning)}" for warning in assistant.warnings), text])


def in_terminal() -> bool:
    """Whether a person can type here and see what is printed."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def start(config: Config, arguments: argparse.Namespace) -> int:
    """Open the terminal UI; without a terminal, answer the example questions and say how to open it."""
    if in_terminal():
        return tui(config, arguments)
    from assistant.render_answer import answer_text

    assistant = opened(config)
    for question in EXAMPLES:
        print(answer_text(assistant.conversation().ask(question).reply, assistant.reference), end=f"\n\n{'-' * 60}\n\n")
    print('There is no terminal here, so these were examples. In a terminal, "careguide" (or "make run") opens the')
    print('screen to ask your own; "careguide ask" answers one question as text.')
    return ANSWERED


def tui(config: Config, _: argparse.Namespace) -> int:
    """Run the terminal UI; the index is opened while it already shows, and built if the user wants that."""
    if not in_terminal():
        raise ConfigError('there is no terminal here; "careguide ask" answers a question as text')
    from assistant import collector

    collector.hold()
    from assistant.desk import services
    from assistant.tui.app import CareguideApp

    app = CareguideApp(services(config, collector.settle))
    app.run()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(app.return_code or ANSWERED)  # the terminal is restored; taking the process apart would take another second


def ask(config: Config, arguments: argparse.Namespace) -> int:
    """Answer a question, or a batch of them."""
    from assistant.batch import answered
    from assistant.conversation import checked_question
    from assistant.receipt.write import refuse_taken
    from assistant.render_answer import answer_text

    if arguments.batch is not None:
        return ask_batch(config, arguments)
    if arguments.receipt is not None:
        refuse_taken(arguments.receipt)  # before the question, not after the answer
    question = checked_question(question_given(arguments.question))
    assistant = opened(config, tell=False)
    reply, values = answered(assistant, [question], filters_given(assistant, arguments))
    try:
        if arguments.receipt is not None:
            keep_receipt(reply, assistant, arguments.receipt)
    finally:  # written first, since a reader may close the pipe; one that cannot be written keeps back no answer
        print(as_json(values) if arguments.json else with_warnings(assistant, answer_text(reply, assistant.reference)))
    return ANSWERED if values["quotes"] else NOT_FOUND


def keep_receipt(reply: Answer | NoAnswer, assistant: Assistant, file: Path) -> None:
    """Write the receipt of an answer, and say on stderr where it is.

    Raises:
        ReceiptError: it cannot be written.
    """
    import datetime

    from assistant.receipt.write import receipt_of, save

    now = datetime.datetime.now().astimezone()
    save(receipt_of([reply], assistant.manifest, now, assistant.warnings), file)
    print(f"The receipt is in {one_line(str(file))}. Only you can read it; it holds your question.", file=sys.stderr)


def filters_given(assistant: Assistant, arguments: argparse.Namespace) -> Filters:
    """Return the filters of the command line.

    Raises:
        ConfigError: a value is not known in the guidance, or the date is none.
    """
    from assistant.choices import chosen

    typed = {name: getattr(arguments, name) for name in ("publisher", "kind", "topic", "applies_to")}
    if not any(typed.values()) and arguments.since is None:
        return NO_FILTERS  # without reading what the pages are
    return chosen(assistant.store.descriptions, typed, arguments.since)


def question_given(question: str | None) -> str:
    """Return the question of the command line, or of standard input where there is none or it is ``-``.

    Raises:
        ConfigError: there is neither, or standard input is not text.
    """
    if question is not None and question != "-":
        return question
    if question is None and (sys.stdin is None or sys.stdin.isatty()):
        raise ConfigError('the question is missing; write it after the command: careguide ask "how do I report a scam text?"')
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as fault:
        raise ConfigError(f"the question on standard input is not text (byte {fault.start} is not UTF-8); type it") from fault


def ask_batch(config: Config, arguments: argparse.Namespace) -> int:
    """Answer JSON lines with JSON lines; a bad line is told on stderr and does not stop the rest."""
    from assistant.batch import answer_lines

    if arguments.receipt is not None:
        raise ConfigError("--receipt keeps one answer, and --batch gives many; leave out one of them")
    file: Path = arguments.batch
    try:
        raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as fault:
        raise ConfigError(f"the batch file {file} cannot be read ({fault.strerror}); check its name") from fault
    code = ANSWERED
    assistant = opened(config)
    for values, fault_found in answer_lines(assistant, raw, filters_given(assistant, arguments)):
        print(as_json(values, None))
        if fault_found:
            code = FAILED
            print(f"careguide: {one_line(fault_found)}", file=sys.stderr)
    return code


def search(config: Config, arguments: argparse.Namespace) -> int:
    """List ranked passages with their scores."""
    from assistant.conversation import checked_question
    from assistant.render import filters_json, filters_line, passage_json, passage_text
    from assistant.types import Query

    question = checked_question(question_given(arguments.question))
    assistant = opened(config, tell=False)
    query = Query(question, filters=filters_given(assistant, arguments))
    rows = []
    for rank, hit in enumerate(assistant.answerer.search(query, arguments.k).hits, start=1):
        passage = assistant.store.passages[hit.passage_id]
        rows.append(passage_json(rank, hit.score, passage, assistant.document(passage.document_id)))
    if arguments.json:
        about = {"filters": filters_json(query.filters), "index": assistant.about()}
        print(as_json({"question": query.text, "hits": rows, **about}))
    else:
        shown = [passage_text(row) for row in rows] or ["Nothing found."]
        print(with_warnings(assistant, "\n\n".join([filters_line(query.filters), *shown] if query.filters else shown)))
    return ANSWERED if rows else NOT_FOUND


def show(config: Config, arguments: argparse.Namespace) -> int:
    """Print a document."""
    from assistant.render import document_json, document_text

    document = opened(config).document(arguments.document_id)
    print(as_json(document_json(document)) if arguments.json else document_text(document))
    return ANSWERED


def explain(config: Config, arguments: argparse.Namespace) -> int:
    """Explain a term of the glossary; without one, list them all."""
    from assistant.lookup import find_term, like_terms
    from assistant.render import term_text

    glossary = opened(config).reference.glossary
    words = " ".join(arguments.words)
    term = find_term(glossary, words)
    near = like_terms(glossary, words)
    nearest = f" The nearest there: {', '.join(near)}." if near else ""
    missing = f"{one_line(words)!r} is not in the glossary.{nearest}"
    shown = [term] if term else [] if words.strip() else list(glossary)
    return listed(shown, [term_text(one) for one in shown], arguments.json, missing if glossary else NO_GLOSSARY)


def contacts(config: Config, arguments: argparse.Namespace) -> int:
    """Say whom to call or write to, and when."""
    from assistant.lookup import find_contacts
    from assistant.render import contact_text

    everyone = opened(config).reference.contacts
    words = " ".join(arguments.words)
    shown = find_contacts(everyone, words)
    missing = f'No contact speaks of {one_line(words)!r}; "careguide contacts" lists all {len(everyone)}.'
    return listed(shown, [contact_text(one) for one in shown], arguments.json, missing if everyone else NO_CONTACTS)


def urgent(config: Config, arguments: argparse.Namespace) -> int:
    """Show the first steps in an emergency; without one, or where several fit, list them."""
    from assistant.lookup import find_cards
    from assistant.render import card_text

    assistant = opened(config)
    cards = assistant.reference.cards
    words = " ".join(arguments.words)
    shown = find_cards(cards, words)
    names = "\n".join(f"careguide urgent {one.id}: {one.title}" for one in shown or cards)
    if len(shown) == 1:
        texts = [card_text(shown[0], assistant.reference.contacts, assistant.store.titles())]
    else:
        texts = [f"{'Which of these?' if words.strip() else 'The emergencies:'}\n{names}"]
    missing = f"No card speaks of {one_line(words)!r}. These are there:\n{names}"
    return listed(shown, texts, arguments.json, missing if cards else NO_CARDS)


def listed(entries: Sequence[Any], texts: list[str], as_values: bool, missing: str) -> int:
    """Print entries of the reference, as a JSON list or as texts; where there is none, a line that says so."""
    if as_values:
        print(as_json([dataclasses.asdict(one) for one in entries]))
    else:
        print(sanitise("\n\n".join(texts) if entries else missing))
    return ANSWERED if entries else NOT_FOUND


def doctor(config: Config, _: argparse.Namespace) -> int:
    """Say what is installed, which corpus and index are used, how old they are, and what is wrong."""
    from assistant.doctor import examine

    findings = examine(config)
    for finding in findings:
        print(f"{'wrong' if finding.wrong else 'ok   '}  {one_line(finding.text)}")
    wrong = sum(finding.wrong for finding in findings)
    print(f"\n{wrong} {'thing is' if wrong == 1 else 'things are'} wrong." if wrong else "\nAll is well.")
    return FAILED if wrong else ANSWERED


def as_json(values: object, indent: int | None = 2) -> str:
    """Return JSON; letters that standard output cannot write are escaped as JSON has it, and so is what acts or hides."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return inert_json(json.dumps(values, ensure_ascii=not unicode, indent=indent, allow_nan=False))
