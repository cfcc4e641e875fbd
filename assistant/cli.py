"""The command line: reads the settings, calls the read side, and turns values into text, JSON and exit codes.

Exit codes: 0 answered, 3 not found, 2 usage, 1 an error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import AssistantError, ConfigError

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.wiring import Assistant

FAILED, USAGE, NOT_FOUND = 1, 2, 3
DEBUG_VARIABLE = "CAREGUIDE_DEBUG"
EXAMPLES = (
    "Someone clicked a link in a dodgy email, what now?",
    "How long do we have to report a data breach to the ICO?",
    "Can staff use WhatsApp for handovers?",
)

app = typer.Typer(
    name="careguide",
    help="Answers questions on cyber security and data protection in adult social care, with excerpts of guidance.",
    add_completion=False,
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", help="Folder of documents to answer from.", envvar="CAREGUIDE_CORPUS")
]
DataOption = Annotated[Path | None, typer.Option("--data", help="Folder that keeps the index.", envvar="CAREGUIDE_DATA")]
EncoderOption = Annotated[
    str | None, typer.Option("--encoder", help="'static', or a sentence-transformers model.", envvar="CAREGUIDE_ENCODER")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    corpus: CorpusOption = None,
    data: DataOption = None,
    encoder: EncoderOption = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """Open the terminal UI; without a terminal, answer three example questions."""
    if version:
        from assistant.doctor import installed_version

        typer.echo(f"careguide {installed_version('careguide') or '(not installed)'}")
        raise typer.Exit
    from assistant.config import load_config

    context.obj = load_config({"corpus": corpus, "data": data, "encoder": encoder})
    if context.invoked_subcommand is None:
        if sys.stdin.isatty() and sys.stdout.isatty():
            open_tui(context.obj)
        else:
            show_examples(context.obj)


def opened(config: Config) -> Assistant:
    """Return the assistant; a build that it needs is followed on stderr."""
    from assistant.progress import following
    from assistant.wiring import open_assistant

    with following() as progress:
        return open_assistant(config, progress, lambda line: typer.echo(line, err=True))


def open_tui(config: Config) -> None:
    """Run the terminal UI; the index is opened, or built, while it already shows."""
    from assistant.tui.app import CareguideApp
    from assistant.wiring import Session, open_assistant

    CareguideApp(lambda progress: Session(open_assistant(config, progress))).run()


def show_examples(config: Config) -> None:
    """Answer the example questions as text and say how to open the terminal UI."""
    from assistant.render import answer_text

    assistant = opened(config)
    for question in EXAMPLES:
        typer.echo(answer_text(assistant.conversation().ask(question).reply))
        typer.echo("\n" + "-" * 60 + "\n")
    typer.echo('There is no terminal here, so these were examples. In a terminal, "careguide" (or "make run") opens the')
    typer.echo('screen to ask your own; "careguide ask" answers one question as text.')


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[
        str | None, typer.Argument(help="The question; left out, or '-', it is read from standard input.")
    ] = None,
    as_json: JsonOption = False,
    batch: Annotated[
        Path | None, typer.Option("--batch", help="JSON lines of {id, turns}; '-' for standard input. Writes JSON lines.")
    ] = None,
) -> None:
    """Answer a question with excerpts and where they are from."""
    from assistant.conversation import checked_question

    if batch is not None:
        if question is not None:
            raise typer.BadParameter("give a question or --batch, not both")
        _ask_batch(context.obj, batch)
        return
    text = checked_question(_read_input(question, "question"))
    code = _print_answer(opened(context.obj), text, as_json)
    raise typer.Exit(code)


def _read_input(given: str | None, what: str) -> str:
    """Return the argument, or standard input where there is none.

    Raises:
        ConfigError: there is neither, or standard input is not text.
    """
    if given not in (None, "-"):
        return str(given)
    if given is None and sys.stdin.isatty():
        raise ConfigError(
            f'the {what} is missing; write it after the command, as in: careguide ask "how do I report a scam text?"'
        )
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as fault:
        raise ConfigError(
            f"the {what} on standard input is not text (byte {fault.start} is not UTF-8); type it as plain text"
        ) from fault


def _print_answer(assistant: Assistant, text: str, as_json: bool) -> int:
    """Answer one question, print it, and return the exit code."""
    import json

    from assistant.batch import answered
    from assistant.render import answer_text

    reply, values = answered(assistant, [text])
    typer.echo(json.dumps(values, ensure_ascii=False, indent=2) if as_json else answer_text(reply))
    return 0 if values["quotes"] else NOT_FOUND


def _ask_batch(config: Config, file: Path) -> None:
    from assistant.batch import answer_lines

    raw = sys.stdin.buffer.read() if str(file) == "-" else _file_bytes(file)
    assistant = opened(config)
    bad = 0
    for line, fault in answer_lines(assistant, raw):
        typer.echo(line)
        if fault:
            bad += 1
            typer.echo(f"careguide: {fault}", err=True)
    if bad:
        raise typer.Exit(FAILED)


def _file_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise ConfigError(f"the batch file {file} cannot be read ({fault.strerror}); check its name") from fault


@app.command()
def search(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="Words to search for.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Passages to list.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """List ranked passages with their scores."""
    import json

    from assistant.conversation import checked_question
    from assistant.render import passage_json
    from assistant.text import sanitise
    from assistant.types import Query

    query = Query(checked_question(question))
    assistant = opened(context.obj)
    rows = []
    for rank, hit in enumerate(assistant.answerer.search(query, k).hits, start=1):
        passage = assistant.store.passages[hit.passage_id]
        rows.append(passage_json(rank, hit.score, passage, assistant.document(passage.document_id)))
    if as_json:
        typer.echo(json.dumps({"question": query.text, "hits": rows, "index": assistant.about()}, ensure_ascii=False, indent=2))
    for row in [] if as_json else rows:
        typer.echo(f"{row['rank']}. {row['section'] or row['title']} (score {row['score']:.3f})")
        typer.echo(sanitise(f"   {row['publisher']}: {row['title']}, document {row['document_id']}\n"))
    if not rows:
        typer.echo("Nothing found.", err=True)
        raise typer.Exit(NOT_FOUND)


@app.command()
def show(
    context: typer.Context,
    document_id: Annotated[str, typer.Argument(help="A document's id, such as starter/clicked-link.")],
    as_json: JsonOption = False,
) -> None:
    """Print a document."""
    import json

    from assistant.render import document_json, document_text

    document = opened(context.obj).document(document_id)
    typer.echo(json.dumps(document_json(document), ensure_ascii=False, indent=2) if as_json else document_text(document))


@app.command()
def index(
    context: typer.Context,
    again: Annotated[bool, typer.Option("--again", help="Build even if nothing has changed.")] = False,
) -> None:
    """Build the index of the corpus; does nothing where nothing has changed."""
    from assistant.progress import following
    from assistant.wiring import build_index

    with following() as progress:
        built = build_index(context.obj, progress, again)
    manifest = built.manifest
    state = "Built" if built.changed else "Nothing has changed; kept"
    typer.echo(f"{state} index {manifest.id}: {manifest.documents} documents, {manifest.passages} passages.")
    for fault in manifest.faults:
        typer.echo(f"careguide: left out: {fault}", err=True)


@app.command()
def tui(context: typer.Context) -> None:
    """Open the terminal UI."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError('there is no terminal here; "careguide ask" answers a question as text')
    open_tui(context.obj)


