"""Build a generation from a corpus."""

from __future__ import annotations

import datetime
import errno
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from assistant.corpus import Corpus, CorpusReading, listed, standing
from assistant.errors import CorpusError, IndexDamaged, RetrievalError
from assistant.index import context, dense, lexical, reference, scope, signals, spelling, store
from assistant.index.chunk import chunk, chunker_version
from assistant.index.encode import Encoder, index_fingerprint, tokens_of
from assistant.index.generation import Generations
from assistant.index.manifest import Manifest, file_digest, generation_id
from assistant.index.pointer import Pointer
from assistant.index.reuse import Known, encoded, known_vectors, write_texts
from assistant.index.tokens import counter
from assistant.index.words import WORDS_VERSION, terms
from assistant.progress import Progress, quiet
from assistant.types import Document, Passage

READINGS = 5
"""Times that a corpus is read whose files change meanwhile; the starter corpus is read in less than a second."""


@dataclass(frozen=True)
class Built:
    """What a build came to.

    Attributes:
        changed: whether anything had to be done.
        encoded: passages whose vector was not known from the generation before.
    """

    manifest: Manifest
    changed: bool
    encoded: int = 0


def rules_version(budget: int) -> str:
    """Return what decides passages and terms, in one string for the manifest."""
    return f"{chunker_version(budget)}-w{WORDS_VERSION}-c{context.CONTEXT_VERSION}"


def build(
    corpus: Corpus,
    generations: Generations,
    encoder: Encoder,
    budget: int,
    progress: Progress = quiet,
    again: bool = False,
    beside: Callable[[], bool] = lambda: False,
) -> Built:
    """Make the generation of this corpus and encoder the current one.

    Args:
        budget: most tokens of a passage.
        again: build even if the generation is there and sound.
        beside: whether to leave the one current that is; asked once nobody else writes.

    Raises:
        CorpusError: the corpus folder cannot be read, or holds no document that can be answered from.
        RetrievalError: the index folder cannot be written.
    """
    digest = corpus.digest()
    identity = generation_id(digest, rules_version(budget), index_fingerprint(encoder))
    if not again and generations.pointer_or_none() == Pointer(identity) and (manifest := _sound(generations, identity)):
        generations.tidy()
        return Built(manifest, changed=False)
    digest, reading = _read(corpus, digest, progress)
    identity = generation_id(digest, rules_version(budget), index_fingerprint(encoder))
    documents = standing(reading.documents)
    if not documents:
        hint = f"; the first bad file: {reading.faults[0]}" if reading.faults else ""
        raise CorpusError(f"there is no document to answer from in {corpus.root}{hint}")
    with generations.writing(progress=progress):
        stays = beside()
        if not again and (manifest := _sound(generations, identity)):
            if not stays:
                generations.point(identity)
            return Built(manifest, changed=not stays)
        workspace = generations.workspace(identity)
        try:
            passages = cut(documents, budget, progress)
            known = {} if again else known_vectors(generations, encoder)
            fresh = write_index(workspace, documents, passages, encoder, progress, known)
            reference.write_reference(workspace / reference.FILE, reading.reference)
            spelling.write_words(workspace / spelling.FILE, documents, reading.reference)
            questions = [question for document in documents for several in document.asked.values() for question in several]
            scope.write_scope(workspace / scope.FOLDER, questions, reading.outside, encoder)
            _check_arrays(workspace)
            manifest = _manifest(workspace, identity, digest, budget, encoder, documents, passages, reading)
            generations.publish(workspace, manifest, beside=stays)
        except (OSError, sqlite3.Error) as fault:
            why = getattr(fault, "strerror", None) or fault
            raise RetrievalError(
                f"cannot write the index to {generations.root} ({why}); free some room, or name another with --data"
            ) from fault
        finally:
            shutil.rmtree(workspace, ignore_errors=True)
    return Built(manifest, changed=True, encoded=fresh)


def _read(corpus: Corpus, digest: str, progress: Progress) -> tuple[str, CorpusReading]:
    """Return the content of a corpus and the digest of just that content; a refresh may change the files meanwhile.

    Args:
        digest: of the corpus as it was a moment ago.

    Raises:
        CorpusError: the folder cannot be read, or its files do not stay the same for as long as it takes to read them.
    """
    for _ in range(READINGS):
        before = digest
        reading = listed(corpus.load(lambda done, of: progress("reading documents", done, of)), corpus.hosts())
        digest = corpus.digest()
        if digest == before:
            return digest, reading
    raise CorpusError(f"the files in {corpus.root} keep changing while they are read; try again when that is done")


def _sound(generations: Generations, identity: str) -> Manifest | None:
    try:
        return generations.check(identity)
    except IndexDamaged:
        return None


def cut(documents: Sequence[Document], budget: int, progress: Progress = quiet) -> list[Passage]:
    """Return the passages of all documents, in order of id.

    Args:
        budget: most tokens of a passage.
    """
    passages: list[Passage] = []
    for number, document in enumerate(documents, start=1):
        passages.extend(chunk(document, budget, counter()))
        progress("cutting passages", number, len(documents))
    return sorted(passages, key=lambda passage: passage.id)


def write_index(
    folder: Path,
    documents: Sequence[Document],
    passages: Sequence[Passage],
    encoder: Encoder,
    progress: Progress = quiet,
    known: Known = MappingProxyType({}),
) -> int:
    """Write everything that searching needs into an empty folder; return how many passages had to be encoded."""
    by_id = {document.id: document for document in documents}
    store.write_store(folder / store.FILE, documents, passages)
    progress("indexing words", 0, 1)
    bags = [terms(context.lexical_text(by_id[one.document_id], one)) for one in passages]
    vocabulary = lexical.write_bags(folder / lexical.FOLDER, bags)
    signals.write_signals(folder, by_id, passages, encoder, tokens_of(encoder), vocabulary)
    progress("indexing words", 1, 1)
    texts = [context.dense_text(by_id[one.document_id], one) for one in passages]
    vectors, fresh = encoded(texts, encoder, known, progress)
    dense.write_dense(folder, vectors)
    write_texts(folder, texts)
    return fresh


def _check_arrays(folder: Path) -> None:
    """Read each array that was written: numpy passes over it when the disk does not take the end of one.

    Raises:
        OSError: one is not whole.
    """
    for file in folder.rglob("*.npy"):
        try:
            np.load(file, allow_pickle=False)
        except (ValueError, EOFError) as fault:
            raise OSError(errno.EIO, "the disk did not take all of a file") from fault


def _manifest(
    workspace: Path,
    identity: str,
    digest: str,
    budget: int,
    encoder: Encoder,
    documents: tuple[Document, ...],
    passages: list[Passage],
    reading: CorpusReading,
) -> Manifest:
    files = sorted(file for file in workspace.rglob("*") if file.is_file())
    return Manifest(
        id=identity,
        corpus=digest,
        chunker=rules_version(budget),
        encoder=index_fingerprint(encoder),
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        encoder_name=encoder.name,
        dim=encoder.dim,
        documents=len(documents),
        passages=len(passages),
        faults=tuple(str(fault) for fault in reading.faults),
        files={file.relative_to(workspace).as_posix(): (file.stat().st_size, file_digest(file)) for file in files},
    )
