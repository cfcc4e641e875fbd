"""Writing a receipt: only where somebody asks for one, for its owner's eyes alone, and never over another file."""

from __future__ import annotations

import dataclasses
import datetime
import errno
import json
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from assistant.errors import ReceiptError
from assistant.files import write_new
from assistant.receipt.model import FORMAT, MARK, Receipt, ReceiptAnswer, ReceiptIndex, ReceiptQuote
from assistant.receipt.read import parse_receipt
from assistant.text import one_line
from assistant.types import Answer, NoAnswer, Quote

OWNER_ALONE = 0o600
"""Permission bits: a receipt holds a question."""
SHORT_FINGERPRINT = 12
"""Digits of the encoder's fingerprint, as in the JSON of an answer."""


class Index(Protocol):
    """What is told of the index that answered; its manifest has all of it."""

    @property
    def id(self) -> str:
        """Which generation it is."""
        ...

    @property
    def corpus(self) -> str:
        """Digest of the corpus files, hexadecimal."""
        ...

    @property
    def encoder_name(self) -> str:
        """What a person calls its encoder."""
        ...

    @property
    def encoder(self) -> str:
        """Fingerprint of its encoder."""
        ...


def receipt_of(
    replies: Iterable[Answer | NoAnswer], index: Index, at: datetime.datetime, warnings: Iterable[str] = ()
) -> Receipt:
    """Return the receipt of answers, oldest first.

    Args:
        at: when they were given, with its time zone; kept to the second.
        warnings: what was said with every answer from the index.
    """
    encoder = f"{index.encoder_name}:{index.encoder[:SHORT_FINGERPRINT]}"
    about = ReceiptIndex(index.id, index.corpus, one_line(encoder), tuple(map(one_line, warnings)))
    return Receipt(at.replace(microsecond=0), about, tuple(map(_answer, replies)))


def _answer(reply: Answer | NoAnswer) -> ReceiptAnswer:
    answer, none = (reply, None) if isinstance(reply, Answer) else (None, reply)
    return ReceiptAnswer(
        question=one_line(reply.query.question),
        searched=one_line(reply.query.text),
        filters=one_line(reply.query.filters.said()),
        outcome=reply.outcome,
        reason=one_line(none.reason) if none else "",
        quotes=tuple(map(_quote, answer.quotes)) if answer else (),
        uncovered=tuple(map(one_line, answer.uncovered)) if answer else (),
    )


def _quote(quote: Quote) -> ReceiptQuote:
    """Return a quote as it is kept: its words as they are, and all that is told of it on one line each."""
    excerpt, citation = quote.excerpt, quote.citation
    return ReceiptQuote(
        number=citation.number,
        document_id=excerpt.document_id,
        content_hash=excerpt.content_hash,
        start=excerpt.start,
        end=excerpt.end,
        text=excerpt.text,
        strength=quote.strength,
        title=one_line(citation.title),
        section=one_line(citation.section),
        anchor=one_line(citation.anchor),
        publisher=one_line(citation.publisher),
        kind=one_line(citation.kind),
        url=citation.url,
        deep_link=citation.deep_link,
        published=citation.published,
        updated=citation.updated,
        reviewed=citation.reviewed,
        retrieved=citation.retrieved,
        based_on=citation.based_on,
        notice=one_line(citation.notice),
    )


def as_json(receipt: Receipt) -> bytes:
    """Return a receipt as the content of its file, UTF-8.

    Raises:
        ReceiptError: it could not be read again, because it is too long.
    """
    values = {
        "careguide": MARK,
        "format": FORMAT,
        "asked_at": receipt.asked_at.isoformat(timespec="seconds"),
        "index": dataclasses.asdict(receipt.index),
        "answers": [dataclasses.asdict(one) for one in receipt.answers],
    }
    try:
        content = f"{json.dumps(values, ensure_ascii=False, indent=1)}\n".encode()
    except UnicodeEncodeError as fault:
        raise ReceiptError(f"no receipt can be made of this ({fault.reason}); ask in other words") from fault
    try:
        parse_receipt(content)  # a receipt that nobody can read again would be none
    except ReceiptError as fault:
        raise ReceiptError("no receipt can be made of this, because it is longer than one may be; keep less at once") from fault
    return content


def refuse_taken(file: Path) -> None:
    """Make sure that there is no such file yet, and that there is the folder in which it is to be.

    Raises:
        ReceiptError: there is such a file, or its folder is none or cannot be looked into.
    """
    try:
        if not stat.S_ISDIR(file.parent.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        file.lstat()
    except FileNotFoundError as fault:
        if not file.parent.exists():
            raise _unwritten(file, fault) from fault
    except (OSError, ValueError) as fault:
        raise _unwritten(file, fault) from fault
    else:
        raise _taken(file)


def save(receipt: Receipt, file: Path) -> None:
    """Write a receipt to a new file that only its owner may read.

    Raises:
        ReceiptError: there is such a file already, or it cannot be written; nothing is left behind.
    """
    content = as_json(receipt)
    try:
        write_new(file, content, OWNER_ALONE)
    except FileExistsError as fault:
        raise _taken(file) from fault
    except (OSError, ValueError) as fault:
        raise _unwritten(file, fault) from fault


def _taken(file: Path) -> ReceiptError:
    return ReceiptError(one_line(f"{file} is there already, and a receipt is never written over; name another file"))


def _unwritten(file: Path, fault: Exception) -> ReceiptError:
    why = getattr(fault, "strerror", None) or fault
    too_long = getattr(fault, "errno", None) == errno.ENAMETOOLONG
    advice = "give it a shorter name" if too_long else "check that its folder is there and may be written"
    return ReceiptError(one_line(f"cannot write the receipt {file} ({why}); {advice}"))
