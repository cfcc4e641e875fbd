"""Reading: the source pane, and the keys that act on citations."""

from __future__ import annotations

import pytest
from textual.widget import Widget
from textual.widgets import OptionList, Static

from assistant.conversation import Turn
from assistant.errors import ConfigError
from assistant.render import citation_line
from assistant.tui.cards import CitedCard, QuoteCard, Suggestions
from assistant.tui.help_screen import HelpScreen
from assistant.tui.page import PageView
from assistant.types import Answer, Query
from tests.fakes import document
from tests.tui.conftest import Desk, Open
from tests.tui.fakes import NOTE, PAGE, QUOTED, FakeOutside, FakeSession, quote, squeezed

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])


async def answered_desk(at: Desk, question: str = "Where is my phone?") -> None:
    await at.ask(question)
    await at.sees("[1] ")
    await at.press("escape")


def page_of(at: Desk) -> PageView:
    return at.app.screen.query_one(PageView)


def marked(at: Desk) -> str:
    return page_of(at).quoted


@SIZES
async def test_a_number_opens_the_page_at_the_marked_words(desk: Open, size: tuple[int, int]) -> None:
    async with desk(size=size) as at:
        await answered_desk(at)
        await at.press("1")
        page = at.app.screen.query_one("#page", Widget)
        await at.until(lambda: at.app.screen.query_one("#source").display and page.scroll_offset.y > 0)
        assert marked(at) == QUOTED
        await at.sees("[1] Example Office", "Lost phones", "Ask for it to be locked.")
        conversation = at.app.screen.query_one("#conversation")
        assert conversation.display is (size[0] >= 110)


async def test_the_page_tells_all_that_is_known_of_it_above_its_text(desk: Open) -> None:
    async with desk() as at:
        await answered_desk(at)
        await at.press("2")
        await at.sees("Careguide starter note: our own wording, not official text", "https://example.org/official-5")
        await at.press("1")
        await at.until(lambda: marked(at) != "Use three random words.")
        at.app.screen.query_one("#page", Widget).scroll_home(animate=False)
        await at.sees(
            "Cited: A page > Lost phones", "Updated 3 March 2026", "Notice on this page", "https://example.org/a-page"
        )


async def test_escape_closes_the_page_and_goes_back_to_the_citation(desk: Open) -> None:
    async with desk() as at:
        await answered_desk(at)
        await at.press("2")
        await at.until(lambda: bool(marked(at)))
        assert "Close" in at.footer
        await at.press("escape")
        assert not at.app.screen.query_one("#source").display
        assert isinstance(at.app.focused, CitedCard)
        assert at.app.focused.cited.citation.number == 2
        assert "Close" not in at.footer


async def test_asking_again_closes_the_page(desk: Open) -> None:
    async with desk() as at:
        await answered_desk(at)
        await at.press("1")
        await at.until(lambda: bool(marked(at)))
        await at.ask("And now?")
        await at.sees("You asked: And now?", "[1] Example Office")
        assert not at.app.screen.query_one("#source").display


async def test_a_page_that_cannot_be_read_says_why(desk: Open) -> None:
    lost = quote(PAGE, QUOTED, 1)
    gone = Answer(Query("q"), (quote(NOTE, "Use three random words.", 2),))
    object.__setattr__(lost.citation, "document_id", "documents/example/gone")
    session = FakeSession({"q": Turn(Query("q"), Answer(Query("q"), (lost, *gone.quotes)))})
    async with desk(session) as at:
        await answered_desk(at, "q")
        await at.press("1")
        await at.sees("This page cannot be shown: there is no document 'documents/example/gone'")


async def test_a_number_is_text_once_something_is_typed_and_beyond_the_citations_does_nothing(desk: Open) -> None:
    async with desk() as at:
        await answered_desk(at)
        await at.press("slash")
        assert at.app.focused is at.box
        await at.press("9", "1", "c", "o", "slash", "question_mark")
        assert at.box.value == "91co/?"
        assert not at.app.screen.query_one("#source").display


async def test_copy_takes_the_citation_in_focus_and_says_which(desk: Open) -> None:
    outside = FakeOutside()
    async with desk(outside=outside) as at:
        await answered_desk(at)
        await at.press("c")
        await at.sees("Copied citation [1]", "A page > Lost phones", "By the native clipboard.")
        first, second = at.app.screen.query(QuoteCard)
        await at.press("tab", "c")
        await at.sees("Copied citation [2]")
        assert outside.copied == [citation_line(card.cited.citation) for card in (first, second)]


