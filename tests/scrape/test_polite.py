"""Which addresses may be asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import FetchError
from assistant.scrape.polite import LONGEST_ADDRESS, Bounds, is_private, joined

BOUNDS = Bounds(("www.example.org", "staging.example.org"), ("staging.example.org",))


@pytest.mark.parametrize("url", ["https://www.example.org/a", "https://WWW.example.org/a?b=c", "https://www.example.org"])
def test_a_page_of_the_source_may_be_asked_for(url: str):
    assert BOUNDS.check(f"{url}#part") == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://www.example.org/a", "https"),
        ("file:///etc/passwd", "https"),
        ("https://elsewhere.example.org/", "none of those of its source"),
        ("https://staging.example.org/", "denied"),
        ("https://me@www.example.org/", "names a user"),
        ("https://127.0.0.1/", "private"),
        ("https://[::1]/", "private"),
        ("https://10.1.2.3/", "private"),
        ("https://169.254.169.254/latest", "private"),
        ("https://localhost/", "private"),
        ("https://printer.local/", "private"),
        ("https://2130706433/", "private"),
        ("https://0177.0.0.1/", "private"),
        ("https://www.example.org/\u202ea", "cannot be seen"),
        ("https://www.example.org/" + "a" * LONGEST_ADDRESS, "too long"),
        ("https://", "none of those"),
    ],
)
def test_every_other_address_is_refused_and_says_why(url: str, why: str):
    with pytest.raises(FetchError, match="is not fetched") as fault:
        BOUNDS.check(url)
    assert why in str(fault.value)
    assert len(str(fault.value)) < 400


@given(st.text(max_size=60))
def test_whatever_is_let_through_is_https_on_a_host_of_the_source(text: str):
    for url in (text, f"https://{text}", f"https://www.example.org/{text}"):
        try:
            bare = BOUNDS.check(url)
        except (FetchError, ValueError):
            continue
        assert bare.lower().startswith(("https://www.example.org", "https://www.example.org:"))


def test_public_names_and_addresses_are_not_private():
    assert not is_private("www.gov.uk")
    assert not is_private("8.8.8.8")
    assert is_private("192.168.0.1")


@pytest.mark.parametrize(
    ("link", "url"),
    [("/b#c", "https://a.org/b"), ("?x=1", "https://a.org/d/e?x=1"), ("https://b.org", "https://b.org"), ("https://[", "")],
)
def test_links_are_joined_and_broken_ones_are_empty(link: str, url: str):
    assert joined("https://a.org/d/e", link) == url
