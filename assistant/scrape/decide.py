"""What a refresh makes of a page: from the document at hand and the one just fetched, one decision.

Pure: it reads no file, asks no site, and knows neither the crawl nor what is done with a decision. Whatever is decided, the
document at hand is in the decision, so that nothing is lost unsaid.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.matching import BoundedMatcher
from assistant.types import Document

MOST_CHANGED = 0.5
"""A larger share of changed words holds a page back. Any two of the starter notes are at 0.78 or more, and a text that loses
two thirds of its words is at 0.5: a page with other words throughout is more often an error page than a revision."""
FEWEST_HEADINGS = 3
"""Headings that a page needs before their loss says anything."""
GONE_AFTER = 2
"""Refreshes in a row in which a page is not found before it is dropped: a site that is down for a day loses nothing."""
MOST_DIFF = 200
"""Lines of a diff; the rest is counted, not shown."""
LONGEST_LINE = 2_000
"""Characters of a line of a diff."""
CONTEXT = 3
"""Unchanged lines around a change in a diff."""
MOST_STEPS = 30_000_000
"""Comparisons of words or lines before the rest counts as changed: about a second. Two wholly different texts of 50 KB need a
tenth of that; without a limit the time grows with the cube of the length."""
FEWEST_LOST = 2
"""Pages that a source has to lose before that stops the publishing. Half of the sources have fewer than five pages, of which
one is over a fifth; a single page that goes is guarded by ``GONE_AFTER``."""

_DATES = frozenset({"published", "updated", "reviewed", "retrieved"})
_NOT_OF_THE_PAGE = frozenset({"retrieved", "asked", "sections", "blocks", "content_hash"})
"""What says nothing new of a page: when it was fetched, what people ask, and what follows from its text."""
_ANCHOR = re.compile(r"\s\{#[\w.:=-]+\}\s*$")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Added:
    """A page that is new to the corpus."""

    new: Document


@dataclass(frozen=True, slots=True)
class Changed:
    """A page that says something else than before, in its text or about itself.

    Attributes:
        diff: unified diff of the text; empty where the text is the same.
        only_dates: whether its dates are all that differs.
    """

    old: Document
    new: Document
    diff: str
    only_dates: bool


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A page that is as it was, but for the day on which it was fetched."""

    old: Document