@app.command()
def doctor(context: typer.Context) -> None:
    """Say what is installed, which corpus and index are used, how old they are, and what is wrong."""
    from assistant.doctor import examine

    findings = examine(context.obj)
    for finding in findings:
        typer.echo(f"{'wrong' if finding.wrong else 'ok   '}  {finding.text}")
    wrong = sum(finding.wrong for finding in findings)
    typer.echo(f"\n{wrong} {'thing is' if wrong == 1 else 'things are'} wrong." if wrong else "\nAll is well.")
    if wrong:
        raise typer.Exit(FAILED)


def run(arguments: list[str] | None = None) -> None:
    """Run the command and exit; every error of the project becomes one line on stderr and an exit code.

    Args:
        arguments: the words after ``careguide``; None takes the process's own.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(arguments, prog_name="careguide")
    except ConfigError as fault:
        print(f"careguide: {fault}", file=sys.stderr)
        sys.exit(USAGE)
    except AssistantError as fault:
        print(f"careguide: {fault}", file=sys.stderr)
        sys.exit(FAILED)
    except Exception as fault:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        kind = type(fault).__name__
        print(f"careguide: a fault in the program ({kind}: {fault}); {DEBUG_VARIABLE}=1 shows where", file=sys.stderr)
        sys.exit(FAILED)


if __name__ == "__main__":
    run()
