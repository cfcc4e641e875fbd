"""The corpus: documents as Markdown files with YAML front matter, below one folder.

Knows how a document stands on disk, and nothing of passages or indexes. A file that cannot be read as a document
never keeps the others from loading.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant import asked, hosts, markdown, outside
from assistant.errors import CorpusError, CorruptDocument, DocumentNotFound
from assistant.files import write_whole
from assistant.reference import CARDS_FILE, CONTACTS_FILE, GLOSSARY_FILE, REFERENCE_FILES, Contact, Reference
from assistant.text import normalise, one_line
from assistant.types import Document

FENCE = "---"
MOST_BYTES = 5_000_000
"""Largest document file read; the longest official page seen is under a tenth of it."""


@dataclass(frozen=True)
class CorpusReading:
    """What came of reading a whole corpus: the documents in order of id, one error for each bad file, the reference,
    and examples of questions that are not answered."""

    documents: tuple[Document, ...]
    faults: tuple[CorruptDocument, ...]
    reference: Reference
    outside: tuple[outside.Outside, ...] = ()


def parse_document(document_id: str, raw: str) -> Document:
    """Return the document that a file's text holds.

    Raises:
        CorruptDocument: the front matter is missing or wrong, or there is no text; the message names the field.
    """
    from assistant import frontmatter

    head, body = _split(document_id, raw)
    try:
        values = frontmatter.parse(head)
    except ValueError as fault:
        raise _corrupt(document_id, str(fault)) from fault
    return make_document(document_id, body, values)


def make_document(document_id: str, body: str, fields: Mapping[str, Any]) -> Document:
    """Return the document of a Markdown body and checked fields.

    Raises:
        CorruptDocument: there is no text.
    """
    text = normalise(body)
    if not text:
        raise _corrupt(document_id, "it has front matter but no text; put the text below the second line of dashes")
    sections, blocks = markdown.parse(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(id=document_id, text=text, sections=sections, blocks=blocks, content_hash=digest, **fields)


def _corrupt(document_id: str, fault: str) -> CorruptDocument:
    return CorruptDocument(f"{one_line(document_id)}.md: {fault}", document_id)


def _split(document_id: str, raw: str) -> tuple[str, str]:
    lines = raw.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[0].rstrip() != FENCE or FENCE not in [line.rstrip() for line in lines[1:]]:
        raise _corrupt(document_id, "no front matter; begin the file with a line ---, the fields, and another line ---")
    end = [line.rstrip() for line in lines].index(FENCE, 1)
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :])


def render_document(document: Document) -> str:
    """Return the file text of a document: front matter without empty fields, then the body."""
    from assistant import frontmatter

    return f"{FENCE}\n{frontmatter.render(document)}{FENCE}\n\n{document.text}\n"


class Corpus:
    """The documents below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def files(self) -> list[Path]:
        """Return the document files in order of id; names that begin with ``_`` or are all capitals are not documents.

        Raises:
            CorpusError: the folder is not there or cannot be listed.
        """
        faults: list[OSError] = []
        found: list[Path] = []
        for folder, folders, names in os.walk(self.root, onerror=faults.append):
            folders[:] = [name for name in folders if not name.startswith((".", "_")) and name != "reports"]
            found.extend(Path(folder, name) for name in names if self._is_document(name))
        if faults:
            raise CorpusError(
                f"the corpus folder {faults[0].filename} cannot be read ({faults[0].strerror}); "
                "check that it exists and may be read, or name another with --corpus"
            ) from faults[0]
        return sorted(found, key=self.id_of)

    @staticmethod
    def _is_document(name: str) -> bool:
        return name.endswith(".md") and not name.startswith((".", "_")) and not name.removesuffix(".md").isupper()

    def id_of(self, file: Path) -> str:
        """Return the document id of a file below the root."""
        return file.relative_to(self.root).with_suffix("").as_posix()

    def digest(self) -> str:
        """Return the SHA-256 over names and bytes of all files that answers are made of: it changes if any does."""
        whole = hashlib.sha256()
        documents = [(self.id_of(file), file) for file in self.files()]
        for name, file in [*documents, *self._beside().items()]:
            try:
                content = self._bytes(file)
            except CorruptDocument as fault:
                content = str(fault).encode("utf-8", "surrogateescape")
            line = f"{name}\0{hashlib.sha256(content).hexdigest()}\n"
            whole.update(line.encode("utf-8", "surrogateescape"))
        return whole.hexdigest()

    def load(self, progress: Callable[[int, int], None] = lambda done, of: None) -> CorpusReading:
        """Read every document.

        Args:
            progress: called after each file with (files read, all files).

        Raises:
            CorpusError: the folder cannot be listed. A bad file is no error: it is among the faults.
        """
        documents, faults = [], []
        files = self.files()
        for number, file in enumerate(files, start=1):
            try:
                documents.append(self._read(file))
            except CorruptDocument as fault:
                faults.append(fault)
            progress(number, len(files))
        questions, astray = self._asked()
        terms, wrong = self._reference()
        complete = tuple(dataclasses.replace(one, asked=questions.get(one.id, {})) for one in documents)
        missing = [*_astray(complete), *_unread(terms, complete)]
        beyond, unreadable = self._outside()
        return CorpusReading(complete, (*faults, *astray, *unreadable, *wrong, *missing), terms, beyond)

    def _beside(self) -> dict[str, Path]:
        """Return the files beside the documents that are listed, by name: whether they can be read is found out by reading."""
        names = (asked.FILE, hosts.FILE, outside.FILE, *REFERENCE_FILES)
        return {file.name: file for file in sorted(self.root.iterdir()) if file.name in names}

    def _beside_text(self, name: str) -> str:
        """Return the text of a file beside the documents; empty where there is none.

        Raises:
            CorruptDocument: it cannot be read as text.
        """
        file = self._beside().get(name)
        try:
            return "" if file is None else self._bytes(file).decode("utf-8")
        except (CorruptDocument, UnicodeDecodeError) as fault:
            why = str(fault).removeprefix(f"{file and self.id_of(file)}.md: ")
            raise CorruptDocument(f"{name}: {why}; mend the file, or remove it", name) from fault

    def _asked(self) -> tuple[asked.Asked, list[CorruptDocument]]:
        """Return what is asked for the sections of the documents, and the lines that cannot be read."""
        try:
            found, lines = asked.parse(self._beside_text(asked.FILE))
        except CorruptDocument as fault:
            return {}, [fault]
        return found, [CorruptDocument(line, asked.FILE) for line in lines]

    def _outside(self) -> tuple[tuple[outside.Outside, ...], list[CorruptDocument]]:
        """Return examples of questions that are not answered, and the lines that cannot be read."""
        try:
            found, lines = outside.parse(self._beside_text(outside.FILE))
        except CorruptDocument as fault:
            return (), [fault]
        return found, [CorruptDocument(line, outside.FILE) for line in lines]

    def _reference(self) -> tuple[Reference, list[CorruptDocument]]:
        """Return glossary, contacts and cards, and the files of them that cannot be used."""
        from assistant import reference_toml

        texts: dict[str, str] = {}
        faults: list[CorruptDocument] = []
        for name in REFERENCE_FILES:
            try:
                texts[name] = self._beside_text(name)
            except CorruptDocument as fault:
                faults.append(fault)
        found, wrong = reference_toml.parse(texts)
        return found, [*faults, *(CorruptDocument(line, line.split(":")[0]) for line in wrong)]

    def hosts(self) -> frozenset[str] | None:
        """Return the hosts to which links may lead; None where no list of sources stands beside the documents.

        Raises:
            CorpusError: the list cannot be read, so that nothing says where links may lead.
        """
        if hosts.FILE not in self._beside():
            return None
        try:
            return hosts.parse(self._beside_text(hosts.FILE))
        except (CorruptDocument, ValueError) as fault:
            why = str(fault).removeprefix(f"{hosts.FILE}: ").removesuffix("; mend the file, or remove it")
            raise CorpusError(f"the list of sources {self.root / hosts.FILE} cannot be read ({why}); mend the file") from fault

    def read(self, document_id: str) -> Document:
        """Return one document.

        Raises:
            DocumentNotFound: there is no such file.
            CorruptDocument: it cannot be read as a document.
        """
        for file in self.files():
            if self.id_of(file) == document_id:
                return self._read(file)
        raise DocumentNotFound(f"no document {document_id!r} in {self.root}", document_id)

    def write(self, document: Document) -> Path:
        """Write the document to its file, all or nothing, and return the file.

        Raises:
            CorpusError: the file cannot be written, or would stand outside the folder.
        """
        file = self._file(document.id)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, render_document(document).encode())
        except OSError as fault:
            raise CorpusError(f"cannot write {file} ({fault.strerror}); check the folder's permissions", document.id) from fault
        return file

    def remove(self, document_id: str) -> None:
        """Remove the document's file; nothing happens where there is none.

        Raises:
            CorpusError: it cannot be removed, or would stand outside the folder.
        """
        file = self._file(document_id)
        try:
            file.unlink(missing_ok=True)
        except OSError as fault:
            raise CorpusError(
                f"cannot remove {file} ({fault.strerror}); check the folder's permissions", document_id
            ) from fault

    def _file(self, document_id: str) -> Path:
        """Return the file of a document that is written or removed.

        Raises:
            CorpusError: the id leads out of the folder, or is none that a file can have.
        """
        parts = document_id.split("/")
        if any(part in ("", ".", "..") for part in parts) or any(mark in document_id for mark in "\0\\:"):
            raise CorpusError(f"{one_line(document_id)!r} names no document below {self.root}; mend the id", document_id)
        return self.root / f"{document_id}.md"

    def _bytes(self, file: Path) -> bytes:
        try:
            info = file.stat()
            if not stat.S_ISREG(info.st_mode):
                raise _corrupt(self.id_of(file), "not a regular file")
            if info.st_size > MOST_BYTES:
                raise _corrupt(self.id_of(file), f"larger than {MOST_BYTES:,} bytes; split the page")
            with suppress(OSError):  # one that fails for a moment must not be missing from an index of the whole
                return file.read_bytes()
            return file.read_bytes()
        except OSError as fault:
            raise _corrupt(self.id_of(file), f"cannot be read ({fault.strerror})") from fault

    def _read(self, file: Path) -> Document:
        if self.id_of(file) != one_line(self.id_of(file)):
            raise _corrupt(self.id_of(file), "its name has characters that cannot be shown; rename it")
        try:
            raw = self._bytes(file).decode("utf-8")
        except UnicodeDecodeError as fault:
            raise _corrupt(self.id_of(file), f"not UTF-8 text (byte {fault.start}); save it as UTF-8") from fault
        return parse_document(self.id_of(file), raw)


