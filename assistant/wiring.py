"""The one place where the objects of the read side are built from the settings."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer import Answerer
from assistant.config import Config
from assistant.conversation import Conversation, Turn
from assistant.corpus import Corpus
from assistant.dates import moment
from assistant.errors import AssistantError, IndexDamaged, IndexMissing, IndexStale, RetrievalError
from assistant.facets import Facets, count
from assistant.filters import NO_FILTERS, Filters
from assistant.index import lexical, store
from assistant.index.build import Built, build, rules_version
from assistant.index.dense import DenseSearcher
from assistant.index.encode import Encoder, index_fingerprint, make_encoder, tokens_of
from assistant.index.generation import Generations, Manifest, Pointer, generation_id
from assistant.index.lexical import LexicalSearcher
from assistant.index.reference import FILE as REFERENCE
from assistant.index.reference import StoredReference
from assistant.index.rerank import HybridSearcher
from assistant.index.scope import FOLDER as SCOPE
from assistant.index.scope import Scope
from assistant.index.signals import Signals
from assistant.index.spelling import FILE as WORDS
from assistant.index.spelling import Spelling
from assistant.index.store import Store
from assistant.instant import InstantSearch
from assistant.pack.installed import came_in_pack, is_packed, pack_warnings
from assistant.progress import Progress, quiet
from assistant.question.wording import Wording

ATTEMPTS = 10
"""Times that an index is opened anew because a refresh has put another in its place meanwhile; each takes far less time than
a refresh does."""

if TYPE_CHECKING:
    from assistant.reference import Reference
    from assistant.types import Document, Match


@dataclass(frozen=True)
class Assistant:
    """Everything that answers from one generation of the index; all its files are open, so that it can be removed meanwhile.

    Attributes:
        warnings: what is to be said with every answer, a sentence or two each: that the index is not the one it should be.
    """

    parts: Parts
    scope: Scope | None
    spelling: Spelling
    manifest: Manifest
    beside: StoredReference
    warnings: tuple[str, ...] = ()

    @property
    def store(self) -> Store:
        """Documents and passages."""
        return self.parts.store

    @cached_property
    def answerer(self) -> Answerer:
        """What answers one question by itself."""
        parts = self.parts
        contacts = lambda: self.reference.contacts  # noqa: E731 (read when they are first needed)
        return Answerer(parts.hybrid, parts.store, parts.lexical.rarity, self.scope, contacts, self.spelling.is_common)

    @cached_property
    def wording(self) -> Wording:
        """What reads the words that people type."""
        return Wording(self.spelling, self.reference.glossary)

    @cached_property
    def instant(self) -> InstantSearch:
        """What searches while a question is being typed."""
        return InstantSearch(self.parts.hybrid, self.store, self.wording, self.spelling, self.spelling.completions)

    @cached_property
    def reference(self) -> Reference:
        """Glossary, contacts and urgent cards.

        Raises:
            IndexDamaged: they cannot be read.
        """
        return self.beside.read()

    def about(self) -> dict[str, Any]:
        """Return what identifies the index in JSON: id, digest of the corpus, encoder, and what is wrong with it."""
        encoder = f"{self.manifest.encoder_name}:{self.manifest.encoder[:12]}"
        warnings = list(self.warnings)
        return {"id": self.manifest.id, "corpus_digest": self.manifest.corpus, "encoder": encoder, "warnings": warnings}

    def conversation(self) -> Conversation:
        """Return a new conversation."""
        return Conversation(self.answerer, self.wording)

    def document(self, document_id: str) -> Document:
        """Return a document of the index.

        Raises:
            DocumentNotFound: there is none of that id.
        """
        return self.store.document(document_id)


class Session:
    """One conversation together with the documents and the facts about the index that the terminal UI shows."""

    def __init__(self, assistant: Assistant) -> None:
        """Begin a conversation with the assistant, and get ready for the first keystroke."""
        self._assistant = assistant
        self._conversation = assistant.conversation()
        assistant.instant.prepare()

    @property
    def about(self) -> Manifest:
        """What is answered from."""
        return self._assistant.manifest

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is to be said with every answer."""
        return self._assistant.warnings

    @property
    def reference(self) -> Reference:
        """Glossary, contacts and urgent cards.

        Raises:
            IndexDamaged: they cannot be read.
        """
        return self._assistant.reference

    def ask(self, text: str, alone: bool = False, filters: Filters = NO_FILTERS) -> Turn:
        """Answer a question in the light of those before it, or by itself, from the pages that the filters admit.

        Raises:
            ConfigError: the question is empty or too long.
        """
        return self._conversation.ask(text, alone, filters)

    def search(self, text: str, filters: Filters = NO_FILTERS, most: int = 20) -> tuple[Match, ...]:
        """Return the best passages for a question as far as it is typed, the best first; none for a text without words."""
        return self._assistant.instant.search(text, filters, most)

    def facets(self, filters: Filters) -> Facets:
        """Return how many documents each value of a filter would admit, beside those chosen already."""
        return count(self._assistant.store.descriptions, filters)

    def forget(self) -> None:
        """Begin a new conversation, in which nothing that was said before counts."""
        self._conversation = self._assistant.conversation()

    def follow_ups(self, turn: Turn) -> tuple[str, ...]:
        """Return questions that can be asked next, each of which has an answer."""
        from assistant.followups import follow_ups

        return follow_ups(turn, self._assistant.document, self._assistant.answerer.answer, self._conversation.turns)

    def document(self, document_id: str) -> Document:
        """Return a cited document.

        Raises:
            DocumentNotFound: there is none of that id.
        """
        return self._assistant.document(document_id)


