"""A corpus whose every text is hostile, asked in every way: nothing of it acts wherever it comes out.

Written as whoever writes the files would, past every check of ours; the terminal UI is tried in ``tests/tui/test_terminal.py``,
and exports of what never passed an index in ``tests/export/test_export.py``.
"""

from __future__ import annotations

import datetime
import io
import json
import re
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from assistant import hosts
from assistant.cli import main
from assistant.commands import as_json
from assistant.config import Config
from assistant.export.write import Export, Format, write_export
from assistant.history import History
from assistant.opening import open_assistant
from assistant.text import sanitise
from tests.conftest import Command
from tests.export.read import seen

ACTS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe0f\ufeff\U000e0000-\U000e007f]"
)
SEQUENCES = "\x1b]52;c;b3duZWQ=\x07\x1b]0;owned\x07\x1b]8;;https://evil.example\x1b\\\x1b[2J\x1b[31m\x1bP+q\x1b\\\x9b31m\x9d52;c;eA==\x9c\x07\x08"
HIDDEN = "\u202edesrever\u202c\u200b\u200d\u2066\u2028\ufeff\U000e0041\x00\x7f\x85\u00ad"
MARKUP = (
    "<script>alert(1)</script><img src=https://evil.example/i onerror=alert(1)> [x](javascript:alert(1)) "
    "![i](https://evil.example/i.png) [bold red]b[/] [@click=app.quit]q[/] **b** `c` "
    "&lt; {#anchor} %s {0} ${HOME} $(id) \ufffe\uffff =1+1 @x +1 -1"
)
NASTY = f"={SEQUENCES}{HIDDEN} zebra {MARKUP}"
FIELDS = {
    "title": f"Striped {NASTY}",
    "publisher": f"Office {NASTY}",
    "url": "https://www.example.org/zebra",
    "kind": f"guidance {NASTY}",
    "updated": "2026-01-02",
    "applies_to": ["UK", NASTY],
    "topics": [f"topic {NASTY}"],
    "licence": NASTY,
    "notice": f"Notice {NASTY}",
}
BODY = f"## Keeping a zebra {NASTY} {{#keeping}}\n\nYou must keep the zebra in a stable. {NASTY}\n\n- Feed the zebra. {NASTY}\n"
QUESTION = f"how must we keep a zebra in a stable? {SEQUENCES}{HIDDEN}<b>x</b>"
ENTRIES = {
    "glossary.toml": {"term": [{"term": f"zebra {NASTY}", "aliases": [], "meaning": NASTY}]},
    "contacts.toml": {
        "contact": [
            {
                "id": f"zoo {NASTY}",
                "name": f"Zoo zebra {NASTY}",
                "when": NASTY,
                "topics": [NASTY],
                "applies_to": [NASTY],
                "ways": [{"kind": "phone", "value": f"0123 {NASTY}", "note": NASTY}],
                "verified_on": "2026-01-01",
            }
        ]
    },
    "urgent.toml": {
        "card": [
            {
                "id": f"loose {NASTY}",
                "title": f"A zebra is loose {NASTY}",
                "steps": [{"text": NASTY, "facts": ["x"]}],
                "contacts": [f"zoo {NASTY}"],
                "read_on": "documents/zebra",
                "reviewed": "2026-01-01",
                "applies_to": ["UK"],
            }
        ]
    },
}


