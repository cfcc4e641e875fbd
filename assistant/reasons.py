"""Why a question has no answer, in one or two sentences for the user."""

from __future__ import annotations

from assistant.filters import Filters

NOTHING = "I found nothing about this in the guidance I hold."
ELSEWHERE = "The pages that speak of this may not be kept here; their headings and addresses are below."
NO_WORDS = "I could not find a word to search for in this question."
IN_DANGER = "If someone is in danger or hurt, call 999 now. I only know about cyber security and data protection."
OUT_OF_SCOPE = {
    "care": "This looks like a question about care or health. I only know about cyber security and data protection, and a "
    "wrong answer could do harm, so please ask a senior colleague, a nurse, the GP or NHS 111.",
    "everyday": "I only know about cyber security and data protection in care, so I cannot help with this one.",
    "legal": "This is about what will happen in a particular case. I can only quote general guidance, so please ask someone "
    "who can look at the case, such as a manager, a union or a solicitor.",
    "product": "I cannot recommend, compare or price products and suppliers; the guidance I hold does not do so.",
    "company": "I do not know what happened to a named organisation or whether it is safe; ask the organisation itself.",
    "own": "Only your own organisation can know or do this; I have no access to your systems, accounts or records.",
}
"""What is said of a question outside the field, by why it is (``outside.WHYS``)."""


def nothing_found(filters: Filters, beyond: bool) -> str:
    """Return that no page answers, and under filters which pages were looked at.

    Args:
        beyond: whether other pages may answer, which the filters keep out.
    """
    if not filters:
        return NOTHING
    rest = "Without the filter, other pages may answer." if beyond else "Without the filter I find no answer either."
    return f"I found nothing about this among: {filters.said()}. {rest}"


def kept_elsewhere(filters: Filters) -> str:
    """Return that only headings of what answers are kept, and under filters which pages were looked at."""
    return f"{ELSEWHERE} Only these pages were looked at: {filters.said()}." if filters else ELSEWHERE