def build_index(config: Config, progress: Progress = quiet, again: bool = False, encoder: Encoder | None = None) -> Built:
    """Build the index of the configured corpus if it is missing, stale or damaged (or ``again``).

    Raises:
        AssistantError: the corpus cannot be read, the index cannot be written, or the encoder cannot be loaded.
    """
    encoder = encoder or make_encoder(config.encoder)
    return build(Corpus(config.corpus), Generations(config.index_root), encoder, config.passage_tokens, progress, again)


def current_manifest(config: Config, encoder: Encoder) -> Manifest:
    """Return the manifest of the current generation, its files checked.

    Raises:
        CorpusError: the corpus folder cannot be read.
        IndexMissing: nothing has been built.
        IndexStale: it was built from another corpus, unless it is to stay, or by another encoder or chunker.
        IndexDamaged: a file is not what the manifest says.
    """
    generations = Generations(config.index_root)
    rules, fingerprint = rules_version(config.passage_tokens), index_fingerprint(encoder)
    if _stays(config):
        return _kept_manifest(generations, rules, fingerprint)
    wanted = generation_id(Corpus(config.corpus).digest(), rules, fingerprint)
    current = generations.current()
    if current != wanted:
        raise IndexStale(
            f"the index in {config.index_root} is not of the corpus in {config.corpus} as it is now; run: careguide index"
        )
    return generations.check(current)


def _kept_manifest(generations: Generations, rules: str, fingerprint: str) -> Manifest:
    """Return the manifest of a generation that stays whatever the corpus is; what mends it depends on where it came from."""
    current = generations.current()
    packed = is_packed(generations.root, current)
    try:
        manifest = generations.check(current)
    except IndexDamaged as fault:
        if not packed:
            raise
        wrong = str(fault).partition("; run: ")[0]
        raise IndexDamaged(f"{wrong}; install the guidance pack again: careguide pack install FILE") from fault
    if (manifest.chunker, manifest.encoder) != (rules, fingerprint):
        mend = "install a pack made with this version, or run: careguide index" if packed else "run: careguide index"
        raise IndexStale(f"the index in {generations.root} is of another version of the program; {mend}")
    return manifest


def open_current(config: Config, encoder: Encoder) -> Assistant:
    """Open the current index; where a refresh puts another in its place meanwhile, that one.

    Raises:
        AssistantError: as ``current_manifest``.
    """
    damaged: Pointer | None = None
    for _ in range(ATTEMPTS):
        pointer = _pointer(config)
        try:
            return assembled(config, current_manifest(config, encoder), encoder)
        except RetrievalError as fault:
            # Once is not enough for damage: the same generation may have been put in its own place meanwhile.
            if _pointer(config) == pointer and (not isinstance(fault, IndexDamaged) or damaged == pointer):
                raise
            damaged = pointer
    raise IndexDamaged(f"the index in {config.index_root} keeps changing while it is opened; try again after the refresh")


def open_assistant(config: Config, progress: Progress = quiet, say: Callable[[str], None] = lambda line: None) -> Assistant:
    """Open the index of the configured corpus, and build it first where that is needed.

    Where it is damaged and cannot be built, the newest generation that is whole answers, with a warning.

    Args:
        progress: follows a build.
        say: is told in one line why there is a build.

    Raises:
        AssistantError: the corpus cannot be read, the index cannot be built, or the encoder cannot be loaded.
    """
    encoder = make_encoder(config.encoder)
    try:
        return open_current(config, encoder)
    except (IndexMissing, IndexStale) as fault:
        say(_why(fault))
        return assembled(config, build_index(config, progress, encoder=encoder).manifest, encoder)
    except IndexDamaged as fault:
        return _despite_damage(config, encoder, progress, say, fault)


def _despite_damage(
    config: Config, encoder: Encoder, progress: Progress, say: Callable[[str], None], fault: IndexDamaged
) -> Assistant:
    """Build a damaged index again; where that cannot be done, or would be of another corpus, take the newest that is whole."""
    reason: AssistantError = fault
    if not _stays(config):
        say(_why(fault))
        try:
            return assembled(config, build_index(config, progress, again=True, encoder=encoder).manifest, encoder)
        except AssistantError as refused:
            reason = refused
    manifest = newest_whole(config, encoder)
    if manifest is None:
        raise reason
    return with_warning(assembled(config, manifest, encoder), damaged_warning(manifest, fault))


