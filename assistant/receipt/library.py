"""The guidance that a receipt is compared with: what is answered from now, and what is in the corpus besides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from assistant.corpus import Corpus, listed, same_page, standing
from assistant.types import Document


class Library:
    """Documents by id and by address; what is not asked for is not read."""

    def __init__(
        self,
        digest: str,
        ids: Iterable[str],
        document: Callable[[str], Document],
        all_: Callable[[], Iterable[Document]],
        unread: Iterable[str] = (),
    ) -> None:
        """Take what gives the documents.

        Args:
            digest: that of the corpus files (``Corpus.digest``).
            ids: the documents that are answered from.
            document: returns one of them.
            all_: returns every document of the corpus, withdrawn pages and notes that have stepped aside included.
            unread: a line for each file of the corpus that could not be read or is left out; it begins with the file's name.
        """
        self.digest = digest
        self._ids, self._document, self._all = frozenset(ids), document, all_
        self._unread = tuple(unread)

    def get(self, document_id: str) -> Document | None:
        """Return the document of that id, if it is answered from."""
        return self._document(document_id) if document_id in self._ids else None

    def unread(self, document_id: str) -> str:
        """Return why the file of that document could not be read, or is left out; empty where that is not so."""
        return next((line for line in self._unread if line.startswith(f"{document_id}.md: ")), "")

    def at(self, url: str) -> Document | None:
        """Return the official page that is answered from and stands, or once stood, at an address."""
        return self._by_address.get(same_page(url))

    def aside(self, document_id: str, url: str) -> Document | None:
        """Return the document of that id, or else the official page of that address, that is not answered from any more."""
        named = next((one for one in self._set_aside if one.id == document_id), None)
        return named or _addressed(self._set_aside).get(same_page(url))

    def holding(self, text: str, publisher: str) -> list[Document]:
        """Return the documents that are answered from and hold a text somewhere, those of a publisher first."""
        found = [one for one in self._documents if text in one.text]
        return sorted(found, key=lambda one: one.publisher != publisher)

    @cached_property
    def _documents(self) -> tuple[Document, ...]:
        return tuple(self._document(one) for one in sorted(self._ids))

    @cached_property
    def _by_address(self) -> dict[str, Document]:
        return _addressed(self._documents)

    @cached_property
    def _set_aside(self) -> tuple[Document, ...]:
        return tuple(one for one in self._all() if one.id not in self._ids)


def _addressed(documents: Iterable[Document]) -> dict[str, Document]:
    """Return the official pages by the addresses that they have and had; where a page is now counts more."""
    pages = [one for one in documents if not one.is_starter]
    old = {same_page(url): one for one in pages for url in one.aliases}
    return old | {same_page(one.url): one for one in pages}


def library_of(corpus: Corpus) -> Library:
    """Return the library of a corpus as it is on disk now: an index of it answers from the same documents.

    Raises:
        CorpusError: the folder, or its list of sources, cannot be read.
    """
    whole = corpus.load()
    reading = listed(whole, corpus.hosts())
    answering = {one.id: one for one in standing(reading.documents)}
    faults = map(str, reading.faults)
    return Library(corpus.digest(), answering, answering.__getitem__, lambda: whole.documents, faults)