async def test_the_quote_is_copied_with_its_citation(desk: Open) -> None:
    outside = FakeOutside("terminal")
    async with desk(outside=outside) as at:
        await answered_desk(at)
        await at.press("y")
        await at.sees("Copied quote [1] with its citation", "By the terminal clipboard.")
        citation = at.app.screen.query(QuoteCard).first().cited.citation
        assert outside.copied == [f"{QUOTED}\n\n{citation_line(citation)}"]
        assert at.app.clipboard == outside.copied[0], "what is to be sent to the terminal is sent"


async def test_a_copy_that_fails_says_why(desk: Open) -> None:
    async with desk(outside=FakeOutside(fault=ConfigError("the disk is full; make room"))) as at:
        await answered_desk(at)
        await at.press("c")
        await at.sees("Not copied", "the disk is full; make room")


async def test_open_goes_to_the_quoted_words_and_shows_the_address(desk: Open) -> None:
    async with desk(size=(120, 40)) as at:
        await answered_desk(at)
        await at.press("o")
        link = at.app.screen.query(QuoteCard).first().cited.citation.deep_link
        assert at.app.opened == (link,)
        assert link.startswith("https://example.org/a-page#lost:~:text=")
        await at.until(lambda: squeezed(link)[:40] in at.text)
        assert "Web page of [1]" in at.text


async def test_keys_without_an_answer_do_nothing_and_are_not_offered(desk: Open) -> None:
    async with desk() as at:
        assert "Copy" not in at.footer
        await at.press("escape", "1", "c", "o")
        assert at.app.opened == ()
        assert at.app.clipboard == ""
        assert "Copy" not in at.footer


async def test_the_footer_shows_the_keys_of_the_moment(desk: Open) -> None:
    async with desk() as at:
        await at.sees("esc Keys", "f1 Help")
        await answered_desk(at)
        assert all(word in at.footer for word in ("1-9 Open", "c Copy", "y Quote", "o Web", "/ Ask", "? Help"))
        assert "esc Keys" not in at.footer
        await at.press("2")
        await at.until(lambda: all(word in at.footer for word in ("n Next", "p Prev", "esc Close", "/ ", "? Help")))


@pytest.mark.parametrize("key", ["f1", "question_mark"])
async def test_help_opens_and_escape_closes_it(desk: Open, key: str) -> None:
    async with desk(size=(100, 60)) as at:
        if key == "question_mark":
            await at.press("escape")
        await at.press(key)
        await at.sees("copy the quote with its citation", "careguide ask", "Careguide does not write", "press Escape first")
        assert isinstance(at.app.screen, HelpScreen)
        await at.press("escape")
        assert not isinstance(at.app.screen, HelpScreen)


async def test_an_answer_that_comes_while_the_help_is_open_is_there_afterwards(desk: Open) -> None:
    async with desk() as at:
        await at.ask("Where is my phone?")
        await at.press("f1")
        await at.press("escape")
        await at.sees("[1] Example Office")


async def test_arrows_scroll_the_answer_from_within_the_box(desk: Open) -> None:
    async with desk() as at:
        await at.ask("Where is my phone?")
        await at.sees("[1] Example Office")
        conversation = at.app.screen.query_one("#conversation", Widget)
        before = conversation.scroll_offset.y
        await at.press("down", "down")
        await at.until(lambda: conversation.scroll_offset.y == before + 2)
        await at.press("pageup", "pageup", "pageup")
        await at.until(lambda: conversation.scroll_offset.y == 0)
        assert at.app.focused is at.box


async def test_a_click_on_the_source_line_opens_it_and_one_on_the_words_does_not(desk: Open) -> None:
    async with desk(size=(120, 60)) as at:
        await at.ask("Where is my phone?")
        await at.sees("[1] Example Office")
        await at.pilot.click(QuoteCard, offset=(4, 4))
        assert not at.app.screen.query_one("#source").display
        await at.pilot.click(QuoteCard, offset=(4, 1))
        await at.until(lambda: marked(at) == QUOTED)


async def test_control_q_quits(desk: Open) -> None:
    async with desk() as at:
        await at.press("ctrl+q")
        await at.until(lambda: at.app.return_code == 0)


