"""Waiting as a site asks: numbers, dates and nonsense."""

from __future__ import annotations

import datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Response

from assistant.scrape.manners import wait_asked


def response(value: str | None) -> Response:
    headers = {} if value is None else {"Retry-After": value}
    return Response("https://www.example.org/", status=429, headers=headers)


@pytest.mark.parametrize(
    ("value", "seconds"), [("0", 0.0), ("120", 120.0), (" 7 ", 7.0), (None, None), ("soon", None), ("-1", None)]
)
def test_a_number_of_seconds(value: str | None, seconds: float | None):
    assert wait_asked(response(value)) == seconds


def test_a_date_is_waited_for_and_one_that_has_passed_is_not():
    now = datetime.datetime.now(datetime.UTC)
    later = wait_asked(response(format_datetime(now + datetime.timedelta(seconds=90), usegmt=True)))
    assert later is not None
    assert 80 < later <= 90
    assert wait_asked(response(format_datetime(now - datetime.timedelta(days=1), usegmt=True))) == 0.0


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40))
def test_any_header_gives_a_time_or_none(value: str):
    seconds = wait_asked(response(value))
    assert seconds is None or seconds >= 0
