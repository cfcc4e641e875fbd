"""A conversation of every kind of turn, and one whose every text is hostile."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from assistant.cite import citation
from assistant.conversation import Turn
from assistant.export.write import Export
from assistant.filters import Filters
from assistant.reference import Contact, Reference, Step, UrgentCard, Way
from assistant.types import (
    STARTER_KIND,
    STARTER_PUBLISHER,
    Answer,
    Citation,
    Correction,
    Document,
    Excerpt,
    NoAnswer,
    Query,
    Quote,
)
from tests.fakes import document

AT = datetime.datetime(2026, 11, 24, 14, 5, 9, tzinfo=datetime.UTC)
PAGE = replace(
    document(
        "## Lost phones {#lost}\n\nTell your manager at once:\n\n"
        "- Say when you last saw it.\n  1. And where.\n\n- Ask for it to be locked.",
        "documents/example/phones",
        "published: 2024-01-02\nupdated: 2026-03-03\nretrieved: 2026-11-01\nnotice: This page is being looked at again.",
    ),
    url="https://www.gov.uk/guidance/phones",
    publisher="GOV.UK",
)
NOTE = replace(
    document("## Passwords {#passwords}\n\nUse three random words.", "starter/passwords", "reviewed: 2026-11-22"),
    publisher=STARTER_PUBLISHER,
    kind=STARTER_KIND,
    based_on=("https://example.org/official-1?a=1&copy;=2", "https://example.org/official-2"),
)
REPORT = Contact(
    "fraud",
    "Report Fraud",
    "Money has gone.",
    (Way("web", "https://example.org/fraud", "At any time."),),
    ("UK",),
    (),
    "2026-01-01",
    (),
    (),
)
BANK = Contact("bank", "Your bank", "Money has gone.", (Way("phone", "159"),), ("UK",), (), "2026-01-01", (), ())
CARD = UrgentCard(
    id="clicked-link",
    title="You clicked a link",
    aliases=(),
    steps=(Step("Stop.", ()), Step("Tell someone.", ())),
    contacts=("fraud", "bank"),
    read_on="starter/x",
    reviewed="2026-01-03",
    applies_to=("UK",),
    sources=("https://example.org/card",),
)
REFERENCE = Reference(contacts=(REPORT, BANK), cards=(CARD,))


@dataclass(frozen=True)
class FakeIndex:
    """An index of 81 documents."""

    id: str = "0123456789abcdef"
    corpus: str = "fedcba9876543210" * 4
    created: str = "2026-11-20T09:00:00+00:00"
    documents: int = 81
    encoder_name: str = "fake"
    encoder: str = "0" * 64


def cited(page: Document, words: str, number: int) -> Citation:
    return citation(page, page.section_at(page.text.index(words)), number, words)


def quote(page: Document, first: str, number: int, strength: str = "must") -> Quote:
    """Return the quote from these words to the end of the page."""
    start = page.text.index(first)
    return Quote(page.excerpt(start, len(page.text)), cited(page, first, number), strength)


ASKED = Query(
    "lost phone where",
    asked="wher do i report it",
    topic="lost phone",
    corrections=(Correction("wher", "where", "spelling"),),
    urgent="clicked-link",
    personal=("an NHS number",),
)
QUOTES = (quote(PAGE, "Tell your", 1), quote(NOTE, "Use three", 2, "should"))
ANSWERED = Turn(ASKED, Answer(ASKED, QUOTES, uncovered=("insurance",), differing=(1, 2)))
DECLINED_QUERY = Query("how do I keep hens, " + "and so on " * 20, filters=Filters(publisher=("NCSC", "ICO")))
DECLINED = Turn(
    DECLINED_QUERY,
    NoAnswer(DECLINED_QUERY, "This is about hens.", (cited(PAGE, "Tell your", 1),), "out_of_scope", ("bank",)),
)
WARNING = "This guidance pack expired on 1 March 2020 and may be out of date."
EXPORT = Export((ANSWERED, DECLINED), REFERENCE, FakeIndex(), AT, (WARNING,))

SAID = (
    *("Question 1: wher do i report it", "I read: wher as where", "Searched for: lost phone where", "an NHS number"),
    *("If this is happening now, do this first:", "You clicked a link", "Stop.", "Tell someone."),
    *("Report Fraud (UK): Money has gone.", "Go to https://example.org/fraud (At any time.)", "Call 159"),
    *("reviewed 3 January 2026", "Based on: https://example.org/card", "2 excerpts, word for word."),
    *("I found nothing about: insurance.", "[1] and [2] do not give the same figures"),
    *('Excerpt 1, from "Lost phones" (says what must be done) [1]', "[1] GOV.UK: A page", "Section: Lost phones"),
    "Dates: published 2 January 2024, updated 3 March 2026, fetched 1 November 2026",
    *("Note: This page is being looked at again.", "Link: https://www.gov.uk/guidance/phones#lost"),
    *('Excerpt 2, from "Passwords" (says what should be done) [2]', "[2] Careguide starter notes: A page"),
    *("Dates: this note was reviewed 22 November 2026", "own wording of guidance, not official text."),
    *("Based on: https://example.org/official-1?a=1&copy;=2", "Based on: https://example.org/official-2"),
    *("Question 2: how do I keep hens", DECLINED_QUERY.text.strip(), "Not something I can answer. This is about hens."),
    *(f"Warning: {WARNING}", "Only these pages were looked at: publisher NCSC or ICO."),
    *("Ask your manager", "Who you can ask:", "Your bank (UK): Money has gone."),
    *("The nearest headings, which may not answer your question:", "Lost phones (GOV.UK: A page)"),
    *("24 November 2026 at 14:05 (UTC+00:00)", "0123456789abcdef", "fedcba987654", "fedcba9876543210" * 4),
    *("20 November 2026", "81 documents", "GOV.UK: Contains public sector information licensed under the Open Government"),
)
"""What every format says of that conversation, besides the quotes."""
LINKS = {
    QUOTES[0].citation.deep_link,
    *NOTE.based_on,
    *CARD.sources,
    "https://example.org/fraud",
    cited(PAGE, "Tell your", 1).deep_link,
    "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
"""Where the links of that conversation lead."""

HOSTILE = (
    "\x1b[31mred\x1b]52;c;ZXZpbA==\x07\u202e\ufffe <script>alert(1)</script> <img src=x onerror=alert(1)> </blockquote></main> "
    "[x](javascript:alert(1)) ![i](http://evil.example/i.png) <http://evil.example> http://evil.example www.evil.example "
    "a@evil.example &lt;b&gt; **bold** ~~~ ``` # \\"
)


def hostile_quote(text: str) -> Quote:
    """Return a quote of the text, as it comes, with a citation as hostile as can be."""
    bad = replace(
        QUOTES[0].citation,
        **dict.fromkeys(("title", "section", "publisher", "notice"), HOSTILE),
        url="javascript:alert(1)",
        deep_link='https://e.example/"><script>alert(1)</script>',
    )
    return Quote(Excerpt("documents/x", "", 0, len(text), text), bad)


def quoting(text: str) -> Export:
    """Return an export of one turn that quotes this text, in the midst of hostile ones."""
    query = Query(HOSTILE, corrections=(Correction(HOSTILE, HOSTILE, "spelling"),), urgent="bad", topic=HOSTILE)
    ways = tuple(
        Way("web", url, HOSTILE) for url in ("javascript:alert(1)", "http://evil.example/", "https://me@evil.example/")
    )
    contact = replace(BANK, name=HOSTILE, when=HOSTILE, ways=ways)
    card = replace(
        CARD, id="bad", title=HOSTILE, steps=(Step(HOSTILE, ()),), contacts=("bank",), sources=("file:///etc/passwd",)
    )
    first = Turn(query, Answer(query, (hostile_quote(text),), uncovered=(HOSTILE,)))
    near = replace(hostile_quote("x").citation, deep_link="data:text/html,x")
    second = Turn(query, NoAnswer(query, HOSTILE, (near,), contacts=("bank",)))
    return Export((first, second), Reference(contacts=(contact,), cards=(card,)), FakeIndex(), AT)
