"""Guidance that cannot be opened: what is said, what can be done about it, and that no question is lost."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import ProgressBar

from assistant.errors import ConfigError, CorpusError, IndexDamaged, IndexMissing, IndexStale
from assistant.progress import Progress
from assistant.tui.trouble import LoadChoice, TroubleCard
from tests.tui.conftest import Open
from tests.tui.fakes import FakeGuidance, FakeSession

MISSING = IndexMissing("there is no index here; run: careguide index")
STALE = IndexStale("the index is not of the corpus as it is now; run: careguide index")
DAMAGED = IndexDamaged("the index file x is damaged; run: careguide index --again")


async def test_without_an_index_it_offers_to_build_one_and_shows_how_far_that_is(desk: Open) -> None:
    half, finish, session = threading.Event(), threading.Event(), FakeSession()

    def load(progress: Progress) -> FakeSession:
        progress("encoding passages", 30, 60)
        half.set()
        assert finish.wait(10)
        return session

    async with desk(guidance=FakeGuidance(session, [MISSING], load)) as at:
        await at.sees("There is no index of the guidance yet", "b Build the index now", "r Try again", "no index in use")
        assert "l Use the last good index" not in at.text
        assert isinstance(at.app.focused, LoadChoice)
        await at.press("b")
        await at.until(half.is_set)
        await at.sees("Encoding passages", "50%", "You can type your question now")
        assert at.app.screen.query_one(ProgressBar).percentage == 0.5
        await at.ask("hello")
        await at.sees("Your question will be answered then.")
        finish.set()
        await at.sees("You asked: hello", "[1] Example Office")
        assert "Encoding passages" not in at.text
        assert session.asked == ["hello"]


async def test_a_question_asked_without_an_index_is_answered_when_there_is_one(desk: Open) -> None:
    async with desk(guidance=FakeGuidance(faults=[MISSING])) as at:
        await at.sees("There is no index")
        await at.ask("hello")
        await at.sees("You asked: hello", "Your question will be answered when there is an index.")
        await at.press("escape", "b")
        await at.sees("You asked: hello", "[1] Example Office")


@pytest.mark.parametrize(("fault", "title"), [(STALE, "has changed since the index was made"), (DAMAGED, "index is damaged")])
async def test_the_last_good_index_is_offered_and_its_age_stays_in_view(desk: Open, fault: Exception, title: str) -> None:
    guidance = FakeGuidance(faults=[fault], older_of="2026-11-20T09:00:00+00:00")
    async with desk(guidance=guidance, size=(100, 40)) as at:
        await at.sees(title, "Use the last good index for now (made on 20 November 2026, 2 days ago)", "l Older index")
        await at.press("l")
        await at.sees("OLDER INDEX, may be out of date: 2 documents, 2 days ago")
        await at.ask("hello")
        await at.sees("[1] Example Office", "OLDER INDEX, may be out of date")
        assert not at.app.screen.query(TroubleCard)


async def test_enter_and_a_click_choose_too(desk: Open) -> None:
    async with desk(guidance=FakeGuidance(faults=[MISSING])) as at:
        await at.sees("There is no index")
        await at.press("enter")
        await at.sees("2 documents, 2 days ago")
    async with desk(guidance=FakeGuidance(faults=[MISSING])) as at:
        await at.sees("There is no index")
        await at.pilot.click(LoadChoice)
        await at.sees("2 documents, 2 days ago")


async def test_another_fault_is_one_line_and_can_be_tried_again(desk: Open) -> None:
    guidance = FakeGuidance(faults=[ConfigError("the corpus folder is not there; check CAREGUIDE_CORPUS")])
    async with desk(guidance=guidance) as at:
        await at.sees("The guidance could not be opened", "the corpus folder is not there; check CAREGUIDE_CORPUS")
        assert "Build" not in at.footer
        await at.press("r")
        await at.sees("2 documents, 2 days ago")
        await at.ask("again")
        await at.sees("You asked: again", "[1] Example Office")
        assert "Try again" not in at.footer


async def test_a_build_that_fails_says_why_and_nothing_is_lost(desk: Open) -> None:
    def load(progress: Progress) -> FakeSession:
        raise ConfigError("the disk is full; make room")

    async with desk(guidance=FakeGuidance(faults=[MISSING], loader=load), size=(100, 40)) as at:
        await at.sees("There is no index")
        await at.ask("hello")
        await at.press("escape", "b")
        await at.sees("The guidance could not be opened", "the disk is full; make room", "You asked: hello")
        await at.press("r")
        await at.sees("You asked: hello", "[1] Example Office")


async def test_quitting_ends_a_build_that_is_under_way(desk: Open) -> None:
    ended = threading.Event()

    def load(progress: Progress) -> FakeSession:
        try:
            for step in range(100_000):
                progress("encoding passages", step, 100_000)
                threading.Event().wait(0.005)
        finally:
            ended.set()
        return FakeSession()

    async with desk(guidance=FakeGuidance(faults=[MISSING], loader=load)) as at:
        await at.sees("There is no index")
        await at.press("b")
        await at.sees("Encoding passages")
        await at.press("ctrl+q")
        await at.until(ended.is_set)
        assert at.app.return_code == 0


async def test_an_index_that_is_not_the_one_it_should_be_says_so_as_long_as_it_answers(desk: Open) -> None:
    session = FakeSession()
    session.warnings = ("This index is an earlier one.",)
    async with desk(session, size=(100, 40)) as at:
        await at.sees("This index is an earlier one.", "MAY BE OUT OF DATE: 2 documents, 2 days ago")
        await at.ask("hello")
        await at.sees("[1] Example Office", "MAY BE OUT OF DATE")


async def test_without_a_corpus_the_last_good_index_is_offered_and_says_what_is_wrong_with_it(desk: Open) -> None:
    session = FakeSession()
    session.warnings = ("The corpus folder cannot be read.",)
    gone = CorpusError("the corpus folder /gone cannot be read")
    guidance = FakeGuidance(session, [gone], older_of="2026-11-01T08:00:00+00:00")
    async with desk(guidance=guidance, size=(100, 40)) as at:
        await at.sees("the corpus folder /gone cannot be read", "Use the last good index")
        await at.press("l")
        await at.sees("The corpus folder cannot be read.", "OLDER INDEX, may be out of date")
