"""What is stopped by ``crashes``: everything that writes what answers come from, and the history."""

from __future__ import annotations

import datetime
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from assistant.candidates import newest_whole
from assistant.cli import main
from assistant.config import Config
from assistant.errors import AssistantError, IndexMissing, IndexStale, describe
from assistant.history import History
from assistant.index.encode import embedded
from assistant.index.generation import Generations
from assistant.opening import open_current
from assistant.pack.keys import private_key, public_text
from assistant.scrape import refreshing
from assistant.scrape.extract.adapters import extract
from assistant.scrape.fetched import Fetched
from assistant.scrape.responses import ResponseStore
from assistant.scrape.sources import Page, Source
from assistant.scrape.state import FOLDER, Found, State, write_state
from assistant.text import one_line
from assistant.types import Answer, Document
from assistant.verify import examined
from assistant.wiring import Assistant, assembled
from tests.crashes import Wrong
from tests.fakes import page
from tests.scrape.given import HOST, html
from tests.scripts import script

NOTHING = "no index"
HOURLY, DAILY, WEEKLY, NIGHTLY = "every hour", "every day", "every week", "every night"
"""The words that tell one state of the guidance from another; each page says them."""
OFTEN = (HOURLY, DAILY, WEEKLY, NIGHTLY)
BODIES = {
    "backups": ("Keeping copies of care plans", "## How often should you make a backup? {#often}\n\nCopy all care plans %s.\n"),
    "updates": ("Keeping tablets up to date", "## When should you install updates? {#when}\n\nUpdate the tablets %s.\n"),
    "phones": ("Lost phones", "## What if you lose a phone? {#lost}\n\nTell your manager. Count the phones %s.\n"),
}
QUESTIONS = ("how often should we make a backup of care plans", "when should we install updates on the tablets")
WHEN = datetime.datetime(2026, 3, 4, 5, 6, tzinfo=datetime.UTC)
SOURCES = f"""[[source]]
id = "example"
publisher = "Example Office"
adapter = "generic"
hosts = ["{HOST}"]
storage = "full"
licence = "OGL-UK-3.0"
attribution = "Example Office."
pages = [{", ".join(f'{{ url = "https://{HOST}/{name}", kind = "guidance", topics = [] }}' for name in BODIES)}]
"""


def config_of(place: Path) -> Config:
    """Return the settings of a folder."""
    return Config(corpus=place / "corpus", data=place / "data")


def flags(place: Path) -> list[str]:
    """Return the settings of a folder as words of a command."""
    return ["--corpus", str(place / "corpus"), "--data", str(place / "data")]


def write_corpus(place: Path, often: str) -> None:
    """Write a small corpus that says how often."""
    for name, (title, body) in BODIES.items():
        file = place / "corpus" / "starter" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page(body % often, title=title, url=f"https://{HOST}/{name}"), encoding="utf-8")


def carried_out(*words: str) -> None:
    """Run a command of Careguide that has to succeed."""
    if main(list(words)) != 0:
        raise RuntimeError(f"careguide {' '.join(words)} fails")


def build_each(place: Path, *often: str) -> None:
    """Build an index of each state of the corpus, one after the other."""
    for one in often:
        write_corpus(place, one)
        carried_out(*flags(place), "index")


def answering(config: Config) -> Assistant | None:
    """Return what answers, as the terminal UI has it while the corpus is newer than the index; None without an index.

    Raises:
        AssistantError: there is an index, and what the pointer names is not whole.
        Wrong: as the terminal UI looks for one that is whole, it finds none.
    """
    try:
        return open_current(config, embedded())
    except IndexMissing:
        return None
    except IndexStale:
        generations = Generations(config.index_root)
    if newest_whole(config, embedded()) is None:
        raise Wrong("no index is whole")
    return assembled(config, generations.check(generations.current()), embedded())


def index_state(place: Path) -> str:
    """Return how often the index says, all of its pages and its answers alike, and examine it.

    Raises:
        Wrong: it is damaged, or says one thing here and another there.
    """
    config = config_of(place)
    assistant = answering(config)
    if assistant is None:
        return NOTHING
    said = {often_of(assistant.document(name).text) for name in assistant.store.titles()}
    said |= {often_of(answer_of(assistant, question)) for question in QUESTIONS}
    if len(said) != 1:
        raise Wrong(f"a mixture answers: {sorted(said)}")
    report = examined(config)
    spoilt = [note for note in report.notes if "could not answer" in note]
    for told in (*(problem.what for problem in report.problems), *spoilt):
        raise Wrong(f"careguide verify: {told}")
    return said.pop()


