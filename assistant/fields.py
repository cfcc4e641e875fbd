"""Types of the fields that files of the corpus have in common, checked where the files are read.

Imported only there; answering needs no pydantic.
"""

from __future__ import annotations

import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from assistant.text import one_line


def https(address: str) -> str:
    """Return the address as it is.

    Raises:
        ValueError: it is no https address, names a user or a port, or holds characters that cannot be seen.
    """
    parts = urlsplit(address)
    hidden = address != one_line(address) or any(mark in address for mark in ' "<>\\')
    if parts.scheme != "https" or not parts.hostname or hidden:
        raise ValueError("expected an https address")
    if "@" in parts.netloc or parts.port not in (None, 443):
        raise ValueError("expected an https address without a user and a port")
    return address


def iso_day(value: object) -> str | None:
    """Return a date as YYYY-MM-DD; None for None.

    Raises:
        ValueError: it is no such date.
    """
    if value is None:
        return None
    try:
        return datetime.date.fromisoformat(str(value)).isoformat()
    except ValueError as fault:
        raise ValueError(f"expected a date such as 2024-03-31, found {value!r}") from fault


def _words(value: object) -> object:
    return one_line(value) if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_words)]
Address = Annotated[str, AfterValidator(https)]
IsoDate = Annotated[str | None, BeforeValidator(iso_day)]
Named = Annotated[Words, Field(min_length=1)]
"""A text that may not be empty."""


class Checked(BaseModel):
    """Fields of a file; one that is not known is an error."""

    model_config = ConfigDict(extra="forbid")


def first_fault(fault: ValidationError, whole: str) -> str:
    """Return one line on the first wrong field; ``whole`` is what the fields belong to, for a fault of no single one."""
    first = fault.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or whole
    return one_line(f"the field {field!r}: {first['msg'].removeprefix('Value error, ')}")
