"""What ``careguide doctor`` finds: what is installed, which corpus and index are used, and what is wrong."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from assistant.candidates import current_manifest
from assistant.config import Config, settings_file
from assistant.corpus import Corpus, listed
from assistant.dates import day
from assistant.errors import AssistantError, HistoryError
from assistant.history import MOST, History
from assistant.index.encode import Encoder, make_encoder
from assistant.index.generation import Generations
from assistant.index.manifest import Manifest
from assistant.opening import warnings_of
from assistant.pack.installed import installed_as, read_record

PARTS = (
    "bm25s",
    "cryptography",
    "faiss-cpu",
    "markdown-it-py",
    "model2vec",
    "numpy",
    "pydantic",
    "PyStemmer",
    "textual",
    "tiktoken",
)
EXTRAS = ("sentence-transformers", "torch")


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        text: what was found, and what to do where it is wrong.
        wrong: whether something has to be done.
    """

    text: str
    wrong: bool = False


def examine(config: Config) -> list[Finding]:
    """Look at everything that answering needs; nothing is changed, and nothing raised."""
    encoder, found = _encoder(config)
    index = [] if encoder is None else _index(config, encoder)
    return [*_installed(), *_corpus(config), found, *index, _settings(), _data(config.data), _history(config)]


def _installed() -> Iterator[Finding]:
    yield Finding(
        f"careguide {installed_version('careguide') or '(run from its folder)'} on Python {platform.python_version()}"
    )
    for name in PARTS:
        version = installed_version(name)
        yield Finding(f"{name} {version}" if version else f"{name} is not installed; install careguide again", not version)
    for name in EXTRAS:
        yield Finding(f"{name} {installed_version(name) or 'is not installed (needed only for other encoders)'}")


def installed_version(name: str) -> str:
    """Return the version of an installed distribution; empty where it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _corpus(config: Config) -> Iterator[Finding]:
    try:
        corpus = Corpus(config.corpus)
        allowed = corpus.hosts()
        reading = listed(corpus.load(), allowed)
    except AssistantError as fault:
        yield Finding(str(fault), True)
        return
    count = len(reading.documents)
    starters = sum(document.is_starter for document in reading.documents)
    yield Finding(f"corpus {config.corpus}: {count} documents, {starters} of them starter notes", not count)
    if dates := sorted(date for document in reading.documents if (date := document.retrieved or document.reviewed)):
        yield Finding(f"the documents were fetched or reviewed between {dates[0]} and {dates[-1]}")
    if allowed is None:
        yield Finding("there is no list of sources, sources.toml: links may lead to any https address that a page gives")
    else:
        yield Finding(f"links lead only to hosts of the list of sources, of which there are {len(allowed)}")
    beside = reading.reference
    parts = (beside.glossary, "terms"), (beside.contacts, "contacts"), (beside.cards, "urgent cards")
    yield Finding("beside them: " + ", ".join(f"{len(entries)} {name}" for entries, name in parts))
    for bad in reading.faults:
        yield Finding(f"left out: {bad}", True)


def _encoder(config: Config) -> tuple[Encoder | None, Finding]:
    try:
        encoder = make_encoder(config.encoder)
    except AssistantError as fault:
        return None, Finding(str(fault), True)
    return encoder, Finding(f"encoder {encoder.name}: {encoder.dim} numbers a vector, fingerprint {encoder.fingerprint[:12]}")


def _index(config: Config, encoder: Encoder) -> Iterator[Finding]:
    try:
        manifest = current_manifest(config, encoder)
    except AssistantError as fault:
        yield Finding(str(fault), True)
        return
    age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(manifest.created)
    size = f"{manifest.documents} documents, {manifest.passages} passages"
    yield Finding(f"index {manifest.id} in {config.index_root}: {size}, all files sound")
    yield Finding(f"the index was built on {manifest.created[:10]}, {age.days} days ago")
    yield from _pack(config, manifest)


def _pack(config: Config, manifest: Manifest) -> Iterator[Finding]:
    """Yield what there is to say of the pack that the index came in, of one that answers no more, or of a rollback."""
    root = config.index_root
    try:
        newest, pack = read_record(root).version, installed_as(root, manifest)
        stays = Generations(root).pointer().stays
    except AssistantError as fault:
        yield Finding(str(fault), True)
        return
    if pack is not None and stays:
        until = f"good until {day(pack.expires)}"
        yield Finding(f"this index came in a pack: version {pack.version}, {until}, signed with the key {pack.key}")
    elif newest:
        yield Finding(f"pack version {newest} was installed, and another index answers now; install a pack to go back")
    for warning in warnings_of(config, manifest):
        yield Finding(warning, True)


def _settings() -> Finding:
    file = settings_file(os.environ)
    return Finding(f"the settings are in {file}" if file.exists() else f"there is no settings file; it would be {file}")


def _data(folder: Path) -> Finding:
    try:
        nearest = next(one for one in (folder, *folder.parents) if one.exists())
        writable = nearest.is_dir() and os.access(nearest, os.W_OK)
    except OSError:
        writable = False
    if writable:
        return Finding(f"the data folder {folder} can be written")
    return Finding(f"the data folder {folder} cannot be written; name another with --data or CAREGUIDE_DATA", True)


def _history(config: Config) -> Finding:
    history = History(config.history_file)
    if not history.on:
        later = "; the setting history turns it on when the terminal UI next opens" if config.history else ""
        return Finding(f"history is off: no question is kept{later}")
    try:
        count = len(history.entries(MOST))
    except HistoryError as fault:
        return Finding(str(fault), True)
    return Finding(
        f"history is on: {count:,} of at most {MOST:,} questions in {history.file}; to delete: careguide history --delete"
    )
