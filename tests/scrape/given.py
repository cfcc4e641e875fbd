"""What the tests of extraction are given: responses, sources and pages, and PDFs written byte by byte."""

from __future__ import annotations

from assistant.scrape.fetched import Fetched
from assistant.scrape.sources import Page, Source

HOST = "www.example.org"
URL = f"https://{HOST}/guidance/locks"


def response(body: str | bytes, content_type: str = "text/html", url: str = URL, **fields) -> Fetched:
    content = body.encode() if isinstance(body, str) else body
    return Fetched(url, 200, content_type, content, "2026-10-10T09:08:07+00:00", **fields)


def source(adapter: str = "generic", **fields) -> Source:
    known = {
        "id": "example",
        "publisher": "Example Office",
        "adapter": adapter,
        "hosts": [HOST],
        "storage": "full",
        "licence": "OGL-UK-3.0",
        "attribution": "Example Office.",
        "pages": [{"url": URL, "kind": "guidance", "topics": []}],
    }
    return Source.model_validate(known | fields)


def page(**fields) -> Page:
    return Page.model_validate({"url": URL, "kind": "guidance", "topics": ["locks"]} | fields)


def html(body: str, title: str = "Locks", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>{title} - Example Office</title>{head}</head><body>{body}</body></html>"


def text_page(*lines: tuple[float, float, str]) -> bytes:
    """Return the drawing of a page: lines as size, distance from its foot, and words."""
    drawn = (f"BT /F1 {size} Tf 72 {top} Td ({_escaped(words)}) Tj ET" for size, top, words in lines)
    return "\n".join(drawn).encode("cp1252")


def paragraph(top: float, *lines: str, size: float = 11) -> list[tuple[float, float, str]]:
    return [(size, top - 13 * at, words) for at, words in enumerate(lines)]


def pdf(*pages: bytes, info: str = "", catalog: str = "", more: tuple[str, ...] = (), trailer: str = "") -> bytes:
    """Return a PDF. Objects: 1 catalog, 2 pages, 3 font, 4 fields, ``more`` from 5 on, then two for each page."""
    first = 5 + len(more)
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>".encode("cp1252"),
        *(one.encode() for one in more),
    ]
    for at, drawing in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>"
            + f" /Contents {first + 2 * at + 1} 0 R >>".encode()
        )
        objects.append(f"<< /Length {len(drawing)} >>\nstream\n".encode() + drawing + b"\nendstream")
    return _file(objects, trailer)


def _file(objects: list[bytes], trailer: str) -> bytes:
    whole, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(whole))
        whole += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R /Info 4 0 R {trailer} >>"
    return whole + f"{end}\nstartxref\n{len(whole)}\n%%EOF".encode()


def _escaped(words: str) -> str:
    return words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
