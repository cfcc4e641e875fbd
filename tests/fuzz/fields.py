"""Front matter: a file is a document that comes back the same from its own file, or the error that names what is wrong."""

from __future__ import annotations

from assistant import frontmatter
from assistant.corpus import parse_document, render_document
from assistant.errors import CorruptDocument
from tests.conftest import FILES
from tests.fuzz.promises import check_line

SEEDS = (
    *(text.encode() for text in FILES.values()),
    b'---\ntitle: "A \\u00e9"\npublisher: |\n  Example\n  Office\nurl: https://example.org/\nnotice: >-\n  a\n\n  b\n---\nx\n',
    b"---\n{title: A, publisher: B, url: https://example.org/a, facts: {a: [b, c]}, topics: [x, 'y']}\n---\nx\n",
    b"---\ntitle: &t A\npublisher: *t\nurl: https://example.org\n<<: {kind: b}\n---\nx\n",
)
WORDS = (
    *frontmatter.FrontMatter.model_fields,
    "---\n",
    "https://",
    ": ",
    "- ",
    "&a ",
    "*a",
    "<<",
    "!!",
    "? ",
    "|\n",
    ">-\n",
    "\\u",
)


def check(data: bytes) -> None:
    """Read the bytes as a document's file.

    Raises:
        AssertionError: what was read is not what is written of it, or the error is not one line.
    """
    raw = data.decode("utf-8", "replace")
    try:
        read = parse_document("documents/example/page", raw)
    except CorruptDocument as fault:
        check_line(str(fault))
        return
    written = render_document(read)
    again = parse_document(read.id, written)
    assert again == read, "what is written is read again"
    assert render_document(again) == written, "and written again the same"
