"""``careguide verify``: every file, passage and anchor of the current index against what it should be.

The files are compared with the manifest first, as bytes; only where they are sound is anything in them read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant import markdown
from assistant.candidates import before, current_manifest
from assistant.corpus import Corpus
from assistant.dates import moment
from assistant.errors import AssistantError, CorpusError, IndexStale, parted
from assistant.index.build import rules_version
from assistant.index.encode import Encoder, index_fingerprint, make_encoder
from assistant.index.generation import Generations
from assistant.index.manifest import Manifest
from assistant.opening import warnings_of
from assistant.pack.installed import has_record, is_packed
from assistant.probe import faults_beside, faults_of_an_answer, guarded, why
from assistant.progress import Progress, quiet
from assistant.wiring import Parts, assembled

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.types import Document, Passage

BUILD = "careguide index --again"
GO_BACK = "careguide rollback"
INSTALL = "careguide pack install FILE, with a pack made with this version of Careguide"
LENGTH_SLACK = 1e-3
"""How far the length of a vector may be from 1: numbers of 32 bits, summed over some hundred dimensions."""


@dataclass(frozen=True)
class Problem:
    """Something that is wrong.

    Attributes:
        what: a line that names it.
        mend: the command that mends it.
    """

    what: str
    mend: str


@dataclass(frozen=True)
class Report:
    """What was looked at, and what is wrong.

    Attributes:
        counts: how many of each kind were looked at: files, documents, passages, anchors, vectors.
        notes: what else is to be known, such as which earlier indexes are whole.
    """

    index: str
    counts: Mapping[str, int]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]

    @property
    def wrong(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.problems)

    def lines(self) -> Iterator[str]:
        """Yield the report for a person."""
        for problem in self.problems:
            yield f"wrong  {problem.what}; to mend it: {problem.mend}"
        for note in self.notes:
            yield f"note   {note}"
        looked = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        if looked:
            yield f"Looked at {looked} of index {self.index}."
        yield f"{len(self.problems)} wrong." if self.problems else "All is as it should be."

    def as_values(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        problems = [asdict(one) for one in self.problems]
        return {"index": self.index, "counts": dict(self.counts), "problems": problems, "notes": list(self.notes)}


def examined(config: Config, progress: Progress = quiet) -> Report:
    """Look at the current index, and at the earlier ones as far as their files go; nothing is changed.

    Args:
        progress: follows the documents.

    Raises:
        EncoderUnavailable: the encoder cannot be loaded.
    """
    generations, encoder = Generations(config.index_root), make_encoder(config.encoder)
    try:
        pointer = generations.pointer()
        manifest = generations.manifest(pointer.id)
    except AssistantError as fault:
        problem = Problem(_wrong(fault, generations), _mend(config, encoder) or parted(fault)[1] or BUILD)
        return Report("", {}, (problem,), tuple(_others(generations, "")))
    mend = _mend(config, encoder) or BUILD
    counts = {"files": len(manifest.files)}
    problems = [Problem(fault, mend) for fault in generations.faults(manifest)]
    if not problems:
        within = _inside(config, generations, manifest, encoder, counts, progress)
        problems = [Problem(fault, mend) for fault in within]
    notes = (*_staleness(config, encoder), *warnings_of(config, manifest), *_others(generations, manifest.id))
    return Report(manifest.id, counts, tuple(problems), notes)


def _mend(config: Config, encoder: Encoder) -> str:
    """Return the command that mends what was chosen to answer, which cannot be built; empty where nothing was chosen."""
    pointer = Generations(config.index_root).pointer_or_none()
    if pointer is None:
        return INSTALL if has_record(config.index_root) else ""
    if is_packed(config.index_root, pointer):
        return INSTALL
    return GO_BACK if pointer.stays and before(config, encoder, pointer.id) else ""


def _wrong(fault: AssistantError, generations: Generations) -> str:
    """Return why the current index cannot be looked into."""
    try:
        current = generations.current()
    except AssistantError:
        current = ""
    if current and generations.is_of_another_format(current):
        return f"index {current} was made with another version of Careguide"
    return parted(fault)[0]


def _inside(
    config: Config, generations: Generations, manifest: Manifest, encoder: Encoder, counts: dict[str, int], progress: Progress
) -> Iterator[str]:
    """Yield what is wrong within the files, and count what was looked at."""
    if manifest.encoder != index_fingerprint(encoder):
        yield f"index {manifest.id} was made by another encoder ({manifest.encoder_name}) than {encoder.name}"
        return
    if manifest.chunker != rules_version(config.passage_tokens):
        yield f"index {manifest.id} was cut by other rules: of another version of Careguide, or with another passage_tokens"
        return
    try:
        assistant = assembled(config, manifest, encoder)
        titles, passages = assistant.store.titles(), assistant.store.passages
        documents = {name: assistant.document(name) for name in titles}
    except Exception as fault:  # a manifest can be made to fit any content, and readers of other libraries raise of all kinds
        yield why(fault, f"the index in {generations.folder(manifest.id)}")
        return
    anchors = [section.anchor for document in documents.values() for section in document.sections if section.anchor]
    counts |= {"documents": len(documents), "passages": len(passages), "anchors": len(anchors), "vectors": len(passages)}
    if (len(documents), len(passages)) != (manifest.documents, manifest.passages):
        yield f"index {manifest.id} holds {len(documents)} documents and {len(passages)} passages, which its manifest denies"
    yield from assistant.store.faults()
    for number, (name, document) in enumerate(documents.items(), start=1):
        if (document.id, document.title) != (name, titles[name]):
            yield f"document {name}: its id or title is not that of its row"
        yield from guarded(f"document {name}", document_faults(document))
        progress("checking documents", number, len(documents))
    for passage in passages.values():
        yield from guarded(f"passage {passage.id}", passage_faults(passage, documents.get(passage.document_id)))
    yield from guarded("what stands beside the documents", faults_beside(assistant))
    yield from guarded("the vectors", _vector_faults(assistant.parts))
    yield from guarded("the vectors", assistant.parts.dense.faults())
    yield from guarded("what an answer needs", faults_of_an_answer(assistant, next(iter(titles.values()), "")))


def document_faults(document: Document) -> Iterator[str]:
    """Yield where a document contradicts itself: its digest, its sections, or what is kept for their anchors."""
    name = f"document {document.id}"
    if hashlib.sha256(document.text.encode()).hexdigest() != document.content_hash:
        yield f"{name}: its text is not that of its digest"
    sections, blocks = markdown.parse(document.text)
    if sections != document.sections:
        yield f"{name}: its sections and anchors are not those of its text"
    if blocks != document.blocks:
        yield f"{name}: its paragraphs and lists are not those of its text"
    anchors = {section.anchor for section in document.sections if section.anchor}
    for kept in (document.facts, document.sources, document.asked):
        for anchor in sorted(set(kept) - anchors):
            yield f"{name}: something is kept for the anchor {anchor!r}, which it lacks"


def passage_faults(passage: Passage, document: Document | None) -> Iterator[str]:
    """Yield where a passage does not stand in its document, or in its section of it."""
    if document is None:
        yield f"passage {passage.id}: its document is not there"
    elif not 0 <= passage.start < passage.end <= len(document.text):
        yield f"passage {passage.id}: it does not stand in the text of its document"
    elif not 0 <= passage.section < len(document.sections):
        yield f"passage {passage.id}: its document has no such section"
    elif document.section_at(passage.start) != document.sections[passage.section]:
        yield f"passage {passage.id}: it stands in another section than is said"


def _vector_faults(parts: Parts) -> Iterator[str]:
    """Yield which vectors are neither of length 1 nor all zeros, which those without content words are."""
    lengths = np.linalg.norm(parts.dense.vectors, axis=1)
    sound = (np.abs(lengths - 1) < LENGTH_SLACK) | (lengths == 0)
    for passage, right in zip(parts.store.passages, sound, strict=True):
        if not right:
            yield f"passage {passage}: its vector is not of length 1"


def _staleness(config: Config, encoder: Encoder) -> Iterator[str]:
    """Yield that the index is not of the corpus as it is now; it may be sound all the same."""
    try:
        Corpus(config.corpus).digest()
        current_manifest(config, encoder)
    except (CorpusError, IndexStale) as fault:
        yield str(fault)
    except AssistantError:
        return  # told already, or nothing that the index could answer for


def _others(generations: Generations, current: str) -> Iterator[str]:
    """Yield of each earlier index whether it could answer instead."""
    for name in generations.ids():
        if name == current:
            continue
        try:
            yield f"index {name} of {moment(generations.check(name).created)} is whole"
        except AssistantError as fault:
            yield f"index {name} could not answer instead: {str(fault).partition('; run: ')[0]}"
