"""Text saved from a page, as a document: paragraphs, lists and whatever other Markdown it has, in its words alone.

Also where every adapter's text becomes a ``Document``, by the way that a file takes: what is written is what is read.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.corpus import FENCE, MOST_BYTES, parse_document
from assistant.errors import CorruptDocument, ExtractError
from assistant.markdown import slug
from assistant.scrape.extract.html import MOST_DEPTH, to_markdown
from assistant.text import normalise
from assistant.types import Document

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

WRAPPED_WIDTH = 120
"""Lines up to this length may be those of one paragraph, wrapped; a longer one is a paragraph by itself."""

LONGEST_FOLDER = 60
"""Characters of a publisher's name that its folder has."""
_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d|reports")
"""Names that Windows keeps for devices, and the folder of a corpus that holds no documents."""

_OWN_LINE = re.compile(r"\s*(?:[-*+>|#]|\d{1,9}[.)]\s|$)|(?: {2,}|\t)\S")
"""A line of a list, quote, table or heading, an empty one, or one that is indented below such a line."""
_UNDERLINE = re.compile(r"(?:=+|-+)$")
_ADDRESS = re.compile(r"\]\([^)\n]{0,2000}\)|https?://\S+")
"""What cannot be wrapped, and so says nothing of whether a line was."""


def to_document(
    text: str,
    *,
    url: str,
    title: str,
    publisher: str,
    kind: str = "guidance",
    published: str | None = None,
    updated: str | None = None,
    reviewed: str | None = None,
    retrieved: str | None = None,
    licence: str = "",
) -> Document:
    """Return the document of a page that was saved as text or Markdown. HTML in it is words like any other.

    Args:
        text: paragraphs with empty lines between them, or one to a line.
        url: https address of the page.
        published, updated, reviewed, retrieved: ISO dates (YYYY-MM-DD) or None.

    Raises:
        ExtractError: there are no words, or a field cannot be used; the message names it.
    """
    fields = {"url": url, "title": title, "publisher": publisher, "kind": kind, "licence": licence}
    dates = {"published": published, "updated": updated, "reviewed": reviewed, "retrieved": retrieved}
    return filed(plain_markdown(text), {**fields, **dates})


def plain_markdown(text: str, deeper: int = 0) -> str:
    """Return the text as Markdown without inline marks: links, emphasis and escapes are reduced to their words.

    Args:
        deeper: levels by which its headings go down.

    Raises:
        ExtractError: the text is too large or too deeply nested.
    """
    return to_markdown(_parser().render(_with_paragraphs(normalise(text))), deeper)


def document_id(publisher: str, url: str) -> str:
    """Return where a page stands in the corpus; a hash, because titles and addresses make unsafe file names.

    The folder is named after the publisher, whom the list of sources names and no page does.
    """
    folder = slug(publisher)[:LONGEST_FOLDER].strip("-")
    folder = f"{folder}-pages" if _DEVICE.fullmatch(folder) else folder
    return f"documents/{folder}/{hashlib.sha256(url.encode()).hexdigest()[:12]}"


def filed(body: str, fields: dict[str, object]) -> Document:
    """Return the document that a file with this text and front matter holds, in its place in the corpus.

    Args:
        body: Markdown.
        fields: front matter by name, ``url``, ``title`` and ``publisher`` at least; empty values are left out.

    Raises:
        ExtractError: there is no text or too much of it, or a field cannot be used; the message names it.
    """
    import yaml

    url = str(fields.get("url") or "")
    if not body.strip():
        raise ExtractError(f"{url or 'the page'} has no text; leave it out", url)
    head = yaml.safe_dump({name: value for name, value in fields.items() if value}, allow_unicode=True, sort_keys=False)
    raw = f"{FENCE}\n{head}{FENCE}\n\n{body}\n"
    if len(raw.encode()) > MOST_BYTES:
        raise ExtractError(f"{url} has more than {MOST_BYTES:,} bytes of text; split the page", url)
    try:
        return parse_document(document_id(str(fields.get("publisher") or ""), url), raw)
    except CorruptDocument as fault:
        raise ExtractError(f"{url or 'the page'} makes no document: {str(fault).partition(': ')[2]}", url) from fault


@cache
def _parser() -> MarkdownIt:
    """Return the parser; indentation makes no code block, because saved text is indented for other reasons.

    It leaves out, without a word, what is nested too deeply; so its limit is above that of the HTML, which refuses.
    """
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "maxNesting": MOST_DEPTH + 20}).enable("table").disable("code")


def _with_paragraphs(text: str) -> str:
    """Return the text with an empty line between lines that are paragraphs by themselves."""
    lines = text.split("\n")
    whole = lines[:1]
    for before, line in pairwise(lines):
        in_one = _OWN_LINE.match(before) and _OWN_LINE.match(line)
        if not in_one and not _UNDERLINE.match(line) and (_is_long(before) or _is_long(line)):
            whole.append("")
        whole.append(line)
    return "\n".join(whole)


def _is_long(line: str) -> bool:
    return len(_ADDRESS.sub("", line)) > WRAPPED_WIDTH