def _astray(documents: tuple[Document, ...]) -> Iterator[CorruptDocument]:
    """Yield a fault for each section that questions name and its document lacks; a document may not have been fetched."""
    for document in documents:
        known = {section.anchor for section in document.sections}
        for anchor in document.asked:
            if anchor not in known:
                line = f"{asked.FILE}: {document.id} has no section {anchor!r}; mend or remove its questions"
                yield CorruptDocument(line, asked.FILE)


def _unread(reference: Reference, documents: tuple[Document, ...]) -> Iterator[CorruptDocument]:
    """Yield a fault for each urgent card that reads on in a document which the corpus lacks."""
    known = {document.id for document in documents}
    for card in reference.cards:
        if card.read_on not in known:
            line = f"{CARDS_FILE}: the card {card.id!r} reads on in {card.read_on!r}, which this corpus lacks; mend the card"
            yield CorruptDocument(line, CARDS_FILE)


def listed(reading: CorpusReading, allowed: frozenset[str] | None) -> CorpusReading:
    """Return the reading without whatever has an address on another host, which is told as a fault instead.

    So no link can lead anywhere else, wherever it is shown: each address that is shown as one comes from here.

    Args:
        allowed: the hosts to which links may lead; None where nobody has said, and all is kept.
    """
    if allowed is None:
        return reading
    faults: list[CorruptDocument] = []

    def stands(name: str, what: str, addresses: Iterable[str]) -> bool:
        host = hosts.elsewhere(addresses, allowed)
        if host:
            why = f"it has an address on {one_line(host)}, which is no host of {hosts.FILE}; mend it, or add its source"
            faults.append(CorruptDocument(f"{name}: {what}{why}", name))
        return not host

    documents = tuple(one for one in reading.documents if stands(f"{one.id}.md", "", _addresses(one)))
    beside = reading.reference
    kept = Reference(
        tuple(one for one in beside.glossary if stands(GLOSSARY_FILE, f"{one.term!r} is left out: ", one.sources)),
        tuple(one for one in beside.contacts if stands(CONTACTS_FILE, f"{one.id!r} is left out: ", _ways(one))),
        tuple(one for one in beside.cards if stands(CARDS_FILE, f"{one.id!r} is left out: ", one.sources)),
    )
    return dataclasses.replace(reading, documents=documents, reference=kept, faults=(*reading.faults, *faults))


def _addresses(document: Document) -> Iterator[str]:
    """Yield the addresses that a citation may link to; older ones of the page are compared with, and never linked to."""
    yield document.url
    yield from document.based_on
    for urls in document.sources.values():
        yield from urls


def _ways(contact: Contact) -> Iterator[str]:
    yield from contact.sources
    yield from (way.value for way in contact.ways if way.kind == "web")


def same_page(address: str) -> str:
    """Return the address as compared with others: no scheme, no www, no fragment, no last slash, the host in lower case."""
    parts = urlsplit(address)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")


def standing(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """Return the documents that may be answered from.

    Withdrawn pages are left out, and each starter note whose official pages have all been fetched whole, by the address that
    the note names or one that the page has now.
    """
    live = [document for document in documents if document.status != "withdrawn"]
    whole = [document for document in live if not document.is_starter and document.kept == "full"]
    fetched = {same_page(url) for document in whole for url in (document.url, *document.aliases)}
    return tuple(
        document
        for document in live
        if not (document.is_starter and document.based_on and all(same_page(url) in fetched for url in document.based_on))
    )
