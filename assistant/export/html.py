"""A conversation as one HTML file that needs nothing beside it, runs nothing and loads nothing."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Iterable

from assistant.export.parts import Box, Export, Heading, Items, Line, Link, Part, Words, parts, title
from assistant.text import one_line, sanitise

STYLE = """
:root { color-scheme: light; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; background: #fff; color: #1a1a1a;
  font: 1.05rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1.3rem; margin-top: 2.5rem; padding-top: 1rem; border-top: 2px solid #555; }
h3 { font-size: 1.05rem; margin-top: 1.5rem; }
a { color: #0b4f9c; }
blockquote { margin: .75rem 0; padding: .5rem 1rem; border-left: 4px solid #0b4f9c; background: #f3f6fa; }
blockquote p { margin: 0; white-space: pre-wrap; }
.source { font-size: .95rem; color: #333; }
.source { margin: .75rem 0; }
.source p { margin: .2rem 0; }
.urgent { margin: 1rem 0; padding: .25rem 1rem .75rem; border: 3px solid #a3160b; }
.urgent h3 { margin-top: .75rem; color: #a3160b; }
@media print {
  body { max-width: none; margin: 0; font-size: 11pt; }
  h1, h2, h3 { break-after: avoid; }
  blockquote, .source { break-inside: avoid; }
}
"""


def as_html(export: Export) -> bytes:
    """Return the export as a UTF-8 HTML page."""
    # The style is named by its digest, so that no other one is obeyed, should one ever get past the escaping.
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = [
        "<!DOCTYPE html>",
        '<html lang="en-GB">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_inline(title(export))}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        "<main>",
    ]
    return "\n".join([*head, _written(parts(export)), "</main>", "</body>", "</html>", ""]).encode()


def _inline(text: str) -> str:
    return html.escape(one_line(text))


def _written(given: Iterable[Part]) -> str:
    return "\n".join(map(_part, given))


def _part(part: Part) -> str:
    match part:
        case Heading():
            return f"<h{part.level}>{_inline(part.text)}</h{part.level}>"
        case Line():
            text = _inline(part.text)
            return f"<p><strong>{text}</strong></p>" if part.strong else f"<p>{text}</p>"
        case Link():
            return f"<p>{_link(part)}</p>"
        case Items():
            return _items(part)
        case Words():
            return f"<blockquote><p>{html.escape(sanitise(part.text))}</p></blockquote>"
        case Box():
            name = "section" if part.role == "urgent" else "div"
            return f'<{name} class="{part.role}">\n{_written(part.parts)}\n</{name}>'


def _link(link: Link) -> str:
    shown = _inline(link.shown)
    if link.target:
        shown = f'<a href="{html.escape(link.target)}" rel="noopener noreferrer">{shown}</a>'
    return f"{html.escape(sanitise(link.before))}{shown}{html.escape(sanitise(link.after))}"


def _items(part: Items) -> str:
    name = "ol" if part.numbered else "ul"
    lines = [f"<{name}>"]
    for item in part.items:
        under = "".join(f"<li>{_link(one) if isinstance(one, Link) else _inline(one)}</li>" for one in item.under)
        lines.append(f"<li>{_inline(item.text)}{f'<ul>{under}</ul>' if under else ''}</li>")
    return "\n".join([*lines, f"</{name}>"])
