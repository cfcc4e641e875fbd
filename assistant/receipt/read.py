"""Reading a receipt: a file that anybody may have changed, so that every field is checked and its size is bounded."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from assistant.dates import is_iso_day
from assistant.errors import NotAReceipt, ReceiptError
from assistant.files import NotRegular, open_regular
from assistant.receipt.model import (
    FORMAT,
    LONGEST_LINE,
    LONGEST_QUOTE,
    MARK,
    MOST_BYTES,
    MOST_QUOTES,
    Receipt,
    ReceiptAnswer,
    ReceiptIndex,
    ReceiptQuote,
)
from assistant.text import one_line, sanitise
from assistant.types import Outcome

STRENGTHS = ("must", "should", "may", "information")
HIGHEST = 10**9
"""No number of a receipt is larger."""
LONGEST_TIME = 40
"""Characters of a time; ``datetime`` takes it apart only then."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def read_receipt(file: Path) -> Receipt:
    """Return the receipt that a file holds.

    Raises:
        NotAReceipt: it is no file, or JSON of something else.
        ReceiptError: it cannot be read, is too large, no JSON, or a field is wrong; the message names the file and the field.
    """
    try:
        return parse_receipt(_content(file))
    except ReceiptError as fault:
        raise type(fault)(one_line(f"{file}: {fault}")) from fault


def _content(file: Path) -> bytes:
    try:
        with open_regular(file) as stream:
            return stream.read(MOST_BYTES + 1)
    except NotRegular as fault:
        raise NotAReceipt("not a regular file; name the file that --receipt wrote") from fault
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or fault
        raise ReceiptError(f"cannot be read ({why}); check its name and its permissions") from fault


def parse_receipt(raw: bytes) -> Receipt:
    """Return the receipt that the content of a file holds. Fields that are not known are passed over.

    Raises:
        NotAReceipt: it is JSON of something else.
        ReceiptError: it is too large, no JSON, or a field is wrong.
    """
    if len(raw) > MOST_BYTES:
        raise ReceiptError(f"larger than {MOST_BYTES:,} bytes, the most that a receipt may have")
    try:
        values = json.loads(raw.decode("utf-8-sig"), parse_constant=_refused)
    except (ValueError, RecursionError) as fault:
        raise ReceiptError("not JSON: no receipt, or one that was cut off; restore it from a copy") from fault
    if not isinstance(values, dict) or values.get("careguide") != MARK:
        raise NotAReceipt("no receipt of Careguide")
    fields = _Fields(values, "")
    if fields.number("format") != FORMAT:
        raise ReceiptError(f"a receipt of format {fields.number('format')}, and only {FORMAT} is known; update Careguide")
    receipt = Receipt(fields.time("asked_at"), _index(fields.part("index")), tuple(map(_answer, fields.parts("answers"))))
    if not receipt.answers:
        raise fields.wrong("answers", "at least one")
    if len(receipt.quotes) > MOST_QUOTES:
        raise fields.wrong("answers", f"at most {MOST_QUOTES:,} quotes in all")
    return receipt


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _index(fields: _Fields) -> ReceiptIndex:
    return ReceiptIndex(fields.line("id"), fields.digest("corpus_digest"), fields.line("encoder"), fields.lines("warnings"))


def _answer(fields: _Fields) -> ReceiptAnswer:
    answer = ReceiptAnswer(
        question=fields.line("question", least=1),
        searched=fields.line("searched"),
        filters=fields.line("filters"),
        outcome=fields.outcome("outcome"),
        reason=fields.line("reason"),
        quotes=tuple(map(_quote, fields.parts("quotes"))),
        uncovered=fields.lines("uncovered"),
    )
    if bool(answer.quotes) != (answer.outcome in ("answered", "partial")):
        raise fields.wrong("quotes", "quotes where there was an answer, and none where there was not")
    return answer


def _quote(fields: _Fields) -> ReceiptQuote:
    start, end, text = fields.number("start"), fields.number("end"), fields.words("text")
    if end - start != len(text):
        raise fields.wrong("end", "an offset that fits the text")
    return ReceiptQuote(
        number=fields.number("number"),
        document_id=fields.line("document_id", least=1),
        content_hash=fields.digest("content_hash"),
        start=start,
        end=end,
        text=text,
        strength=fields.one_of("strength", STRENGTHS),
        title=fields.line("title"),
        section=fields.line("section"),
        anchor=fields.line("anchor"),
        publisher=fields.line("publisher"),
        kind=fields.line("kind"),
        url=fields.address("url"),
        deep_link=fields.address("deep_link"),
        published=fields.day("published"),
        updated=fields.day("updated"),
        reviewed=fields.day("reviewed"),
        retrieved=fields.day("retrieved"),
        based_on=fields.lines("based_on"),
        notice=fields.line("notice"),
    )