def toml(entries: dict[str, list[dict[str, object]]]) -> str:
    """Return entries as TOML; a JSON value is one of TOML's, but for the names of an object and what TOML calls DEL."""

    def value(one: object) -> str:
        if isinstance(one, dict):
            return "{" + ", ".join(f"{name} = {value(each)}" for name, each in one.items()) + "}"
        if isinstance(one, list):
            return f"[{', '.join(map(value, one))}]"
        return json.dumps(one, ensure_ascii=False).replace("\x7f", "\\u007f")

    (kind, rows), *_ = entries.items()
    lines = []
    for row in rows:
        whole = row | {"sources": ["https://www.example.org/zebra"]} | ({} if kind == "card" else {"facts": ["x-01"]})
        lines += [f"[[{kind}]]", *(f"{name} = {value(one)}" for name, one in whole.items())]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def flags(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the flags that name the hostile corpus, and a folder for its index."""
    root = tmp_path_factory.mktemp("hostile")
    for name in ("documents/zebra", f"documents/odd \u202e\x1b[31m name {'x' * 20}"):
        file = root / "corpus" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"---\n{yaml.safe_dump(FIELDS)}---\n\n{BODY}", encoding="utf-8")
    for name, entries in ENTRIES.items():
        (root / "corpus" / name).write_text(toml(entries), encoding="utf-8")
    (root / "corpus" / "bad.md").write_text(f"---\n{NASTY}: [\n---\n\nWords.", encoding="utf-8")
    sources = {"source": [{"id": NASTY, "hosts": ["www.example.org"]}]}
    (root / "corpus" / hosts.FILE).write_text(toml(sources), encoding="utf-8")
    return ["--corpus", str(root / "corpus"), "--data", str(root / "data")]


def test_the_corpus_is_as_hostile_as_it_should_be():
    assert ACTS.search(NASTY)
    assert "\x1b" not in yaml.safe_dump(FIELDS), (
        "YAML and TOML hold the sequences as escapes, which are undone when they are read"
    )


WAYS = [
    ("index", "--again"),
    ("doctor",),
    ("ask", QUESTION),
    ("ask", QUESTION, "--json"),
    ("ask", f"what is a {NASTY}"),
    ("ask", "is there guidance on keeping hens or cows?", "--json"),
    ("search", f"zebra {NASTY}"),
    ("search", "zebra", "--json"),
    ("show", "documents/zebra"),
    ("show", "documents/zebra", "--json"),
    ("show", f"documents/{NASTY}"),
    ("explain",),
    ("explain", "zebra", "--json"),
    ("explain", f"zebr {NASTY}"),
    ("contacts",),
    ("contacts", f"nobody {SEQUENCES}{HIDDEN}"),
    ("contacts", "--json"),
    ("urgent",),
    ("urgent", "zebra"),
    ("urgent", f"fire {NASTY}"),
    ("urgent", "--json"),
    ("ask", f"-{NASTY}"),
    ("ask", "zebra", f"{NASTY}"),
    ("ask", "zebra", "--publisher", NASTY),
    ("ask", "zebra", "--since", NASTY),
    ("search", "zebra", "-k", NASTY),
    (NASTY.replace("\0", ""),),
    ("verify",),
    ("verify", "--json"),
    ("history", "--json"),
]


@pytest.mark.parametrize("words", WAYS, ids=range(len(WAYS)))
def test_nothing_that_a_command_prints_acts_on_the_terminal(words: tuple[str, ...], careguide: Command, flags: list[str]):
    careguide("index", flags=flags)
    done = careguide(*words, flags=flags)
    assert not ACTS.search(done.out + done.err), ascii(done)
    assert done.code in (0, 1, 2, 3)
    if "--json" in words:
        json.loads(done.out)
    if words[0] in ("ask", "search", "show") and done.code == 0:
        assert "zebra" in done.out


def test_a_batch_gives_back_what_it_was_given_without_letting_it_act(careguide: Command, flags: list[str]):
    lines = [
        json.dumps({"id": NASTY, "turns": [QUESTION]}, ensure_ascii=False),
        f'{{"id": 1, {NASTY}',
        json.dumps({"id": NASTY}),
    ]
    done = careguide("ask", "--batch", "-", stdin="\n".join(line.replace("\n", "") for line in lines).encode(), flags=flags)
    assert not ACTS.search(done.out + done.err), ascii(done)
    told = [json.loads(line) for line in done.out.splitlines()]
    assert told[0]["id"] == NASTY, "the same value, in JSON's own escapes"
    assert told[0]["quotes"]


def test_json_holds_the_same_values_with_every_acting_character_escaped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x11000), *range(0xE0000, 0xE0100))))
    assert json.loads(as_json({"every": every})) == {"every": every}
    assert not ACTS.search(as_json({"every": every}))


def test_a_trace_of_a_fault_does_not_act_either(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):
    def fail(*_: object) -> None:
        raise ValueError(NASTY)

    monkeypatch.setattr("assistant.cli.execute", fail)
    for debug in ("", "1"):
        monkeypatch.setenv("CAREGUIDE_DEBUG", debug)
        assert main(["doctor"]) == 1
        err = capfd.readouterr().err
        assert not ACTS.search(err), ascii(err)
        assert ("Traceback" in err) == bool(debug)
        assert "zebra" in err


def test_a_history_that_somebody_else_wrote_to_is_listed_without_acting(careguide: Command, tmp_path: Path):
    history = History(tmp_path / "history.sqlite")
    history.start()
    with sqlite3.connect(history.file) as connection:
        row = ("2026-11-22T10:30:00+00:00", NASTY, NASTY, json.dumps([NASTY]))
        connection.execute("INSERT INTO entry (at, question, outcome, sections) VALUES (?, ?, ?, ?)", row)
    for words in (("history",), ("history", "--json")):
        done = careguide(*words, flags=["--data", str(tmp_path)])
        assert not ACTS.search(done.out + done.err), ascii(done)
        assert "zebra" in done.out


@pytest.fixture
def exported(flags: list[str], tmp_path: Path) -> Callable[[Format], bytes]:
    """Return a function that exports a conversation with the hostile corpus."""
    assistant = open_assistant(Config(Path(flags[1]), Path(flags[3])))
    conversation = assistant.conversation()
    turns = tuple(conversation.ask(question, alone=True) for question in (QUESTION, "is there guidance on keeping hens?"))
    assert turns[0].reply.quotes
    at = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)
    export = Export(turns, assistant.reference, assistant.manifest, at)
    return lambda format_: write_export(export, tmp_path, format_).read_bytes()


@pytest.mark.parametrize("format_", list(Format))
def test_nothing_of_an_export_acts_or_leads_elsewhere(format_: Format, exported: Callable[[Format], bytes]):
    read = seen(exported(format_), format_)
    assert not ACTS.search(read.text)
    assert all(link.startswith("https://www.example.org/zebra") for link in read.links)
    assert not {"script", "img", "b", "em"} & read.elements
    assert "<script>alert(1)</script>" in read.text
    assert read.quotes
    assert all("zebra" in quote and sanitise(quote) == quote for quote in read.quotes)


def test_a_document_for_a_word_processor_is_well_formed_and_runs_nothing(exported: Callable[[Format], bytes]):
    with zipfile.ZipFile(io.BytesIO(exported(Format.DOCX))) as archive:
        names = archive.namelist()
        for name in names:
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(archive.read(name))
        outside = re.findall(rb'Target="([^"]*)"[^>]*TargetMode="External"', archive.read("word/_rels/document.xml.rels"))
        body = archive.read("word/document.xml").decode()
    assert not [name for name in names if "vba" in name.lower() or "embed" in name.lower() or "activex" in name.lower()]
    assert all(one.startswith(b"https://www.example.org/zebra") for one in outside)
    assert not re.search(r"<w:(?:instrText|fldSimple|object|altChunk)\b", body), "no field that a word processor works out"
    assert not re.search("[\ufffe\uffff]", body)
