"""How the publishers of guidance are to be named beside excerpts of it: the section "Licence" of the README, as a table."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.render import OWN_WORDING, day
from assistant.types import STARTER_KIND, Citation

OPEN_LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
_CROWN = "Contains public sector information licensed under the Open Government Licence v3.0."
_NHS = "Contains information from NHS England, licenced under the current version of the Open Government Licence."
_BY_HOST = {
    "www.ncsc.gov.uk": _CROWN,
    "report.ncsc.gov.uk": _CROWN,
    "www.gov.uk": _CROWN,
    "gov.uk": _CROWN,
    "assets.publishing.service.gov.uk": _CROWN,
    "ico.org.uk": "Information Commission's Office, {page}, licensed under the Open Government Licence.",
    "digital.nhs.uk": _NHS,
}
"""By host rather than publisher: a publisher may have one site under an open licence and another that is not."""
_UNKNOWN = "short excerpts, which stay under their publisher's own terms; read the page itself."


def attributions(citations: Iterable[Citation]) -> list[str]:
    """Return a line for each publisher quoted, in order of first quote; for the ICO, which asks for it, one for each page."""
    return list(dict.fromkeys(f"{one.publisher}: {_words(one)}" for one in citations))


def _words(citation: Citation) -> str:
    if citation.kind == STARTER_KIND:
        return f"{OWN_WORDING}; under the MIT licence."
    host = citation.url.removeprefix("https://").partition("/")[0].lower()
    # Not str.format: the title of a page may hold braces.
    return _BY_HOST.get(host, _UNKNOWN).replace("{page}", _page(citation))


def _page(citation: Citation) -> str:
    date = day(citation.published or citation.updated)
    return f"{citation.title}, {date}" if date else citation.title
