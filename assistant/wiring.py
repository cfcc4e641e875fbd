"""The one place where the objects of the read side are built from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer import Answerer
from assistant.config import Config
from assistant.conversation import Conversation, Turn
from assistant.corpus import Corpus
from assistant.errors import IndexDamaged
from assistant.facets import Facets, count
from assistant.filters import NO_FILTERS, Filters
from assistant.index import lexical, store
from assistant.index.build import Built, build
from assistant.index.dense import DenseSearcher
from assistant.index.encode import Encoder, make_encoder, tokens_of
from assistant.index.generation import Generations
from assistant.index.lexical import LexicalSearcher
from assistant.index.manifest import Manifest
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
from assistant.progress import Progress, quiet
from assistant.question.wording import Wording

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


def build_index(
    config: Config,
    progress: Progress = quiet,
    again: bool = False,
    encoder: Encoder | None = None,
    beside: Callable[[], bool] = lambda: False,
) -> Built:
    """Build the index of the configured corpus if it is missing, stale or damaged (or ``again``).

    Args:
        beside: whether to leave the one current that is; asked once nobody else writes.

    Raises:
        AssistantError: the corpus cannot be read, the index cannot be written, or the encoder cannot be loaded.
    """
    encoder = encoder or make_encoder(config.encoder)
    generations = Generations(config.index_root)
    return build(Corpus(config.corpus), generations, encoder, config.passage_tokens, progress, again, beside)


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
    return Assistant(parts, scope, spelling, manifest, beside)


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
