"""What has become of receipts, as plain text for whoever gave the answer, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from assistant.dates import with_zone
from assistant.receipt.closest import Piece
from assistant.receipt.model import ReceiptQuote
from assistant.receipt.verify import Checked, Finding, Standing
from assistant.render import citation_json
from assistant.text import one_line, sanitise
from assistant.types import Citation

STANDINGS: dict[Standing, str] = {
    "stands": "still there, word for word",
    "moved": "moved: the same words are in another place",
    "changed": "changed",
    "withdrawn": "withdrawn",
    "gone": "page gone",
}
"""What is said of a quote, by its standing."""
NOTHING_QUOTED = "Nothing was quoted in answer to this, so that there is nothing to compare."
HOW_TO_READ = "What is different, word by word:"


def checked_text(checked: Checked, file: Path) -> str:
    """Return what has become of a receipt as plain text: no boxes, no colours, one thing after the other."""
    receipt = checked.receipt
    since = "The guidance is the same as then." if checked.same_guidance else "The guidance has changed since then."
    lines = [f"Receipt {one_line(str(file))}, of {with_zone(receipt.asked_at)}. {since}"]
    lines += [f"It was said then: {warning}" for warning in receipt.index.warnings]
    for answer, findings in checked.answers:
        lines += ["", f"Question: {answer.question}"]
        lines += [f"Only these pages were looked at: {answer.filters}."] if answer.filters else []
        lines += [line for one in findings for line in ("", *_finding_lines(one))] or ["", NOTHING_QUOTED]
    return sanitise("\n".join([*lines, "", summary_line(checked)]))


def summary_line(checked: Checked) -> str:
    """Return in a sentence whether the answer can be left as it is."""
    count, wrong = len(checked.findings), len(checked.no_longer)
    if not count:
        return "There is no quote to compare."
    if not wrong:
        return "The quote still stands." if count == 1 else f"All {count:,} quotes still stand."
    altered = all(one.altered for one in checked.no_longer)
    advice = "ask again" if altered else "put this answer right"
    if count == 1:
        return f"The quote {'does not stand' if altered else 'no longer stands'}: {advice}."
    if altered:
        return f"{wrong:,} of {count:,} quotes {'does' if wrong == 1 else 'do'} not stand: {advice}."
    return f"{wrong:,} of {count:,} quotes no longer {'stands' if wrong == 1 else 'stand'}: {advice}."


def finding_line(one: Finding) -> str:
    """Return which quote it is and what has become of it, in a line."""
    return f"Quote {one.quote.number}, from {_named(one.source)}: {STANDINGS[one.standing]}."


def _named(source: ReceiptQuote | Citation) -> str:
    return f'"{source.section or source.title}" ({source.publisher}: {source.title})'


def _finding_lines(one: Finding) -> Iterator[str]:
    yield finding_line(one)
    if one.why:
        yield one.why
    if one.named_otherwise:
        yield f"The receipt names its source otherwise: {_named(one.quote)}, {one.quote.kind}"
        yield f"Its address there: {one.quote.url}"
    if one.notice:
        yield f"The page now has the note: {one.notice}"
    if one.place is not None and one.standing != "stands":
        yield from _place_lines("Where it is now" if one.standing == "moved" else "The nearest words now", one.place)
    if one.elsewhere is not None:
        yield from _place_lines("The same words are also in", one.elsewhere)
    if one.difference:
        yield from ("", HOW_TO_READ, "", marked(one.difference))
    elif one.standing in ("withdrawn", "gone", "changed"):
        yield from ("", "The words that were quoted:", "", one.quote.text)


def _place_lines(label: str, place: Citation) -> Iterator[str]:
    yield f"{label}: {_named(place)}, document {place.document_id}"
    yield f"Link: {place.deep_link}"


def marked(pieces: Iterable[Piece]) -> str:
    """Return a difference as words that a screen reader reads: what was taken out, and what was put in, each in brackets."""
    marks = {"same": "{}", "removed": "[taken out: {}]", "added": "[put in: {}]"}
    return " ".join(marks[one.kind].format(one.text.strip() if one.kind != "same" else one.text) for one in pieces)


def checked_json(checked: Checked, file: Path) -> dict[str, Any]:
    """Return what has become of a receipt as JSON values."""
    return {
        "file": one_line(str(file)),
        "asked_at": checked.receipt.asked_at.isoformat(),
        "same_guidance": checked.same_guidance,
        "stands": not checked.no_longer,
        "warnings": list(checked.receipt.index.warnings),
        "answers": [
            {"question": answer.question, "outcome": answer.outcome, "quotes": list(map(_finding_json, findings))}
            for answer, findings in checked.answers
        ],
    }


def _finding_json(one: Finding) -> dict[str, Any]:
    quote = one.quote
    return {
        "number": quote.number,
        "standing": one.standing,
        "why": one.why,
        "text": quote.text,
        "document_id": quote.document_id,
        "section": quote.section,
        "place": _place_json(one.place),
        "elsewhere": _place_json(one.elsewhere),
        "difference": [{"kind": piece.kind, "text": piece.text} for piece in one.difference],
        "notice": one.notice,
        "altered": one.altered,
        "named_otherwise": one.named_otherwise,
    }


def _place_json(place: Citation | None) -> dict[str, Any] | None:
    return None if place is None else {"document_id": place.document_id, "anchor": place.anchor, **citation_json(place)}
