"""Questions to go on with after an answer: the headings beside those that were quoted, if they have an answer themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.types import Answer, Query

if TYPE_CHECKING:
    from assistant.conversation import Turn
    from assistant.types import Citation, Document, NoAnswer, Section

MOST = 3
"""Questions offered; a screen of 24 lines has room for these below an answer."""
MOST_TRIED = 8
"""Headings tried; each takes as long as an answer."""


def follow_ups(
    turn: Turn,
    document_of: Callable[[str], Document],
    answer: Callable[[Query], Answer | NoAnswer],
    before: Sequence[Turn] = (),
) -> tuple[str, ...]:
    """Return questions to go on with, those after a quoted section first; none where nothing was quoted.

    A heading is offered only if asking it by itself quotes its own section, so that no question leads to another answer
    than it promises, and only if it was not asked before.

    Args:
        answer: answers a query.
        before: the turns of the conversation, whose questions are not offered again.
    """
    if not isinstance(turn.reply, Answer):
        return ()
    asked = {one.query.question.casefold() for one in (*before, turn)}
    cited = {(quote.citation.document_id, quote.citation.anchor) for quote in turn.reply.quotes}
    found: list[str] = []
    tried = 0
    for document, section in _neighbours([quote.citation for quote in turn.reply.quotes], document_of):
        if (document.id, section.anchor) in cited or section.heading.casefold() in {*asked, *map(str.casefold, found)}:
            continue
        if len(found) == MOST or tried == MOST_TRIED:
            break
        tried += 1
        question = Query(section.heading, filters=turn.query.filters)
        if _quotes(answer(question), document.id, section.anchor):
            found.append(section.heading)
    return tuple(found)


def _neighbours(citations: Sequence[Citation], document_of: Callable[[str], Document]) -> Iterator[tuple[Document, Section]]:
    """Yield the sections beside those cited: the next one of each, then the one before, then those further on."""
    places = []
    for citation in citations:
        document = document_of(citation.document_id)
        sections = [one for one in document.sections if one.level and one.heading]
        at = next((number for number, one in enumerate(sections) if one.anchor == citation.anchor), None)
        if at is not None:
            places.append((document, sections, at))
    seen: set[tuple[str, str]] = set()
    for step in (1, -1, 2, -2, 3):
        for document, sections, at in places:
            if 0 <= at + step < len(sections) and (document.id, sections[at + step].anchor) not in seen:
                seen.add((document.id, sections[at + step].anchor))
                yield document, sections[at + step]


def _quotes(reply: Answer | NoAnswer, document_id: str, anchor: str) -> bool:
    return isinstance(reply, Answer) and any(
        (quote.citation.document_id, quote.citation.anchor) == (document_id, anchor) for quote in reply.quotes
    )
