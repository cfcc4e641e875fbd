"""What kind of answer a question asks for: a person, a time, a number, steps, a permission, a meaning, a reason."""

from __future__ import annotations

import re
from typing import Literal

Form = Literal["who", "when", "number", "steps", "allowed", "meaning", "reason", "other"]

_FORMS: tuple[tuple[Form, str], ...] = (
    ("number", r"\bhow (?:much|many|big|large|strong|complex)\b|\bwhat (?:number|percentage|age|size|price)\b"
           r"|\bwh?ats? (?:is )?the (?:\w+ ){0,2}number\b"
     r"|\bcosts?\b|\bnumber for\b|\bwhat(?:'s| is) the (?:fee|cost|fine|maximum|minimum)\b|\bhow (?:\w+ )?(?:short"
     r"|long) (?:should|must|does) (?:a |the |my |our )?"
     r"(?:password|passcode|pin)\b"),
    ("when", r"\bhow (?:long|soon|quick(?:ly)?|fast|often|frequently|late|recent)\b|\bwhen\b(?!.{0,4}\bi\b.{0,30}\?)"
             r"|\bwhat(?:'s| is) the (?:deadline|time)"
     r"|\bdeadline\b|\bby what date\b|\bhow many (?:days|hours|months|years|weeks)\b|\btime limit\b"),
    ("who", r"\bwho\b|\bwhom\b|\bwhose\b|\bwhich (?:person|people|organi[sz]ation)\b|\bwhat number do\b"),
    ("steps", r"\bwhat (?:now|next|to do|first)\b|\bw[ho]*[ao]?t (?:do|should|must|can|shall|steps|would) (?:i|we|you"
              r"|they|she|he|staff|u)\b"
     r"|\bhow (?:do|can|should|to|would|d[oe]es|best|is the best)\b|\bhow (?:i|we) \b|\bhelp\b|\bwhat happens (?:if"
     r"|when|next)\b|\bsteps\b|\bbest way\b"
     r"|\bwhat(?:'s| is) the (?:process|procedure|best way|first)\b"),
    ("reason", r"\bwhy\b|\bwhat for\b|\bpoint of\b|\breason\b"),
    ("meaning", r"\bwhat(?:'s| is| are|s)\b|\bmean(?:s|ing)?\b|\bdifference between\b|\bstands? for\b|\bdefin\w+"
                r"|\bexplain\b|\bwhat does\b"),
    ("allowed", r"\b(?:can|could|may|allowed|ok|okay|permitted|legal|lawful|do|does|must|should|need|have to|has to"
                r"|required|right|wrong|fine|is it|are we"
     r"|am i)\b"),
)  # fmt: skip
_COMPILED = tuple((form, re.compile(pattern, re.IGNORECASE)) for form, pattern in _FORMS)

_VALUES = {
    "when": re.compile(
        r"\b\d+ ?(?:calendar |working )?(?:hours?|days?|weeks?|months?|years?|minutes?)\b|\b(?:one|two|three|four|five"
        r"|six|seven|ten|twelve|14|30|72)[ -]"
        r"(?:calendar |working )?(?:hours?|days?|weeks?|months?|years?)\b|\b(?:january|february|march|april|june|july"
        r"|august|september|october|november"
        r"|december) \d{4}\b|\b\d{1,2} (?:january|february|march|april|may|june|july|august|september|october|november"
        r"|december)\b|\bevery year\b"
        r"|\bonce a year\b|\bannual|\beach year\b",
        re.IGNORECASE,
    ),
    "number": re.compile(
        r"£ ?\d|\d+ ?%|\b\d[\d,.]*\b|\bfree\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half)\b",
        re.IGNORECASE,
    ),
}
_AT_ONCE = re.compile(
    r"\bstraight ?away\b|\bat once\b|\bas soon as\b|\bwithout (?:undue )?delay\b|\bimmediately\b|\bnow\b", re.IGNORECASE
)
"""A time without a number."""
_AMOUNT = re.compile(r"£ ?[\d,.]+|\d[\d,.]*", re.IGNORECASE)
_PART = re.compile(
    r"\?\s+(?=\w)|,? (?:and|or) (?=(?:who|when|what|how|where|why|do|does|can|is|are|should|which)\b)", re.IGNORECASE
)
LEAST_PART = 2
"""Words of a part of a question; less belongs to what stands before it."""


def form_of(question: str) -> Form:
    """Return the kind of answer that a question asks for, by the first kind whose words it holds."""
    return next((form for form, pattern in _COMPILED if pattern.search(question)), "other")


def has_value(text: str, form: Form) -> bool:
    """Whether a text holds a value such as the question asks for: a time, or a number. False for any other kind."""
    return form in _VALUES and bool(_VALUES[form].search(text))


def answers(text: str, form: Form) -> bool:
    """Whether a text gives what is asked for: a value, or for a time also that it is at once."""
    return has_value(text, form) or (form == "when" and bool(_AT_ONCE.search(text)))


def values_of(text: str, form: Form) -> frozenset[str]:
    """Return the times or amounts of a text, as they stand there in lower case; none for other kinds of questions."""
    if form not in _VALUES:
        return frozenset()
    pattern = _VALUES[form] if form == "when" else _AMOUNT
    return frozenset(found.lower() for found in pattern.findall(text))


def parts_of(question: str) -> tuple[str, ...]:
    """Return the questions that a question is made of: "who do I tell and how quickly?" asks two."""
    parts = [part.strip() for part in _PART.split(question) if part.strip()]
    if any(len(part.split()) < LEAST_PART for part in parts):
        return (question,)
    asking = [part for part in parts if form_of(part) != "other"]
    return tuple(parts) if len(asking) > 1 else (question,)
