"""Whether the quotes of a receipt still stand in the guidance as it is now. Pure: it reads what the library gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from assistant.cite import citation
from assistant.receipt.closest import Piece, closest, difference, occurrences
from assistant.receipt.library import Library
from assistant.receipt.model import Receipt, ReceiptAnswer, ReceiptQuote
from assistant.text import one_line
from assistant.types import STARTER_KIND, Citation, Document, Section

Standing = Literal["stands", "moved", "changed", "withdrawn", "gone"]
NO_LONGER: frozenset[Standing] = frozenset({"changed", "withdrawn", "gone"})
"""What the answer has to be put right for."""
SAME_GUIDANCE = "The guidance is the same as then, so that the receipt was altered, or is of another version of Careguide."
SAME_PAGE = "The page is the same as then, so that the receipt was altered, or is of another version of Careguide."
NAMED = ("publisher", "title", "section", "kind", "url")
"""Fields that say whose words a quote is: the receipt says it, and so does the guidance."""
_TO_WORDS = re.compile(r"#?:~:.*")


@dataclass(frozen=True, slots=True)
class Finding:
    """What has become of a quote.

    Attributes:
        why: in a sentence, what happened besides; empty where the standing says all.
        place: where the words, or of ``changed`` those most like them, are now; None where there is nothing like them.
        difference: of ``changed``, what was taken out of the quote and put into it; empty where nothing is like it any more.
        elsewhere: of ``changed`` and ``withdrawn``, another page that has the same words; None where none does.
        notice: what readers must know of the page now and were not told then; empty for nothing.
        altered: whether it is known that the receipt says something else than was answered, because nothing else has changed.
    """

    quote: ReceiptQuote
    standing: Standing
    why: str = ""
    place: Citation | None = None
    difference: tuple[Piece, ...] = ()
    elsewhere: Citation | None = None
    notice: str = ""
    altered: bool = False

    @property
    def source(self) -> ReceiptQuote | Citation:
        """Whose the words are: of words that are there, what the guidance says, and else what the receipt says."""
        return self.place if self.place is not None and self.standing not in NO_LONGER else self.quote

    @property
    def named_otherwise(self) -> dict[str, str]:
        """What the receipt says of the source where the guidance, which has the words, says something else; by field."""
        return {name: getattr(self.quote, name) for name in NAMED if _differ(self.quote, self.source, name)}


@dataclass(frozen=True, slots=True)
class Checked:
    """What has become of a receipt.

    Attributes:
        same_guidance: whether the corpus is, byte for byte, the one that answered.
        answers: each answer with the findings of its quotes, in order.
    """

    receipt: Receipt
    same_guidance: bool
    answers: tuple[tuple[ReceiptAnswer, tuple[Finding, ...]], ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of all quotes, in order."""
        return tuple(one for _, several in self.answers for one in several)

    @property
    def no_longer(self) -> tuple[Finding, ...]:
        """The quotes that do not stand any more."""
        return tuple(one for one in self.findings if one.standing in NO_LONGER)


def _differ(quote: ReceiptQuote, source: ReceiptQuote | Citation, name: str) -> bool:
    said, known = (one_line(getattr(one, name)) for one in (quote, source))
    return (_TO_WORDS.sub("", said) != _TO_WORDS.sub("", known)) if name == "url" else said != known


def check(receipt: Receipt, library: Library) -> Checked:
    """Return what has become of each quote.

    Raises:
        AssistantError: a document cannot be read.
    """
    same = receipt.index.corpus_digest == library.digest
    answers = ((one, tuple(finding(quote, library, same) for quote in one.quotes)) for one in receipt.answers)
    return Checked(receipt, same, tuple(answers))


def finding(quote: ReceiptQuote, library: Library, same_guidance: bool = False) -> Finding:
    """Return what has become of a quote.

    Args:
        same_guidance: whether the corpus is the one that answered: what it says of a page was known then.

    Raises:
        AssistantError: a document cannot be read.
    """
    found = _finding(quote, library, same_guidance)
    if not same_guidance or found.standing == "stands":
        return found
    kept = f" {found.why}" if found.standing == "withdrawn" else ""  # what else is said is of guidance that has changed
    return replace(found, why=f"{SAME_GUIDANCE}{kept}", altered=True)


