"""Cut a document into passages: a section each, split at block boundaries when long, joined when tiny.

Every character that is not white space lies in exactly one passage. No passage is over the budget unless a single
block (or list item) is. A lead-in line stays with its list.
"""

from __future__ import annotations

from itertools import pairwise

from assistant.index.tokens import TokenCounter, ranks_digest
from assistant.types import Block, Document, Passage

CHUNKER = 1
"""Version of the rules below; raise it when passages of the same text would change."""

TINY_SHARE = 8
"""A passage under the budget divided by this is joined with its neighbour; about 27 of 220 tokens, a heading and a line."""

Span = tuple[int, int]


def chunker_version(budget: int) -> str:
    """Return what decides the cuts, in one string for the manifest."""
    return f"{CHUNKER}-{budget}-{ranks_digest()[:12]}"


def chunk(document: Document, budget: int, count: TokenCounter) -> tuple[Passage, ...]:
    """Return the passages of a document in order.

    Args:
        budget: most tokens of a passage.
        count: counts the tokens of a text.
    """
    spans: list[Span] = []
    for section in document.sections:
        blocks = document.blocks_between(section.start, section.end)
        spans.extend(_pack(document.text, _units(document.text, blocks, budget, count), budget, count))
    return tuple(
        Passage(f"{document.id}#{number:04d}", document.id, document.sections.index(document.section_at(start)), start, end)
        for number, (start, end) in enumerate(_joined(document.text, spans, budget, count))
    )


def is_lead_in(text: str, block: Block, following: Block) -> bool:
    """Whether the block is a line that introduces the list (or table, or quote) after it."""
    introduced = following.kind in ("list", "table", "quote", "code")
    return introduced and block.kind == "paragraph" and text[block.start : block.end].endswith(":")


def _units(text: str, blocks: tuple[Block, ...], budget: int, count: TokenCounter) -> list[list[Span]]:
    """Return what must stay together, each as spans that may be parted only where the whole is over the budget.

    A heading goes with what follows it, a lead-in with its list.
    """
    groups: list[list[Block]] = []
    for before, block in pairwise((None, *blocks)):
        assert block is not None
        together = before is not None and (before.kind == "heading" or is_lead_in(text, before, block))
        if together:
            groups[-1].append(block)
        else:
            groups.append([block])
    return [_led(text, group, budget, count) for group in groups]


def _led(text: str, group: list[Block], budget: int, count: TokenCounter) -> list[Span]:
    """Return the last block of a unit as spans, and each heading or lead-in above it joined with the next where they fit.

    The lead-in comes first: where a heading does not fit as well, the cut is above the lead-in and not below it.
    """
    *above, last = group
    spans = list(last.items or ((last.start, last.end),))
    for block in reversed(above):
        if _fits(text, block.start, spans[0][1], budget, count):
            spans[0] = (block.start, spans[0][1])
        else:
            spans.insert(0, (block.start, block.end))
    return spans


def _fits(text: str, start: int, end: int, budget: int, count: TokenCounter) -> bool:
    return count(text[start:end]) <= budget


def _pack(text: str, units: list[list[Span]], budget: int, count: TokenCounter) -> list[Span]:
    """Fill passages with units in order; part a unit only where it is over the budget alone."""
    spans: list[Span] = []
    for unit in units:
        whole = (unit[0][0], unit[-1][1])
        pieces = [whole] if _fits(text, *whole, budget, count) else _filled(text, unit, budget, count)
        if spans and _fits(text, spans[-1][0], pieces[0][1], budget, count):
            spans[-1] = (spans[-1][0], pieces[0][1])
            spans.extend(pieces[1:])
        else:
            spans.extend(pieces)
    return spans


def _filled(text: str, pieces: list[Span], budget: int, count: TokenCounter) -> list[Span]:
    """Join neighbouring pieces as long as they fit."""
    spans = [pieces[0]]
    for start, end in pieces[1:]:
        if _fits(text, spans[-1][0], end, budget, count):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _joined(text: str, spans: list[Span], budget: int, count: TokenCounter) -> list[Span]:
    """Join each tiny passage with the one after it, else with the one before, where both fit together."""
    tiny = budget // TINY_SHARE
    whole: list[Span] = []
    for start, end in spans:
        neighbours_tiny = whole and (count(text[whole[-1][0] : whole[-1][1]]) < tiny or count(text[start:end]) < tiny)
        if neighbours_tiny and _fits(text, whole[-1][0], end, budget, count):
            whole[-1] = (whole[-1][0], end)
        else:
            whole.append((start, end))
    return whole