def answer_of(assistant: Assistant, question: str) -> str:
    """Return the words quoted."""
    reply = assistant.conversation().ask(question).reply
    if not isinstance(reply, Answer):
        raise Wrong(f"{question!r} has no answer")
    return " ".join(quote.excerpt.text for quote in reply.quotes)


def often_of(text: str) -> str:
    """Return how often a text says."""
    found = [one for one in OFTEN if one in text]
    if len(found) != 1:
        raise Wrong(f"{text!r} says {found or 'nothing'}")
    return found[0]


class OfIndex:
    """An operation that changes the index."""

    name = ""
    old, new, passing_over = DAILY, NIGHTLY, ""
    loose: tuple[str, ...] = ()
    words: tuple[str, ...] = ("index",)

    def prepare(self, place: Path) -> None:
        """Build the index from before, and change the corpus."""
        build_each(place, self.old)
        write_corpus(place, self.new)

    def work(self, place: Path) -> int:
        """Run the command."""
        return main([*flags(place), *self.words])

    def state(self, place: Path) -> str:
        """Return how often it says."""
        return index_state(place)

    def after(self, state: str) -> str:
        """Return the new state."""
        return self.new


class First(OfIndex):
    """The first build: before it there is nothing."""

    name, old = "first build", NOTHING

    def prepare(self, place: Path) -> None:
        """Write the corpus alone."""
        write_corpus(place, self.new)


class Build(OfIndex):
    """A build beside three older indexes, the oldest of which it removes."""

    name, old = "build", WEEKLY

    def prepare(self, place: Path) -> None:
        """Build three."""
        build_each(place, HOURLY, DAILY, WEEKLY)
        write_corpus(place, self.new)


class Again(OfIndex):
    """A build of an index that is there, which is put in its place."""

    name, old, words = "build again", NIGHTLY, ("index", "--again")

    def prepare(self, place: Path) -> None:
        """Build two."""
        build_each(place, DAILY, NIGHTLY)


class Rollback(OfIndex):
    """Going back one index, of three; run again, it goes back one further."""

    name, old, new, passing_over, words = "rollback", WEEKLY, DAILY, HOURLY, ("rollback",)

    def prepare(self, place: Path) -> None:
        """Build three."""
        build_each(place, HOURLY, DAILY, WEEKLY)

    def after(self, state: str) -> str:
        """Return what was built before."""
        return OFTEN[OFTEN.index(state) - 1]


class ReadHere:
    """Turns responses into documents in this process: the other one writes nothing, and takes longer to start than all else."""

    def __enter__(self) -> ReadHere:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""

    def extract(self, fetched: Fetched, source: Source, page: Page) -> Document:
        """Return the document of a response."""
        return extract(fetched, source, page)


class RefreshOffline(OfIndex):
    """A refresh that reads what was fetched before, writes the pages, and builds the index."""

    name, words = "refresh", ("--offline",)
    loose = (r"corpus/reports/.+",)

    def prepare(self, place: Path) -> None:
        """Fill the corpus with an earlier refresh, and keep newer responses; one page more than before."""
        (place / "corpus").mkdir()
        (place / "corpus" / "sources.toml").write_text(SOURCES, encoding="utf-8")
        earlier = list(BODIES)[:2]
        keep_responses(place, self.old, earlier)
        if self.work(place) != 0:
            raise RuntimeError("the refresh fails by itself")
        keep_responses(place, self.new, list(BODIES))

    def work(self, place: Path) -> int:
        """Run the script."""
        refreshing.Extractor = ReadHere  # type: ignore[assignment, misc]
        sys.argv = ["refresh_corpus", *flags(place), *self.words]
        code = int(script("refresh_corpus").main())
        return 0 if code == 4 else code  # a page more to be looked at is no fault


