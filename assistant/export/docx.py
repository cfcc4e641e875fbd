"""A conversation as a document for a word processor (Office Open XML), made with python-docx.

python-docx is imported where it is used: it brings lxml, which nothing else that answers needs.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from assistant.export.parts import Box, Export, Heading, Items, Line, Link, Part, Words, parts, title
from assistant.text import one_line, sanitise

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

HEADINGS = {1: "Title", 2: "Heading 1", 3: "Heading 2"}
QUOTE, NUMBERED, BULLETS, BELOW = "Quote", "List Number", "List Bullet", "List Bullet 2"
PLAIN, SOURCE = "Normal", "No Spacing"
LINK_COLOUR = "0B4F9C"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip archive can hold; stands on every file in it, so that an export gives the same bytes again."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Source: Extensible Markup Language (XML) 1.0, production 2."""


def as_docx(export: Export) -> bytes:
    """Return the export as the bytes of a .docx file; the same ones for the same export."""
    import docx

    document = docx.Document()
    _describe(document, export)
    _lay_out(document)
    for part in parts(export):
        _add(document, part)
    written = io.BytesIO()
    document.save(written)
    return _without_times(written)


def _describe(document: Document, export: Export) -> None:
    """Set what the file says of itself: no name of a person, and no picture of the template it began as."""
    from docx.opc.constants import RELATIONSHIP_TYPE

    properties = document.core_properties
    properties.title, properties.language = title(export), "en-GB"
    properties.author = properties.comments = properties.last_modified_by = ""
    # python-docx writes the digits as they are and calls them UTC.
    properties.created = properties.modified = export.at.astimezone(datetime.UTC)
    properties.revision = 1
    package = document.part.package
    assert package is not None
    for name in [name for name, one in package.rels.items() if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del package.rels[name]


def _lay_out(document: Document) -> None:
    """Set A4, British English, and quotes upright behind a bar; the template has US Letter, US English and italics."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    styles: Any = document.styles
    for language in styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    quote = styles[QUOTE]
    quote.font.italic = False
    quote.element.get_or_add_pPr().append(_bar())
    quote.paragraph_format.left_indent = Mm(6)
    quote.paragraph_format.space_after = Pt(2)


def _bar() -> Any:
    """Return the element that draws a bar at the left of a paragraph."""
    border = _element("w:pBdr")
    border.append(_element("w:left", val="single", sz="18", space="8", color=LINK_COLOUR))
    return border


def _element(name: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    for attribute, value in attributes.items():
        made.set(qn(f"w:{attribute}"), value)
    return made


def _held(text: str) -> str:
    """Return the text without what XML cannot hold."""
    return _NOT_XML.sub("", text)


def _inline(text: str) -> str:
    return _held(one_line(text))


def _add(document: Document, part: Part, style: str = PLAIN) -> None:
    match part:
        case Heading():
            document.add_paragraph(_inline(part.text), HEADINGS[part.level])
        case Line():
            document.add_paragraph(style=style).add_run(_inline(part.text)).bold = part.strong or None
        case Link():
            _add_link(document.add_paragraph(style=style), part)
        case Items():
            _add_items(document, part)
        case Words():
            for line in _held(sanitise(part.text)).split("\n"):
                document.add_paragraph(line, QUOTE)
        case Box():
            for one in part.parts:
                _add(document, one, SOURCE if part.role == "source" else PLAIN)


def _add_link(paragraph: Paragraph, link: Link) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    paragraph.add_run(_held(sanitise(link.before)))
    address = paragraph.add_run(_inline(link.shown))
    if link.target:
        address.font.underline, address.font.color.rgb = True, RGBColor.from_string(LINK_COLOUR)
        around = _element("w:hyperlink")
        around.set(qn("r:id"), paragraph.part.relate_to(link.target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        address._r.addprevious(around)
        around.append(address._r)
    paragraph.add_run(_held(sanitise(link.after)))


def _add_items(document: Document, part: Items) -> None:
    number = _new_numbering(document) if part.numbered else None
    for item in part.items:
        paragraph = document.add_paragraph(_inline(item.text), NUMBERED if part.numbered else BULLETS)
        if number is not None:
            properties: Any = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = 0, number
        for below in item.under:
            if isinstance(below, Link):
                _add_link(document.add_paragraph(style=BELOW), below)
            else:
                document.add_paragraph(_inline(below), BELOW)


def _new_numbering(document: Document) -> int:
    """Return the id of a numbering that begins at 1 again; the style's own would go on from list to list."""
    numbering: Any = document.part.numbering_part.element
    styles: Any = document.styles
    of_style = numbering.num_having_numId(styles[NUMBERED].element.pPr.numPr.numId.val)
    made = numbering.add_num(of_style.abstractNumId.val)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


def _without_times(archive: io.BytesIO) -> bytes:
    """Return the same archive with one fixed time on all of its files."""
    rewritten = io.BytesIO()
    with zipfile.ZipFile(archive) as given, zipfile.ZipFile(rewritten, "w") as made:
        for name in given.namelist():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            made.writestr(entry, given.read(name))
    return rewritten.getvalue()
