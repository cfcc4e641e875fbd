"""From a ranking to quotes: what is quoted whole, what is dropped, and when nothing is said."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answerer
from assistant.confidence import ANSWERS, LONGEST_COUNTED
from assistant.index.chunk import chunk
from assistant.index.words import terms
from assistant.reasons import ELSEWHERE, IN_DANGER, OUT_OF_SCOPE
from assistant.types import Answer, Document, NoAnswer, Query, Synonym
from tests.answering import STEPS, answerer, count_words, scoped
from tests.fakes import FakeLibrary, FakeSearcher, document


def ask(by: Answerer, question: str) -> Answer:
    reply = by.answer(Query(question))
    assert isinstance(reply, Answer)
    return reply


def test_a_quote_is_whole_blocks_and_the_documents_own_words():
    page = document(STEPS)
    quote = ask(answerer(page), "what do I do about a lost phone").quotes[0]
    assert quote.excerpt.text == page.text[quote.excerpt.start : quote.excerpt.end]
    assert quote.excerpt.text.startswith("If you lose a phone")
    assert quote.excerpt.text.endswith("3. Write down what was on the phone.")
    assert quote.excerpt.content_hash == page.content_hash


def test_a_list_that_was_cut_into_passages_is_quoted_whole():
    items = "\n".join(f"{number}. Step {number} about the phone and its many parts." for number in range(1, 9))
    page = document(f"## Phone\n\nDo this with the phone:\n\n{items}\n")
    by = answerer(page, budget=24)
    assert len(chunk(page, 24, count_words)) > 1
    text = ask(by, "phone steps parts").quotes[0].excerpt.text
    assert text.startswith("Do this with the phone:")
    assert "8. Step 8" in text


def test_citation_names_section_and_links_to_the_words():
    quote = ask(answerer(document(STEPS)), "lost phone").quotes[0]
    assert quote.citation.number == 1
    assert quote.citation.section == "Lost phone"
    assert quote.citation.deep_link.startswith("https://example.org/a-page#lost:~:text=If%20you%20lose%20a%20phone%2C,")


def test_an_anchor_that_the_page_does_not_have_is_not_linked():
    quote = ask(answerer(document("## Lost phone\n\nLock the phone.\n")), "lost phone").quotes[0]
    assert quote.citation.anchor == "lost-phone"
    assert quote.citation.deep_link == "https://example.org/a-page#:~:text=Lock%20the%20phone."


def test_a_starter_note_links_to_the_official_page_of_its_section_without_a_fragment():
    more = (
        "kind: starter note\nbased_on: [https://example.org/x, https://example.org/y]\n"
        "sources:\n  lost: [https://example.org/y]\nfacts:\n  lost: [lost-01]"
    )
    citation = ask(answerer(document(STEPS, more=more)), "lost phone").quotes[0].citation
    assert citation.url == citation.deep_link == "https://example.org/y"
    assert citation.based_on == ("https://example.org/y",)
    assert citation.facts == ("lost-01",)


def test_the_same_words_are_quoted_once():
    one = document(STEPS, "documents/example/one")
    twin = document(STEPS, "documents/example/twin")
    quotes = ask(answerer(one, twin), "lost phone manager locked").quotes
    texts = [quote.excerpt.text for quote in quotes]
    assert len(texts) == len(set(texts))


def test_a_question_of_what_to_do_is_led_by_the_section_that_says_so():
    page = document(
        "## Numbers\n\nA phone was lost by one worker in ten last year.\n\n"
        "## What to do about it\n\nLock the lost phone and ring your manager at once.\n"
    )
    told = [ask(answerer(page, budget=16), question).quotes[0] for question in ("lost phone", "lost phone, what now?")]
    assert [quote.citation.section for quote in told] == ["Numbers", "What to do about it"]


def two_sections(first: str, second: str) -> tuple[Answerer, Document]:
    """Return an answerer over a page of two sections that ranks the second section first."""
    page = document(f"## First phone\n\n{first}\n\n## Second phone\n\n{second}\n")
    order = [passage.id for passage in chunk(page, 14, count_words)][::-1]
    assert len(order) == 2
    return answerer(page, order=order, budget=14), page


def test_quotes_stand_by_worth_even_on_one_page():
    by, _ = two_sections("Lock the phone at once today.", "Replace the phone when the insurer has paid.")
    quotes = ask(by, "phone insurer paid replace").quotes
    assert [quote.citation.section for quote in quotes] == ["Second phone", "First phone"]
    assert [quote.citation.number for quote in quotes] == [1, 2]


def test_steps_of_one_page_stand_in_the_order_of_its_text():
    by, _ = two_sections("1. Lock the phone.\n2. Tell the manager.", "1. Ring the insurer.\n2. Replace the phone.")
    quotes = ask(by, "phone insurer replace ring").quotes
    assert [quote.citation.section for quote in quotes] == ["First phone", "Second phone"]
    assert [quote.citation.number for quote in quotes] == [1, 2]


def test_a_question_without_content_words_finds_nothing():
    reply = answerer(document(STEPS)).answer(Query("what is it?"))
    assert isinstance(reply, NoAnswer)
    assert reply.nearest == ()
    assert reply.outcome == "not_found"


def test_a_foreign_question_is_declined_and_shows_only_headings_that_share_a_word():
    by = answerer(document(STEPS))
    foreign = by.answer(Query("who won the football match in Leeds"))
    near = by.answer(Query("which copy of Hamlet won the football match in Leeds"))
    assert isinstance(foreign, NoAnswer)
    assert isinstance(near, NoAnswer)
    assert foreign.nearest == ()
    assert [citation.section for citation in near.nearest] == ["Backups"]


def test_a_regulator_that_no_quote_names_is_told_however_well_the_rest_fits():
    answer = ask(answerer(document(STEPS)), "do I tell my manager or cqc about a lost phone")
    assert (answer.outcome, answer.uncovered) == ("partial", ("CQC",))
    named = ask(answerer(document("## Lost phones\n\nTell the CQC about a lost phone.\n")), "do I tell cqc about a lost phone")
    assert "CQC" not in named.uncovered


def test_words_that_no_quote_holds_are_told_when_they_are_much_of_the_question():
    answer = ask(answerer(document(STEPS)), "lost phone manager under warranty abroad without insurance cover paid")
    assert answer.outcome == "partial"
    assert "warranty" in answer.uncovered
    assert "phone" not in answer.uncovered


@given(st.lists(st.sampled_from(["phone", "backup", "lock", "manager", "records", "zebra", "?", "the"]), max_size=9))
def test_every_quote_is_verbatim_and_the_same_question_gives_the_same_answer(parts: list[str]):
    page = document(STEPS)
    by = answerer(page)
    reply = by.answer(Query(" ".join(parts)))
    assert reply == by.answer(Query(" ".join(parts)))
    if isinstance(reply, Answer):
        assert 1 <= len(reply.quotes) <= 4
        for quote in reply.quotes:
            assert page.text[quote.excerpt.start : quote.excerpt.end] == quote.excerpt.text


def test_a_question_of_words_without_weight_is_declined():
    page = document(STEPS)
    passages = chunk(page, 60, count_words)
    by = Answerer(FakeSearcher([(passages[0].id, 1.0)]), FakeLibrary([page], passages), lambda term: 0.0)
    assert by.answer(Query("lost phone")).outcome == "not_found"


CAKE = (
    "Last Sunday grandma baked her famous lemon drizzle cake, whisking butter, caster sugar, vanilla, eggs, flour and "
    "zest together inside a big yellow bowl, then poured batter carefully into two greased tins, heated the oven, "
    "answered the phone, forgot the timer, burnt the crust, cried, laughed, and served custard anyway."
)


def test_a_long_story_that_shares_a_word_or_two_is_declined():
    for question in (CAKE, CAKE.replace("timer", "backup of the timer")):
        wanted = set(terms(question))
        assert len(wanted) > 30
        assert 1 <= len(wanted & set(terms(STEPS))) <= 2
        reply = answerer(document(STEPS)).answer(Query(question))
        assert isinstance(reply, NoAnswer)
        assert [citation.section for citation in reply.nearest][:1] == ["Lost phone"]


@given(st.integers(0, 60))
def test_words_beyond_the_longest_counted_never_make_an_answer(more: int):
    by, longest = answerer(document(STEPS)), "phone " + " ".join(f"cake{number}" for number in range(1, LONGEST_COUNTED))
    assert len(set(terms(longest))) == LONGEST_COUNTED
    story = longest + "".join(f" icing{number}" for number in range(more))
    surely = [by.evidence(Query(question)).confidence() for question in (story, longest)]
    assert surely[0] <= surely[1] < ANSWERS


def test_a_question_of_one_word_that_the_page_holds_is_answered():
    for question in ("backups", "Phone?", "locked"):
        assert ask(answerer(document(STEPS)), question).uncovered == ()
    assert isinstance(answerer(document(STEPS)).answer(Query("cake")), NoAnswer)


def test_a_page_of_which_only_headings_are_kept_is_pointed_to_and_never_quoted_empty():
    page = document("## Lost phones and tablets {#lost}\n\n## Backups of records {#backups}\n")
    reply = answerer(page).answer(Query("lost phones and tablets"))
    assert isinstance(reply, NoAnswer)
    assert reply.reason == ELSEWHERE
    assert reply.nearest[0].section == "Lost phones and tablets"


def test_a_question_of_two_parts_has_a_quote_for_each():
    page = document(
        "## Telling the manager {#tell}\n\nTell the manager who is on call about a lost phone.\n\n"
        "## The clock {#clock}\n\nA lost phone is told of within 24 hours.\n"
    )
    answer = ask(answerer(page, budget=14), "who do I tell about a lost phone and how quickly?")
    assert [quote.citation.anchor for quote in answer.quotes] == ["tell", "clock"]
    assert answer.uncovered == ()


def test_a_part_that_no_quote_answers_is_told():
    page = document("## Telling the manager {#tell}\n\nTell the manager who is on call about a lost phone.\n")
    answer = ask(answerer(page), "who do I tell about a lost phone and how quickly do I tell them?")
    assert (answer.outcome, answer.uncovered) == ("partial", ("how quickly do I tell them",))


def test_a_time_is_answered_by_the_section_that_holds_one():
    page = document(
        "## Backups kept safe\n\nBackups are kept safe by one.\n\n## Backups kept long\n\nBackups are kept for 30 days.\n"
    )
    first = ask(answerer(page, budget=12), "how long are backups kept").quotes[0]
    assert first.citation.section == "Backups kept long"


def test_a_warning_is_quoted_with_what_it_warns_about():
    filler = "Lock the phone with a long code. " * 20
    page = document(
        f"## Phone\n\n{filler}\n\n> Warning: this erases the phone.\n\nReset the phone in the settings menu.\n{filler}\n"
    )
    text = ask(answerer(page, budget=400), "reset phone settings").quotes[0].excerpt.text
    assert "> Warning: this erases the phone." in text
    assert "Reset the phone in the settings menu." in text


def test_another_name_of_a_word_covers_it():
    by = answerer(document("## Second check {#check}\n\nTurn on the second check for every account at work.\n"))
    question = "turn on mfa work"
    assert ask(by, question).outcome == "answered"
    bare = by.answer(Query("mfa abroad mfa"))
    named = by.answer(Query("mfa abroad mfa", synonyms=(Synonym("mfa", "second check"),)))
    assert isinstance(bare, NoAnswer)
    assert isinstance(named, NoAnswer | Answer)
    assert named.confidence > bare.confidence


def test_a_question_of_the_field_is_answered_and_one_outside_is_declined_with_why():
    assert isinstance(scoped(1.0, "care").answer(Query("lost phone")), Answer)
    for why, sentence in OUT_OF_SCOPE.items():
        reply = scoped(0.0, why).answer(Query("lost phone"))
        assert isinstance(reply, NoAnswer)
        assert (reply.outcome, reply.reason) == ("out_of_scope", sentence)
        assert reply.confidence < ANSWERS
    gap = scoped(0.0, "gap").answer(Query("lost phone"))
    assert gap.outcome == "not_found"


def test_a_question_that_is_declined_names_whom_to_ask():
    assert scoped(0.0, "gap").answer(Query("lost phone")).contacts == ("office",)  # type: ignore[union-attr]
    assert scoped(0.0, "care").answer(Query("lost phone")).contacts == ("other",)  # type: ignore[union-attr]


def test_the_shape_of_a_question_tells_why_it_is_declined():
    reply = scoped(0.3, "care").answer(Query("can you log in and reset the phone for me"))
    assert isinstance(reply, NoAnswer)
    assert reply.reason == OUT_OF_SCOPE["own"]


def test_quotes_say_how_strongly_they_bind():
    told = {"You must lock the phone.": "must", "Lock the phone.": "should", "A phone is small.": "information"}
    for said, strength in told.items():
        (quote,) = ask(answerer(document(f"## Phone {{#one}}\n\n{said}\n")), "phone").quotes
        assert quote.strength == strength


def test_sources_that_give_other_times_are_told():
    pages = []
    for hours, name, more in ((24, "One", " to them"), (72, "Two", " from now on, whoever you are")):
        page = document(f"## Phones {{#p}}\n\nReport a lost phone within {hours} hours{more}.\n", f"documents/{name}/page")
        pages.append(dataclasses.replace(page, publisher=name))
    by = answerer(*pages)
    assert ask(by, "how long to report a lost phone").differing == (1, 2)
    assert ask(by, "report a lost phone").differing == ()
    assert ask(answerer(pages[0]), "how long to report a lost phone").differing == ()


def test_a_life_in_danger_is_sent_to_999_and_to_nobody_else():
    for votes in (0.0, 0.3):
        reply = scoped(votes, "gap").answer(Query("resident is choking and going blue"))
        assert isinstance(reply, NoAnswer)
        assert (reply.outcome, reply.reason, reply.nearest) == ("out_of_scope", IN_DANGER, ())
        assert reply.contacts == ("other",), "the first of all contacts, which is 999"
