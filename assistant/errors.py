"""Every error that the project raises on purpose.

    AssistantError
    ├── ConfigError          a setting, or an argument, that cannot be used
    ├── CorpusError          a document or the corpus folder
    │   ├── DocumentNotFound
    │   └── CorruptDocument
    ├── ScrapeError          a page that could not be turned into a document
    │   ├── FetchError
    │   ├── ExtractError
    │   └── SourceShrunk
    ├── RetrievalError       the index or the encoder
    │   ├── IndexMissing
    │   ├── IndexStale
    │   ├── IndexDamaged
    │   └── EncoderUnavailable
    ├── PackError            a pack of guidance, or a key, that cannot be used
    ├── HistoryError         the questions kept on this machine
    ├── ExportError          a conversation that could not be written to a file
    └── ReceiptError         a receipt that could not be written, or cannot be used
        └── NotAReceipt

A message says what happened, to what, and what to do next, in one line. Front ends catch ``AssistantError`` alone;
errors of other libraries are wrapped where they arise. "Nothing found" is a value (``types.NoAnswer``), not an error.
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of every error that a front end shows."""


class ConfigError(AssistantError):
    """A setting or argument cannot be used."""


class CorpusError(AssistantError):
    """Something is wrong with the corpus.

    Attributes:
        document_id: the document concerned, or an empty string when it is the folder.
    """

    def __init__(self, message: str, document_id: str = "") -> None:
        super().__init__(message)
        self.document_id = document_id


class DocumentNotFound(CorpusError):
    """No document has the id asked for."""


class CorruptDocument(CorpusError):
    """A document file cannot be read as one."""


class ScrapeError(AssistantError):
    """A page could not be turned into a document.

    Attributes:
        url: the address of the page.
    """

    def __init__(self, message: str, url: str = "") -> None:
        super().__init__(message)
        self.url = url


class FetchError(ScrapeError):
    """A page could not be fetched."""


class ExtractError(ScrapeError):
    """A page was fetched, but its text could not be told from the rest."""


class SourceShrunk(ScrapeError):
    """A source lost so many pages at once that nothing is published."""


class RetrievalError(AssistantError):
    """The index or the encoder cannot be used."""


class IndexMissing(RetrievalError):
    """There is no index."""


class IndexStale(RetrievalError):
    """The index was built from another corpus, encoder or chunker."""


class IndexDamaged(RetrievalError):
    """A file of the index is not what its manifest says."""


class EncoderUnavailable(RetrievalError):
    """The encoder's library or weights cannot be loaded."""


class PackError(AssistantError):
    """A pack of guidance, or a key, cannot be used."""


class HistoryError(AssistantError):
    """The file of the questions asked cannot be used."""


class ExportError(AssistantError):
    """A conversation could not be written to a file."""


class ReceiptError(AssistantError):
    """A receipt could not be written, or a file cannot be used as one."""


class NotAReceipt(ReceiptError):
    """A file is something else than a receipt."""


def parted(fault: Exception) -> tuple[str, str]:
    """Return what is wrong with an index, and the command that its message names to mend it; empty where it names none."""
    wrong, _, mend = str(fault).partition("; run: ")
    return wrong, mend


def describe(fault: BaseException) -> str:
    """Return what a front end says of any error: a message of ours as it is, any other as a fault in the program."""
    if isinstance(fault, AssistantError):
        return str(fault)
    if isinstance(fault, OSError) and fault.strerror:
        return (
            f"{fault.strerror}{f': {fault.filename}' if fault.filename else ''}; check the disk and the folders, then try again"
        )
    return f"a fault in the program ({type(fault).__name__}: {fault}); CAREGUIDE_DEBUG=1 careguide ask ... shows where"
