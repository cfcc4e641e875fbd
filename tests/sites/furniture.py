"""What stands on every page of a site beside its text, and must never be taken for text."""

from __future__ import annotations

COOKIES = "We would like to set extra cookies on this site"
NAVIGATION = "Skip past the menu to the page itself"
SHARE = "Pass this page on to a colleague"
FEEDBACK = "Did you find what you were looking for here?"
RELATED = "Others who came here went on to read"
FOOTER = "Crown wording of the imitation footer"

WORDS = (COOKIES, NAVIGATION, SHARE, FEEDBACK, RELATED, FOOTER)
"""None of these belongs in a document."""
