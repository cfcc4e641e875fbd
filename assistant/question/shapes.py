"""Shapes of questions that no guidance can answer: to do something, about one's own systems or case, which product to buy.

A shape is one sign among several (``confidence``); it decides nothing alone.
"""

from __future__ import annotations

import re

_DOING = (
    "log|check|publish|reset|send|fill|submit|report|delete|change|call|ring|email|book|look|write|print|open|unlock|approve"
    "|sign|register|order|complete|finish|remove|block|track|trace|hack|fix|install|set|make|draft|do|find out|buy|pay"
)
_GOODS = (
    "anti-?virus|laptops?|phones?|tablets?|ipads?|apps?|software|systems?|vpn|password managers?|suppliers?|providers?|brands?"
    "|cameras?|shredders?|broadband|routers?|printers?|firewalls?|insurance|company|companies|courses?|packages?|products?|backup"
)
_TROUBLE = (
    "sacked|fired|fined|sued|prosecuted|arrested|struck off|disciplin\\w+|jail|prison|liable|compensation|dismissed|suspended"
    "|my job|his job|her job|our jobs|a criminal record|a warning"
)

SHAPES: dict[str, tuple[str, ...]] = {
    "own": (
        rf"^(?:hi |hello |please |pls )?(?:can|could|will|would) (?:you|u) (?:please |just |pls )?(?:{_DOING})\b",
        rf"\b(?:{_DOING})\b.{{1,40}}\bfor (?:me|us)\b",
        r"\b(?:what|wh?ats|when|where)(?: is|'s| are| was)? (?:my|our|the) (?:\w+ ){0,3}(?:password|passcode|pin|code"
        r"|log ?in|username|key)"
        r"(?: for| to| at| on|\?|$)",
        r"\bwho (?:hacked|attacked|sent|clicked|opened|stole|did|broke|leaked|reported|signed|has got)\b",
        r"^(?:has|have|is|was|were|did) (?:my|our|we|anyone|somebody|someone here) (?:\w+ ){0,5}(?:been|done|finished"
        r"|completed|passed|published|submitted"
        r"|paid|approved|renewed|registered|hacked|breached)\b(?! (?:if|what))",
        r"\bhow many (?:of (?:our|my|us|your)\b|(?:\w+ ){1,3}(?:at|in) (?:our|my|this) )",
        r"^who(?:'s| is| are) our\b",
        r"\bwhat time (?:does|do|is|are|will)\b|\bwhat did (?:i|we)\b|\bwhere did (?:i|we)\b",
        r"\bwhen did (?:i|we) last\b|\bwhen (?:was|were) (?:my|our) (?:\w+ ){1,3}last\b",
    ),
    "legal": (
        rf"\b(?:will|am|could|can|would|might|going to) (?:i|we|he|she|they|my \w+|the (?:manager|home|owner"
        rf"|carer))?(?: \w+){{0,3}} ?(?:{_TROUBLE})\b",
        rf"\b(?:lose|losing|lost|get|getting) (?:{_TROUBLE})\b",
        r"\bhow much (?:will|would|could|can|do|might) (?:\w+ ){1,4}(?:fine|fined|sue|get)\b|\bcan (?:i|we|they|he|she"
        r"|the family) sue\b",
        r"\btribunal\b|\bcompensation\b|\bsolicitor\b|\bunfair dismissal\b|\bin court\b",
    ),
    "product": (
        rf"\b(?:best|cheapest|good|decent|recommended|top) (?:\w+ ){{0,3}}(?:{_GOODS})\b(?! (?:practice|way))",
        rf"\bwh(?:ich|at) (?:\w+ )?(?:{_GOODS})\b.{{0,20}}\b(?:best|buy|use|get|recommend|better|go with|cheapest"
        rf"|choose|rate)\b",
        r"\bis (?:\w+ ){1,3}(?:better|safer|cheaper) than\b|\b(?:any good|worth (?:it|the money|buying|having)"
        r"|value for money)\b",
        rf"\b(?:recommend|suggest) (?:me |us )?(?:an?|any|some|the) (?:\w+ ){{0,3}}(?:{_GOODS})\b",
        r"\bhow much (?:is|are|does|do|should|would) .{0,40}\b(?:cost|pay|charge|per (?:month|user|year))\b|\bunder £\d"
        r"|\bdiscount\b|\bprices?\b",
    ),
    "company": (
        r"^(?:so |ok |and )?(?:was|were|has|have|did|is) (?:(?:our|the|my) (?:\w+ ){0,4}(?:supplier|provider|company"
        r"|firm|agency|bank|council)"
        r"|(?-i:[A-Z][\w&-]+(?: [A-Z&][\w&-]*)*)) (?:\w+ ){0,4}(?:hacked|breached|attacked|fined|owned|hit|sued"
        r"|prosecuted)\b",
        r"\bwho owns\b|\b(?:what are the )?reviews? (?:like|of|for)\b",
    ),
    "gap": (r"\b20(?:2[7-9]|3[1-9]|[4-9]\d)\b", r"\bnext (?:version|edition|report|update)\b"),
}
_COMPILED = {why: tuple(re.compile(one, re.IGNORECASE) for one in several) for why, several in SHAPES.items()}


def shape_of(question: str) -> str:
    """Return why a question of this shape is not answered, one of ``outside.WHYS``; empty for any other shape."""
    asked = " ".join(question.replace("\u2019", "'").split())
    return next((why for why, several in _COMPILED.items() if any(one.search(asked) for one in several)), "")
