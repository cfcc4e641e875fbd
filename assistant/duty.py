"""How strongly words bind: must, should, may, or only information; told by the words of a quote themselves.

RFC 2119 has the same three steps; guidance for care uses them in everyday English.
"""

from __future__ import annotations

import re
from typing import Literal

Strength = Literal["must", "should", "may", "information"]
STRENGTHS: tuple[Strength, ...] = ("must", "should", "may", "information")

_MUST = re.compile(
    r"\b(?:must(?: not|n't)?|shall(?: not)?|required (?:to|by)|is required|are required|(?:have|has) (?:a )?(?:legal "
    r"|statutory )?(?:duty|obligation)"
    r"|legally (?:required|have to)|by law|the law (?:says|requires|asks)|against the law|unlawful|illegal|(?:have"
    r"|has) to(?! do with)"
    r"|(?:not|never) allowed|mandatory|compulsory|criminal offence)\b",
    re.IGNORECASE,
)
_SHOULD = re.compile(
    r"\b(?:should(?: not|n't)?|ought to|(?:is|are) (?:expected|advised|recommended) to|recommends?|advises?|expects?"
    r"|good practice|best practice"
    r"|(?:it is|it's) (?:best|better|wise|important)|aim to|need(?:s)? to)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?:^|[.:!?]\s+|\n\s*(?:[-*]|\d+[.)])\s+)(?:if [^.,\n]{3,80}, )?(?:(?:do not|don't|never|always|first,?) )?(?:then,? )?"
    r"(?:tell|call|ask|change|report|disconnect|stop|keep|use|check|write|make|turn|switch|set|lock|send|forward|delete"
    r"|remove|update|install|back up|go"
    r"|find|agree|look|take|give|put|read|choose|pick|think|say|click|reply|pay|share|contact|ring|phone|get|run|unplug"
    r"|cut|warn|record|log|start|follow"
    r"|speak|talk|let|show|train|test|review|store|destroy|wipe|leave|add|avoid|plan|decide|train|save|open|hang up"
    r"|pass|press|explain)\b",
    re.IGNORECASE,
)
_MAY = re.compile(
    r"\b(?:may(?: not)?|can(?:not|'t)?|could|might|optional(?:ly)?|is free to|are free to|you can choose)\b", re.IGNORECASE
)


def strength_of(text: str) -> Strength:
    """Return the strongest that the words of a quote say: a duty, advice, something allowed or possible, or information.

    An order without more ("Tell your manager") is advice: ``should``.
    """
    if _MUST.search(text):
        return "must"
    if _SHOULD.search(text) or _ORDER.search(text):
        return "should"
    return "may" if _MAY.search(text) else "information"
