"""Personal details in a question, which nobody needs to type: told to the user, never kept."""

from __future__ import annotations

import re
from collections.abc import Iterator

NOTICE = "Your question seems to hold personal details ({}). They are not needed to find guidance; leave them out next time."

_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")
_INSURANCE = re.compile(
    r"\b(?!bg|gb|kn|nk|nt|tn|zz)[a-ceghj-pr-tw-z][a-ceghj-npr-tw-z] ?\d\d ?\d\d ?\d\d ?[a-d]\b", re.IGNORECASE
)
"""National Insurance number: HMRC, National Insurance Manual NIM39110."""
_DIGITS = re.compile(r"(?<![\w£$€.,+-])\+?\(?\d(?:[ ()-]?\d){5,18}(?!\w)")
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on)?|birthday)\b\W{0,4}(?:is |was )?(?:the )?"
    r"(?:\d{1,2}(?:st|nd|rd|th)?[ /.-](?:\d{1,2}|[a-z]{3,9})[ /.-]\d{2,4}|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{4}-\d\d-\d\d)",
    re.IGNORECASE,
)
_DATE = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d)\b")
BORN_BEFORE = 2011
"""A full date before this year is taken for a date of birth."""
_PUBLIC = ("phishing.gov.uk", "ncsc.gov.uk", "ico.org.uk", "gov.uk", "cqc.org.uk", "police.uk")
_PUBLIC_NUMBERS = frozenset({"03001232040", "03031231113", "03000616161"})
"""Numbers of the services that guidance names: Report Fraud, the ICO, the CQC."""


def personal_details(question: str) -> tuple[str, ...]:
    """Return what kinds of personal details a question seems to hold, each once, in order: ``an NHS number`` and so on."""
    return tuple(dict.fromkeys(_kinds(question)))


def notice(kinds: tuple[str, ...]) -> str:
    """Return the sentence that says so; empty where there are none."""
    return NOTICE.format(" and ".join(kinds)) if kinds else ""


def _kinds(question: str) -> Iterator[str]:
    if any(not found.lower().endswith(_PUBLIC) for found in _EMAIL.findall(question)):
        yield "an email address"
    if _INSURANCE.search(question):
        yield "a National Insurance number"
    years = [int(year) for _, _, year in _DATE.findall(question)]
    if _BORN.search(question) or any(year < BORN_BEFORE for year in years):
        yield "a date of birth"
    for found in _DIGITS.finditer(_DATE.sub(" ", question)):
        if kind := _number(re.sub(r"\D", "", found.group()), found.group().startswith("+")):
            yield kind


def _number(digits: str, international: bool) -> str:
    """Return what a run of digits is; empty for any other number."""
    if digits in _PUBLIC_NUMBERS:
        return ""
    if len(digits) == 10 and _nhs(digits):
        return "an NHS number"
    if 13 <= len(digits) <= 19 and _luhn(digits):
        return "a card number"
    if (digits.startswith("0") and len(digits) in {10, 11}) or (international and 10 <= len(digits) <= 14):
        return "a phone number"
    return ""


def _nhs(digits: str) -> bool:
    """Whether the last of ten digits is the check digit of an NHS number (NHS Data Dictionary: modulus 11)."""
    total = sum(int(digit) * (10 - at) for at, digit in enumerate(digits[:9]))
    return (11 - total % 11) % 11 == int(digits[9]) and len(set(digits)) > 1


def _luhn(digits: str) -> bool:
    """Whether the digits pass the check of card numbers (ISO/IEC 7812-1, annex B)."""
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0 and len(set(digits)) > 1