class _Fields:
    """An object of the file, and where it stands in it; each method returns a field or raises ``ReceiptError``."""

    def __init__(self, values: dict[str, Any], place: str) -> None:
        self._values, self._place = values, place

    def wrong(self, name: str, expected: str) -> ReceiptError:
        """Return the error of a field that is not as it should be."""
        return ReceiptError(
            f"damaged: the field {self._place}{name} is missing or wrong, expected {expected}; restore it from a copy"
        )

    def part(self, name: str) -> _Fields:
        """Return an object within this one."""
        value = self._values.get(name)
        if not isinstance(value, dict):
            raise self.wrong(name, "an object")
        return _Fields(value, f"{self._place}{name}.")

    def parts(self, name: str) -> list[_Fields]:
        """Return a list of objects within this one."""
        values = self._values.get(name)
        if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
            raise self.wrong(name, "a list of objects")
        return [_Fields(one, f"{self._place}{name}[{at}].") for at, one in enumerate(values)]

    def line(self, name: str, least: int = 0) -> str:
        """Return a text on one line, of so many characters at least."""
        value = self._values.get(name)
        if not isinstance(value, str) or not least <= len(value) <= LONGEST_LINE or value != one_line(value):
            raise self.wrong(name, f"a text on one line, of at most {LONGEST_LINE:,} characters")
        return value

    def lines(self, name: str) -> tuple[str, ...]:
        """Return a list of such texts."""
        values = self._values.get(name)
        if not isinstance(values, list):
            raise self.wrong(name, "a list of texts")
        return tuple(_Fields({name: one}, self._place).line(name) for one in values)

    def words(self, name: str) -> str:
        """Return words of guidance, which never have characters that hide or act on a terminal."""
        value = self._values.get(name)
        if not isinstance(value, str) or not 1 <= len(value) <= LONGEST_QUOTE or value != sanitise(value):
            raise self.wrong(name, f"words of guidance, at most {LONGEST_QUOTE:,} characters")
        return value

    def number(self, name: str) -> int:
        """Return a number from 0 on."""
        value = self._values.get(name)
        if type(value) is not int or not 0 <= value <= HIGHEST:
            raise self.wrong(name, "a number")
        return value

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        """Return one of the values that are known."""
        value = self._values.get(name)
        if not isinstance(value, str) or value not in known:
            raise self.wrong(name, f"one of {', '.join(known)}")
        return value

    def outcome(self, name: str) -> Outcome:
        """Return what came of a question."""
        known: tuple[Outcome, ...] = get_args(Outcome)
        value = self.one_of(name, known)
        return next(one for one in known if one == value)

    def digest(self, name: str) -> str:
        """Return a SHA-256, hexadecimal."""
        value = self._values.get(name)
        if not isinstance(value, str) or not _DIGEST.fullmatch(value):
            raise self.wrong(name, "64 hexadecimal digits")
        return value

    def address(self, name: str) -> str:
        """Return an https address."""
        value = self.line(name)
        try:
            parts = urlsplit(value)
            if parts.scheme == "https" and parts.hostname:
                return value
        except ValueError:  # half of an IPv6 address
            pass
        raise self.wrong(name, "an https address")

    def day(self, name: str) -> str | None:
        """Return a date, YYYY-MM-DD, or None."""
        value = self._values.get(name)
        if value is not None and not (isinstance(value, str) and is_iso_day(value)):
            raise self.wrong(name, "a date such as 2026-03-31, or null")
        return value

    def time(self, name: str) -> datetime.datetime:
        """Return a time with its zone."""
        value = self._values.get(name)
        try:
            if not isinstance(value, str) or len(value) > LONGEST_TIME:
                raise ValueError(name)
            at = datetime.datetime.fromisoformat(value)
            if at.utcoffset() is None or at.isoformat(timespec="seconds") != value:
                raise ValueError(name)
            at.astimezone(datetime.UTC)  # one on the first or the last day of all may have no such time
        except (ValueError, OverflowError) as fault:
            raise self.wrong(name, "a time with its zone such as 2026-03-31T09:30:00+00:00") from fault
        return at
