"""The command line: reads flags and settings, runs a command, and turns errors into one line and an exit code.

Exit codes: 0 answered, 3 not found (or a receipt no longer stands), 2 usage, 1 an error.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from assistant.commands import (
    ANSWERED,
    FAILED,
    Command,
    ask,
    contacts,
    doctor,
    explain,
    search,
    show,
    start,
    tui,
    urgent,
)
from assistant.errors import AssistantError, ConfigError, describe
from assistant.history_command import ABOUT, history
from assistant.index_commands import ROLLBACK, VERIFY, index, rollback, verify
from assistant.pack_command import add_pack
from assistant.receipt_command import ABOUT as ABOUT_RECEIPTS
from assistant.receipt_command import verify_receipt
from assistant.text import one_line, sanitise

USAGE = 2
DEBUG_VARIABLE = "CAREGUIDE_DEBUG"
MOST_PASSAGES = 1_000


def passages_wanted(text: str) -> int:
    """Return the number of passages to list, 1 to 1000.

    Raises:
        argparse.ArgumentTypeError: it is none of these.
    """
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PASSAGES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_PASSAGES}")
    return int(text)


class VersionAction(argparse.Action):
    """Prints the version and ends; looks it up only then."""

    def __call__(self, *_: object, **__: object) -> None:
        """Print the version of the installed distribution."""
        from assistant.doctor import installed_version

        print(f"careguide {installed_version('careguide') or '(not installed)'}")
        sys.exit(ANSWERED)


class Parser(argparse.ArgumentParser):
    """Tells what is wrong with the words of a command line without the sequences and hidden characters in them."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message, and end the process."""
        super().error(sanitise(message))


def settings_parser(*, top: bool) -> Parser:
    """Return the options that may stand before or after a command; there, only those given count."""
    parser = Parser(add_help=False, argument_default=None if top else argparse.SUPPRESS)
    parser.add_argument("--corpus", metavar="DIR", help="folder of documents to answer from (or CAREGUIDE_CORPUS)")
    parser.add_argument("--data", metavar="DIR", help="folder that keeps the index (or CAREGUIDE_DATA)")
    parser.add_argument("--encoder", metavar="NAME", help="'static', or a sentence-transformers model (or CAREGUIDE_ENCODER)")
    return parser


def filters_parser() -> Parser:
    """Return the options that say which pages are looked at; each may be given several times, but for the date."""
    parser = Parser(add_help=False)
    which = parser.add_argument_group("which pages to look at", "give an option again for further values")
    which.add_argument("--publisher", action="append", default=[], metavar="NAME", help="pages of this publisher")
    which.add_argument("--kind", action="append", default=[], help="pages of this kind, such as guidance")
    which.add_argument("--topic", action="append", default=[], help="pages on this topic, such as passwords")
    which.add_argument(
        "--applies-to", action="append", default=[], metavar="NATION", help="pages for this nation; 'not said' for the others"
    )
    which.add_argument("--since", metavar="YYYY[-MM-DD]", help="pages published, updated or reviewed on this day or later")
    return parser


def make_parser() -> Parser:
    """Return the parser of the command line; each command sets ``run`` to its function."""
    about = "Answers questions on cyber security and data protection in adult social care with word-for-word excerpts."
    parser = Parser("careguide", description=about, parents=[settings_parser(top=True)], allow_abbrev=False)
    parser.add_argument("--version", action=VersionAction, nargs=0, help="print the version")
    parser.set_defaults(run=start)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", description="without one, the terminal UI opens")

    def command(run: Command, summary: str, *more: Parser) -> Parser:
        parents = [settings_parser(top=False), *more]
        name = run.__name__.replace("_", "-")
        made = commands.add_parser(name, help=summary, description=summary, parents=parents, allow_abbrev=False)
        made.set_defaults(run=run)
        return made

    asking = command(ask, "answer a question with excerpts and where they are from", filters_parser())
    asked = asking.add_mutually_exclusive_group()
    asked.add_argument("question", nargs="?", help="left out, or '-', it is read from standard input")
    asked.add_argument("--batch", type=Path, metavar="FILE", help="JSON lines of {id, turns}; '-' for standard input")
    asking.add_argument("--receipt", type=Path, metavar="FILE", help="keep question, quotes and citations in a new file")
    searching = command(search, "list ranked passages with their scores", filters_parser())
    searching.add_argument("question", nargs="?", help="words to search for; left out, or '-', read from standard input")
    searching.add_argument("-k", type=passages_wanted, default=10, help="passages to list (default: 10)")
    showing = command(show, "print a document")
    showing.add_argument("document_id", help="such as starter/clicked-link")
    explaining = command(explain, "explain a word such as DSPT; without one, list the glossary")
    calling = command(contacts, "whom to call or write to, and when")
    hurrying = command(urgent, "the first steps in an emergency")
    for one in (explaining, calling, hurrying):
        one.add_argument("words", nargs="*", help="left out, all are listed")
    keeping = command(history, ABOUT)
    kept = keeping.add_mutually_exclusive_group()
    kept.add_argument("--on", action="store_true", help="keep questions from now on, in a file on this machine")
    kept.add_argument("--delete", action="store_true", help="delete all that was kept, and keep nothing from now on")
    comparing = command(verify_receipt, ABOUT_RECEIPTS)
    comparing.add_argument("files", nargs="+", type=Path, metavar="FILE", help="written by ask --receipt, or an export")
    verifying = command(verify, VERIFY)
    command(rollback, ROLLBACK)
    for one in (asking, searching, showing, explaining, calling, hurrying, keeping, verifying, comparing):
        one.add_argument("--json", action="store_true", help="print JSON")
    indexing = command(index, "build the index of the corpus; does nothing where nothing has changed")
    indexing.add_argument("--again", action="store_true", help="build even if nothing has changed")
    indexing.add_argument(
        "--unless-chosen", action="store_true", help="leave a guidance pack, or an index that was gone back to, as it is"
    )
    add_pack(commands, settings_parser(top=False))
    command(tui, "open the terminal UI")
    command(doctor, "say what is installed, used, how old it is, and what is wrong")
    return parser


def execute(words: list[str] | None) -> int:
    """Run a command line and return its exit code.

    Raises:
        AssistantError: the command cannot be carried out.
    """
    from assistant.config import load_config

    arguments = make_parser().parse_args(words)
    config = load_config({name: getattr(arguments, name) for name in ("corpus", "data", "encoder")})
    run: Command = arguments.run
    return run(config, arguments)


def main(words: list[str] | None = None) -> int:
    """Run the command and return its exit code; every error becomes one line on stderr.

    Args:
        words: the words after ``careguide``; None takes the process's own.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = execute(words)
        sys.stdout.flush()  # a full disk shows here, not after we have gone
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        print("careguide: stopped", file=sys.stderr)
        return FAILED
    except Exception as fault:
        if os.environ.get(DEBUG_VARIABLE) and not isinstance(fault, AssistantError):
            import traceback

            print(sanitise("".join(traceback.format_exception(fault))), end="", file=sys.stderr)
            return FAILED
        print(f"careguide: {one_line(describe(fault))}", file=sys.stderr)
        return USAGE if isinstance(fault, ConfigError) else FAILED


if __name__ == "__main__":
    sys.exit(main())