def _pointer(config: Config) -> Pointer | None:
    try:
        return Generations(config.index_root).pointer()
    except RetrievalError:
        return None


def _stays(config: Config) -> bool:
    pointer = _pointer(config)
    return pointer is not None and pointer.kept


def with_warning(assistant: Assistant, warning: str) -> Assistant:
    """Return the same with a further warning, which comes first."""
    return replace(assistant, warnings=(warning, *assistant.warnings))


def damaged_warning(manifest: Manifest, fault: IndexDamaged) -> str:
    """Return what is said while an older generation answers because the current one is damaged."""
    return (
        f"The index is damaged ({fault}). This is answered from the one of {moment(manifest.created)}, and may be out of date."
    )


def roll_back(config: Config, encoder: Encoder) -> Manifest:
    """Make the generation before the current one current again, and keep it so; damaged ones are passed over.

    Raises:
        IndexMissing: there is none before it that is whole and of this encoder.
        RetrievalError: the index folder cannot be written.
    """
    generations = Generations(config.index_root)
    with generations.writing():
        current = generations.pointer().id
        for name in generations.before(current):
            manifest = _usable(config, name, encoder)
            if manifest is not None:
                generations.go_back(manifest.id)
                return manifest
    raise IndexMissing(f"no index from before {current} in {config.index_root} can be used; to build one: careguide index")


def _usable(config: Config, generation: str, encoder: Encoder) -> Manifest | None:
    """Return the manifest of a generation that is whole and fits this program; else None."""
    try:
        manifest = Generations(config.index_root).check(generation)
    except IndexDamaged:
        return None
    fits = (manifest.chunker, manifest.encoder) == (rules_version(config.passage_tokens), index_fingerprint(encoder))
    return manifest if fits else None


def _why(fault: Exception) -> str:
    if isinstance(fault, IndexDamaged):
        return "The index is damaged; building it again."
    if isinstance(fault, IndexStale):
        return "The guidance or the program has changed; building the index again."
    return "Building the index for the first time."


def newest_whole(config: Config, encoder: Encoder) -> Manifest | None:
    """Return the newest generation that is whole and fits this program; None where there is none."""
    names = Generations(config.index_root).ids()
    whole = (manifest for name in names if (manifest := _usable(config, name, encoder)))
    return max(whole, key=lambda manifest: (manifest.created, manifest.id), default=None)


def warnings_of(config: Config, manifest: Manifest) -> tuple[str, ...]:
    """Return what is to be said with every answer from a generation."""
    if _pointer(config) != (manifest.id, True):
        return ()
    if came_in_pack(config.index_root, manifest):
        return pack_warnings(config.index_root, manifest, datetime.datetime.now().astimezone().date())
    return (
        f"This index is an earlier one, of {moment(manifest.created)}, gone back to with careguide rollback. "
        "careguide index makes one of the guidance as it is now.",
    )


def assembled(config: Config, manifest: Manifest, encoder: Encoder) -> Assistant:
    """Return what answers from a generation.

    Raises:
        IndexDamaged: its files do not fit together.
    """
    folder = Generations(config.index_root).folder(manifest.id)
    parts = open_parts(folder, encoder)
    scope = Scope.open(folder / SCOPE, manifest.dim, parts.dense.vector, parts.lexical.rarity)
    spelling, beside = Spelling.open(folder / WORDS), StoredReference.open(folder / REFERENCE)
    # Parts that a small corpus lacks are taken for lacking where their files are not there: look whether they still are.
    gone = next((name for name in manifest.files if not (folder / name).exists()), "")
    if gone:
        raise IndexDamaged(
            f"the index file {folder / gone} was removed while it was opened; try again, or run: careguide index"
        )
    return Assistant(parts, scope, spelling, manifest, beside, warnings_of(config, manifest))


@dataclass(frozen=True)
class Parts:
    """What an index folder opens to: the documents, both halves of the search, the signals, and the default."""

    store: Store
    lexical: LexicalSearcher
    dense: DenseSearcher
    signals: Signals
    hybrid: HybridSearcher


def open_parts(folder: Path, encoder: Encoder) -> Parts:
    """Open the files that ``build.write_index`` wrote.

    Raises:
        IndexDamaged: they are missing or do not fit together, or the vectors are of another encoder's size.
    """
    documents = Store(folder / store.FILE)
    ids = list(documents.passages)
    words = LexicalSearcher.open(folder / lexical.FOLDER, ids, documents.admitted)
    vectors = DenseSearcher.open(folder, encoder, ids, documents.admitted)
    signals = Signals.open(folder, words.bags, vectors, encoder, tokens_of(encoder), documents.admitted)
    return Parts(documents, words, vectors, signals, HybridSearcher(signals, ids))