async def test_words_are_found_in_the_page_and_the_way_goes_round(desk: Open) -> None:
    async with desk(size=(120, 40)) as at:
        await answered_desk(at)
        await at.press("1")
        await at.sees("/ Find")
        await at.press("slash", *"number 1")
        await at.sees("4 of 6")  # 1, 10 and 11 in both lists; the first three stand above what was in view
        page = page_of(at)
        first = page.matches[page.current]
        await at.press("up")
        await at.until(lambda: page.current == 2)
        await at.press("enter", "enter", "enter", "enter")
        await at.until(lambda: page.current == 0)
        await at.press("enter", "enter", "enter")
        await at.until(lambda: page.matches[page.current] == first)
        assert PAGE.text[slice(*first)] == "number 1"
        await at.press(*"xx")
        await at.sees("not on this page")
        await at.press("escape", "escape")
        assert not at.app.screen.query_one("#find-bar").display
        assert page.matches == ()
        assert at.app.screen.query_one("#source").display, "the first Escape leaves the finding, not the page"
        await at.press("escape")
        assert not at.app.screen.query_one("#source").display


async def test_the_outline_shows_where_the_quote_is_and_leads_elsewhere(desk: Open) -> None:
    async with desk(size=(120, 40)) as at:
        await answered_desk(at)
        await at.press("1")
        await at.sees("Other things", "Still more")
        outline = at.app.screen.query_one("#outline", OptionList)
        assert outline.highlighted == 1
        outline.focus()
        await at.press("down", "enter")
        page = page_of(at)
        await at.until(lambda: at.app.focused is page)
        assert page.scroll_offset.y > 30
        await at.sees("Earlier advice number 5")


async def test_next_and_previous_citation_go_round(desk: Open) -> None:
    async with desk(size=(120, 40)) as at:
        await answered_desk(at)
        await at.press("1")
        await at.until(lambda: marked(at) == QUOTED)
        await at.press("n")
        await at.until(lambda: marked(at) == "Use three random words.")
        await at.press("n")
        await at.until(lambda: marked(at) == QUOTED)
        await at.press("p")
        await at.until(lambda: marked(at) == "Use three random words.")
        outside = at.app.screen.query_one("#source-mark", Static)
        assert "starter note" in str(outside.content)


async def test_the_same_words_stay_in_view_when_the_window_changes(desk: Open) -> None:
    async with desk(size=(120, 40)) as at:
        await answered_desk(at)
        await at.press("1")
        await at.until(lambda: marked(at) == QUOTED)
        for size in ((80, 24), (60, 20), (200, 60)):
            await at.pilot.resize_terminal(*size)
            await at.sees("Lost phones", "Tell your manager at once:")


async def test_jargon_is_explained_under_the_pointer_and_with_the_focus(desk: Open) -> None:
    async with desk(size=(120, 50)) as at:
        await answered_desk(at)
        meaning = "three random words: A way to make a strong password."
        assert meaning not in at.text
        await at.press("tab")
        await at.sees(meaning)
        other = at.app.screen.query(QuoteCard)[1]
        await at.pilot.hover(other, offset=(3, 4))
        assert other.tooltip is None
        await at.pilot.hover(other, offset=(8, 4))
        await at.until(lambda: str(other.tooltip) == meaning)


async def test_follow_ups_are_asked_by_themselves_and_make_way_for_the_next_answer(desk: Open) -> None:
    session = FakeSession(next_questions=("What if it is stolen?",))
    async with desk(session, size=(120, 50)) as at:
        await at.ask("Where is my phone?")
        await at.sees("You could also ask: What if it is stolen?")
        await at.pilot.click(at.app.screen.query("Suggestions Suggestion").first())
        await at.sees("You asked: What if it is stolen?")
        await at.until(lambda: len(at.app.screen.query(Suggestions)) == 1)
        assert session.asked == ["Where is my phone?", "What if it is stolen?"]
        assert session.alone == ["What if it is stolen?"]


async def test_a_page_of_50_kb_opens_as_one_widget(desk: Open) -> None:
    long = document("\n\n".join(f"## Part {one} {{#part-{one}}}\n\n{'Long words of guidance. ' * 40}" for one in range(55)))
    assert len(long.text) > 50_000
    session = FakeSession({"q": Turn(Query("q"), Answer(Query("q"), (quote(long, "## Part 50 {#part-50}\n\nLong words", 1),)))})
    session.add(long)
    async with desk(session, size=(120, 40)) as at:
        await answered_desk(at, "q")
        await at.press("1")
        await at.until(lambda: marked(at).startswith("## Part 50"))
        await at.sees("Part 50", "Long words of guidance.")
        assert len(at.app.screen.query("#source *")) < 20, "not a widget for each block"