@dataclass(frozen=True, slots=True)
class Moved:
    """A page that stands at another address, or at another place in the corpus, where its publisher has a new name.

    Attributes:
        new: as fetched; the old address is among its aliases.
        diff: unified diff of the text; empty where the text is the same.
    """

    old: Document
    new: Document
    diff: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A page that its publisher has withdrawn, or whose notice of that has changed: kept, never answered from.

    Attributes:
        old: as it was; None where the page is new to the corpus.
    """

    old: Document | None
    new: Document


@dataclass(frozen=True, slots=True)
class Missing:
    """A page that was not found: kept and still answered from.

    Attributes:
        times: refreshes in a row in which it was not found, this one included.
    """

    old: Document
    times: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A page that was not found in ``GONE_AFTER`` refreshes in a row: dropped."""

    old: Document


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A page that changed so much that a person has to look first: the old text stands until the new one is accepted.

    Attributes:
        why: what is suspicious.
        diff: unified diff of the text.
    """

    old: Document
    new: Document
    why: str
    diff: str


@dataclass(frozen=True, slots=True)
class Failed:
    """An address that could not be fetched, or whose page made no document: what was there is kept.

    Attributes:
        why: the error.
        old: what was there; None where nothing was.
    """

    url: str
    why: str
    old: Document | None = None


Decision = Added | Changed | Unchanged | Moved | Withdrawn | Missing | Gone | Quarantined | Failed


def decide(old: Document | None, new: Document | None, missed: int = 0, accepted: bool = False) -> Decision:
    """Return what becomes of a page.

    Args:
        old: the document at hand; None where there is none.
        new: the one just fetched, the page of the same address or the one it leads to; None where the site says that there is
            none (404 or 410). A fetch that failed in any other way is no evidence of that: it is ``Failed``.
        missed: refreshes in a row, before this one, in which the page was not found.
        accepted: whether a person has looked at a page that was held back, and takes it.

    Raises:
        ValueError: there is neither.
    """
    if new is None:
        if old is None:
            raise ValueError("there is neither an old nor a new document to decide on; report the address as Failed")
        return Gone(old) if missed + 1 >= GONE_AFTER else Missing(old, missed + 1)
    if old is None:
        return Withdrawn(None, new) if new.status == "withdrawn" else Added(new)
    return _compared(old, _with_aliases(old, new), accepted)


def kept(decision: Decision) -> Document | None:
    """Return the document that stands in the corpus after a decision; None where there is none."""
    match decision:
        case Added(new=new) | Changed(new=new) | Moved(new=new) | Withdrawn(new=new):
            return new
        case Unchanged(old=old) | Missing(old=old) | Quarantined(old=old) | Failed(old=old):
            return old
        case Gone():
            return None


def shrunk(before: int, after: int) -> bool:
    """Return whether a source lost so many of its pages (over a fifth, and more than one) that its site is to be doubted."""
    return before - after >= FEWEST_LOST and (before - after) * 5 > before


def _compared(old: Document, new: Document, accepted: bool) -> Decision:
    differing = differing_fields(old, new)
    if not differing:
        return Unchanged(old)
    if new.status == "withdrawn":
        return Withdrawn(old, new)
    diff = unified_diff(old.text, new.text)
    why = "" if accepted else _doubt(old, new)
    if why:
        return Quarantined(old, new, why, diff)
    if (old.id, old.url) != (new.id, new.url):
        return Moved(old, new, diff)
    return Changed(old, new, diff, only_dates=_DATES.issuperset(differing))


def differing_fields(old: Document, new: Document) -> tuple[str, ...]:
    """Return the names of the fields that differ, but for the day of fetching and what follows from the text."""
    names = [one.name for one in dataclasses.fields(Document) if one.name not in _NOT_OF_THE_PAGE | {"aliases"}]
    differing = [name for name in names if getattr(old, name) != getattr(new, name)]
    aliases = {frozenset(document.aliases) - {document.url} for document in (old, new)}
    return (*differing, "aliases") if len(aliases) > 1 else tuple(differing)


def _with_aliases(old: Document, new: Document) -> Document:
    """Return the new document with the addresses of the old one, which readers and starter notes may still use."""
    known = dict.fromkeys([*old.aliases, old.url, *new.aliases])
    return dataclasses.replace(new, aliases=tuple(url for url in known if url != new.url))


def _doubt(old: Document, new: Document) -> str:
    """Return why a person has to look at the new document first; empty where nobody has to.

    A page that is kept in another measure than before, in full or as an excerpt, is compared with nothing.
    """
    if old.text == new.text or old.kept != new.kept:
        return ""
    before, after = (sum(section.level > 0 for section in document.sections) for document in (old, new))
    if before >= FEWEST_HEADINGS and after * 2 < before:
        return f"of {before} headings {after or 'none'} {'is' if after == 1 else 'are'} left"
    share = changed_share(old.text, new.text)
    return f"{share:.0%} of its words changed, more than {MOST_CHANGED:.0%}" if share > MOST_CHANGED else ""


def changed_share(before: str, after: str) -> float:
    """Return the share of words, 0 to 1, that the two texts do not have in common: 1 less the ratio of ``SequenceMatcher``.

    Words rather than paragraphs, because a name that changes throughout a page changes every paragraph and little of what it
    says. Paragraphs that stand in both are alike wherever they stand. Case, punctuation, marks and anchors are not compared.
    """
    old, new = Counter(_paragraphs(before)), Counter(_paragraphs(after))
    common = old & new
    total = sum(len(words) * count for words, count in (old + new).items())
    if not total:
        return 0.0
    same = sum(len(words) * count for words, count in common.items())
    left, right = ([word for words in (text - common).elements() for word in words] for text in (old, new))
    same += sum(block.size for block in _matcher(left, right).get_matching_blocks())
    return 1 - 2 * same / total


def _paragraphs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each line that has any."""
    for line in text.split("\n"):
        if words := tuple(_WORD.findall(_ANCHOR.sub("", line).casefold())):
            yield words


def unified_diff(before: str, after: str) -> str:
    """Return a unified diff of two texts, without file names, ``MOST_DIFF`` lines long and one that counts the rest."""
    lines = list(_diff_lines(before.split("\n"), after.split("\n"))) if before != after else []
    if len(lines) > MOST_DIFF:
        lines[MOST_DIFF:] = [f"... and {len(lines) - MOST_DIFF} more lines, not shown"]
    return "\n".join(map(_shortened, lines))


def _diff_lines(before: list[str], after: list[str]) -> Iterator[str]:
    for group in _matcher(before, after).get_grouped_opcodes(CONTEXT):
        (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = group[0], group[-1]
        yield f"@@ -{_place(old_start, old_end)} +{_place(new_start, new_end)} @@"
        for kind, old_from, old_to, new_from, new_to in group:
            if kind == "equal":
                yield from (f" {line}" for line in before[old_from:old_to])
            else:
                yield from (f"-{line}" for line in before[old_from:old_to])
                yield from (f"+{line}" for line in after[new_from:new_to])


def _place(start: int, end: int) -> str:
    """Return a span of lines as unified diffs write it: the first one counted from 1, and how many."""
    return f"{start + (end > start)},{end - start}"


def _shortened(line: str) -> str:
    rest = len(line) - LONGEST_LINE
    return line if rest <= 0 else f"{line[:LONGEST_LINE]} ... and {rest} more characters, not shown"


def _matcher(before: list[str], after: list[str]) -> BoundedMatcher:
    return BoundedMatcher(before, after, MOST_STEPS)