def _finding(quote: ReceiptQuote, library: Library, same_guidance: bool) -> Finding:
    official = quote.kind != STARTER_KIND  # the address of a note is that of an official page, which has other words
    document = library.get(quote.document_id) or (library.at(quote.url) if official else None)
    if document is not None:
        return _in_document(quote, document, library, same_guidance)
    aside = library.aside(quote.document_id, quote.url if official else "")
    if aside is not None:
        return Finding(quote, "withdrawn", _why_aside(aside, quote, library), elsewhere=_elsewhere(quote, library, aside.id))
    place = _elsewhere(quote, library, quote.document_id)
    if place is not None:
        return Finding(quote, "moved", "Its page is not in the guidance any more; the same words are in another one.", place)
    if fault := library.unread(quote.document_id):
        return Finding(quote, "gone", f"The file of its page cannot be read, so that it is not answered from: {fault}")
    return Finding(quote, "gone", "Its page is not in the guidance any more, and no other page has these words.")


def _why_aside(document: Document, quote: ReceiptQuote, library: Library) -> str:
    """Return why a document of the corpus is not answered from."""
    if document.status == "withdrawn":
        said = f" It says: {document.notice}" if document.notice else ""
        return f"Its publisher has withdrawn the page.{said}"
    behind = document.based_on if document.is_starter else ()
    if behind and all(map(library.at, behind)):
        pages = " and ".join(document.sources.get(quote.anchor, behind))
        return (
            "This note has been replaced: the official pages behind it are in the guidance now, and are quoted instead."
            f" Read: {pages}"
        )
    fault = library.unread(document.id)
    return (
        f"The index in use does not answer from its {'note' if document.is_starter else 'page'}{f': {fault}' if fault else '.'}"
    )


def _in_document(quote: ReceiptQuote, document: Document, library: Library, same_guidance: bool) -> Finding:
    """Return what has become of a quote whose page is there."""
    notice = document.notice if document.notice not in quote.notice else ""
    if document.status == "superseded" and not same_guidance and (notice or not document.notice):
        why = f"Its publisher says that another page has taken its place.{f' It says: {notice}' if notice else ''}"
        return Finding(quote, "withdrawn", why, elsewhere=_elsewhere(quote, library, document.id))
    at = _start(quote, document)
    if at is not None:
        return _there(quote, document, at, notice)
    near = closest(document, quote.text, _section(quote, document))
    elsewhere = _elsewhere(quote, library, document.id)
    altered = document.content_hash == quote.content_hash
    if near is None:
        why = SAME_PAGE if altered else "Nothing like these words is on the page any more."
        return Finding(quote, "changed", why, elsewhere=elsewhere, notice=notice, altered=altered)
    now = document.text[near.start : near.end]
    if now.split() == quote.text.split():  # only its lines end elsewhere
        return _there(quote, document, near.start, notice)
    place, pieces = _cited(quote, document, near.start, now), difference(quote.text, now)
    return Finding(quote, "changed", SAME_PAGE if altered else "", place, pieces, elsewhere, notice, altered)


def _start(quote: ReceiptQuote, document: Document) -> int | None:
    """Return where the words stand in a document, rather in the same section than in another; None where they do not."""
    found = occurrences(document, quote.text)
    if document.content_hash == quote.content_hash and quote.start in found:
        return quote.start
    section = _section(quote, document)
    return next((one for one in found if document.section_at(one) == section), found[0] if found else None)


def _there(quote: ReceiptQuote, document: Document, at: int, notice: str) -> Finding:
    """Return the finding of words that a document still has.

    Under another heading they have moved, even where the anchor is the same: the heading may be what was put right.
    """
    place = _cited(quote, document, at)
    if document.id != quote.document_id:
        return Finding(quote, "moved", f"Its page is now the document {document.id}.", place, notice=notice)
    if place.section != quote.section and document.content_hash != quote.content_hash:
        return Finding(quote, "moved", "The same words are in another section.", place, notice=notice)
    return Finding(quote, "stands", place=place, notice=notice)


def _section(quote: ReceiptQuote, document: Document) -> Section | None:
    """Return the section in which a quote stood: of the same headings, or else of the same anchor; None where it is gone."""
    alike = [one for one in document.sections if " > ".join(one.path) == quote.section]
    same = [one for one in alike if one.anchor == quote.anchor]
    anchored = [one for one in document.sections if one.anchor and one.anchor == quote.anchor]
    return next(iter([*same, *alike, *anchored]), None)


def _elsewhere(quote: ReceiptQuote, library: Library, but: str) -> Citation | None:
    """Return where another document has the same words, whole."""
    for document in library.holding(quote.text, quote.publisher):
        if document.id != but and (found := occurrences(document, quote.text)):
            return _cited(quote, document, found[0])
    return None


def _cited(quote: ReceiptQuote, document: Document, at: int, words: str = "") -> Citation:
    return citation(document, document.section_at(at), quote.number, words or quote.text)