class InstallPack(OfIndex):
    """Installing a pack beside an index of the local corpus."""

    name = "pack install"

    def prepare(self, place: Path) -> None:
        """Make a pack elsewhere, and an index here."""
        away, key = place / "away", str(place / "key")
        build_each(away, self.new)
        carried_out("pack", "keygen", key)
        carried_out(*flags(away), "pack", "build", str(place / "one.cgpack"), "--key", key)
        os.environ["CAREGUIDE_TRUSTED_KEYS"] = public_text(private_key(place / "key"))
        shutil.rmtree(away)
        build_each(place, self.old)

    def work(self, place: Path) -> int:
        """Run the command."""
        return main([*flags(place), "pack", "install", str(place / "one.cgpack")])


class HistoryAdd:
    """Keeping one question more."""

    name, old, new, passing_over = "history: keep a question", "2 questions", "3 questions", ""
    loose: tuple[str, ...] = ()

    def prepare(self, place: Path) -> None:
        """Make an index to ask, and a history of two questions."""
        build_each(place, NIGHTLY)
        History(config_of(place).history_file).start()
        for _ in range(2):
            if self.work(place) != 0:
                raise RuntimeError("the history fails by itself")

    def work(self, place: Path) -> int:
        """Keep a question, and tell a fault as the program does."""
        try:
            assistant = assembled_once(place)
            History(config_of(place).history_file).add(assistant.conversation().ask(QUESTIONS[0]), WHEN)
        except AssistantError as fault:
            print(f"careguide: {one_line(describe(fault))}", file=sys.stderr)
            return 1
        return 0

    def state(self, place: Path) -> str:
        """Return how many questions are kept, each whole."""
        file = config_of(place).history_file
        entries = History(file).entries()
        if any((one.question, one.outcome, len(one.sections)) != (QUESTIONS[0], "answered", 1) for one in entries):
            raise Wrong(f"the history holds {entries}")
        with closing(sqlite3.connect(file)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            raise Wrong(f"the history is damaged: {said}")
        return f"{len(entries)} questions"

    def after(self, state: str) -> str:
        """Return one more."""
        return f"{int(state.split(maxsplit=1)[0]) + 1} questions"


class HistoryOn(HistoryAdd):
    """Turning the history on."""

    name, old, new = "history: turn on", "off", "0 questions"

    def prepare(self, place: Path) -> None:
        """Make the folder."""
        (place / "data").mkdir()

    def work(self, place: Path) -> int:
        """Run the command."""
        return main([*flags(place), "history", "--on"])

    def state(self, place: Path) -> str:
        """Return whether it is on, and what is kept."""
        return super().state(place) if config_of(place).history_file.exists() else "off"

    def after(self, state: str) -> str:
        """Return that it is on."""
        return self.new


class HistoryDelete(HistoryOn):
    """Deleting the history."""

    name, old, new = "history: delete", "2 questions", "off"

    def prepare(self, place: Path) -> None:
        """Make a history of two questions."""
        HistoryAdd().prepare(place)

    def work(self, place: Path) -> int:
        """Run the command."""
        return main([*flags(place), "history", "--delete"])


_ASSEMBLED: dict[str, Assistant] = {}


def assembled_once(place: Path) -> Assistant:
    """Return an assistant to ask; the same each time in one process, so that the history alone is written and read."""
    if "one" not in _ASSEMBLED:
        _ASSEMBLED["one"] = open_current(config_of(place), embedded())
    return _ASSEMBLED["one"]


def keep_responses(place: Path, often: str, names: list[str]) -> None:
    """Keep what the site answered, as a crawl does."""
    folder = place / "corpus" / FOLDER
    store = ResponseStore(folder)
    for name in names:
        title, body = BODIES[name]
        heading, _, text = (body % often).partition("\n\n")
        words = f"<h2>{heading.strip('# ').partition(' {')[0]}</h2><p>{text.strip()}</p>"
        more = "".join(f"<p>{sentence}</p>" for sentence in ("This page is for care homes.", f"It is on {name}.") * 4)
        content = html(f"<main><h1>{title}</h1>{words}{more}</main>", title).encode()
        url = f"https://{HOST}/{name}"
        store.put(url, Fetched(url, 200, "text/html", content, WHEN.isoformat(timespec="seconds")), "run")
    store.close()
    pages = [{"url": f"https://{HOST}/{name}", "kind": "guidance", "topics": []} for name in names]
    write_state(folder, State(found=tuple(Found(str(one["url"]), "example", one, 0) for one in pages)))


OPERATIONS = (First, Build, Again, Rollback, RefreshOffline, InstallPack, HistoryOn, HistoryAdd, HistoryDelete)
