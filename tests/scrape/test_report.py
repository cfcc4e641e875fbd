"""The report of a refresh: every decision in both forms, in a shape that is promised, and unharmed by what pages say."""

from __future__ import annotations

import dataclasses
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from assistant.scrape.decide import (
    Added,
    Changed,
    Decision,
    Failed,
    Gone,
    Missing,
    Moved,
    Quarantined,
    Unchanged,
    Withdrawn,
)
from assistant.scrape.report import OUTCOMES, RefreshReport, SourceReport, StaleSource, outcome_of, summary_table, to_json
from assistant.scrape.report_markdown import to_markdown
from assistant.types import Document
from tests import strategies
from tests.fakes import document
from tests.schema import DifferenceJson, Exact, RefreshDecisionJson, RefreshJson, RefreshSourceJson, StaleSourceJson

DOCS = Path(__file__).resolve().parents[2] / "docs" / "JSON.md"
DIFF = "@@ -1,1 +1,1 @@\n-Copy it once a month.\n+Copy it once a week."
WHY = "the site answered 503; try again later"
HOSTILE = [
    "# Big heading",
    "1. one",
    "- item",
    "```\n# out of the fence",
    "`````` and ` and ``",
    "| a | b |",
    "[a link](https://evil.example) ![x](https://evil.example/x.png)",
    "<script>alert(1)</script> <b> &lt; &#x3c;",
    "https://evil.example www.evil.example someone@evil.example @someone #12 :smile: $x$",
    "**bold** __bold__ *em* _em_ ~~gone~~ \\",
    "a\n\n---\n\n> quote\n    code",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \u202eback\u202c \x00",
    "[x]: https://evil.example",
    "[red]rich[/red] [/]",
]


def page(title: str = "Backups", name: str = "a", **fields: object) -> Document:
    made = document("## Copies {#copies}\n\nCopy it once a week.", document_id=f"documents/example/{name}")
    return dataclasses.replace(made, title=title, url=f"https://example.org/{name}", **fields)  # type: ignore[arg-type]


def decisions(title: str = "Backups", diff: str = DIFF, why: str = WHY) -> tuple[Decision, ...]:
    return (
        Added(page(title, "added")),
        Changed(page("Before", "changed"), page(title, "changed", updated="2026-03-03"), diff, only_dates=False),
        Changed(page(title, "dates"), page(title, "dates", updated="2026-03-03"), "", only_dates=True),
        Unchanged(page(title, "same")),
        Moved(page(title, "before"), page(title, "after", aliases=("https://example.org/before",)), diff),
        Withdrawn(page(title, "left"), page(title, "left", status="withdrawn", notice=title)),
        Withdrawn(None, page(title, "left-before", status="withdrawn")),
        Missing(page(title, "missing"), 1),
        Gone(page(title, "gone")),
        Quarantined(page(title, "held"), page("After", "held"), why, diff),
        Failed("https://example.org/failed", why),
        Failed("https://example.org/failed-later", why, page(title, "failed-later")),
    )


def report(title: str = "Backups", diff: str = DIFF, why: str = WHY) -> RefreshReport:
    return RefreshReport(
        started="2026-05-05T10:00:00+00:00",
        finished="2026-05-05T10:12:00+00:00",
        sources=(
            SourceReport(
                "example", "Example Office", 12, 5, 4, 3, ("https://example.org/private",), decisions(title, diff, why)
            ),
            SourceReport("other", "Other Office", 9, fault=why),
        ),
        stepping_aside=("starter/backups",),
        stale=(StaleSource("other", "2026-01-01"), StaleSource("third", None)),
        strangers=("documents/elsewhere/page",),
        generation="0123456789abcdef",
        hosts=frozenset({"example.org"}),
    )


def test_the_json_is_as_promised():
    told = to_json(report())
    RefreshJson.model_validate(told)
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("shape", [RefreshJson, RefreshSourceJson, RefreshDecisionJson, DifferenceJson, StaleSourceJson])
def test_every_field_of_the_json_is_documented(shape: type[Exact]):
    section = DOCS.read_text(encoding="utf-8").partition("## The report of a refresh")[2]
    assert set(shape.model_fields) <= set(re.findall(r"`(\w+)`", section))


def test_every_decision_is_in_both_forms():
    assert {outcome_of(one) for one in decisions()} == set(OUTCOMES) == {one.__name__.lower() for one in Decision.__args__}
    markdown, rows = to_markdown(report()), to_json(report())["decisions"]
    assert len(rows) == len(decisions())
    for decision, row in zip(decisions(), rows, strict=True):
        assert row["outcome"] == outcome_of(decision)
        assert row["source"] == "example"
        assert f"<{row['url']}>" in markdown
        if row["document_id"]:
            assert f"`{row['document_id']}`" in markdown
    counted = {name: sum(row["outcome"] == name for row in rows) for name in OUTCOMES}
    for name, heading in OUTCOMES.items():
        assert f"\n## {heading} ({counted[name]})\n" in markdown


def test_a_decision_tells_what_differs():
    rows = {row["url"].rpartition("/")[2]: row for row in to_json(report())["decisions"]}
    assert rows["changed"]["fields"] == [
        {"name": "title", "before": "Before", "after": "Backups"},
        {"name": "updated", "before": "", "after": "2026-03-03"},
    ]
    assert rows["changed"]["diff"] == DIFF
    assert rows["dates"]["only_dates"]
    assert rows["after"]["was"] == "https://example.org/before"
    assert rows["missing"]["times"] == 1
    assert (rows["held"]["why"], rows["held"]["title"]) == (WHY, "Backups")
    assert (rows["failed"]["why"], rows["failed"]["document_id"]) == (WHY, "")


def test_the_markdown_tells_the_rest_too():
    told = to_markdown(report())
    assert f"```diff\n{DIFF}\n```" in told
    for part in (
        "Published, but not all is well: 2 failed, 1 held back, 1 sources with lists that could not be read.",
        "`scripts/refresh_corpus --accept documents/example/held`",
        "- was at: <https://example.org/before>",
        "- updated: none, now 2026-03-03",
        "- only its dates changed",
        "- <https://example.org/private>",
        "- `starter/backups`",
        "- `other`: last on 2026-01-01",
        "- `third`: never",
        "Index generation: `0123456789abcdef`.",
        "| example | 12 | 5 | 4 | 3 | 2 | 1 |  |",
        f"| other | 9 | 0 | 0 | 0 | 0 | 0 | {WHY} |",
    ):
        assert part in told


def of(*made: Decision, fault: str = "") -> SourceReport:
    return SourceReport("example", "Example Office", decisions=made, fault=fault)


GOOD, BAD = Unchanged(page()), Failed("https://example.org/a", WHY)
HELD = Quarantined(page(), page("After"), WHY, DIFF)


@pytest.mark.parametrize(
    ("sources", "stopped", "code", "told"),
    [
        ((), "", 0, "All well."),
        ((of(GOOD, Missing(page(), 1)),), "", 0, "All well."),
        ((of(GOOD, BAD),), "", 4, "Published, but not all is well: 1 failed"),
        ((of(GOOD), of(BAD)), "", 4, "1 failed"),
        ((of(GOOD, HELD),), "", 4, "1 held back"),
        ((of(GOOD), of(fault="its pages fell from 9 to 2")), "", 4, "1 sources with lists"),
        ((of(BAD), of(BAD)), "", 1, "Nothing was published: 2 failed"),
        ((of(fault="no robots file"),), "", 1, "Nothing was published"),
        ((of(GOOD),), "interrupted; run refresh_corpus with --resume", 1, "Nothing was published: interrupted; run"),
    ],
)
def test_the_exit_code_and_the_first_line_agree(sources: tuple[SourceReport, ...], stopped: str, code: int, told: str):
    made = RefreshReport("2026-05-05T10:00:00+00:00", "2026-05-05T10:12:00+00:00", sources, stopped=stopped)
    assert made.exit_code == to_json(made)["exit_code"] == code
    assert told in to_markdown(made).split("\n")[2]


def test_a_dry_run_is_told():
    made = dataclasses.replace(report(), dry_run=True)
    assert to_json(made)["dry_run"]
    assert "nothing was written" in to_markdown(made)


def outline(markdown: str) -> list[tuple[str, str]]:
    """Return what the blocks and the words are made of, but not the words."""
    parser = MarkdownIt("commonmark", {"linkify": False}).enable("table").enable("strikethrough")
    made: list[tuple[str, str]] = []
    for token in parser.parse(markdown):
        made.append((token.type, token.tag))
        made += [(child.type, child.tag) for child in token.children or [] if child.type not in ("text", "text_special")]
    return made


def assert_harmless(title: str, diff: str, why: str) -> None:
    made = report(title, diff, why)
    told, plain = to_markdown(made), to_markdown(report())
    assert outline(told) == outline(plain)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told + json.dumps(to_json(made)))
    RefreshJson.model_validate(to_json(made))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_pages_say_cannot_act(text: str):
    assert_harmless(f"Backups {text}", DIFF, WHY)
    assert_harmless(f"{text} backups", f"{DIFF}\n+{text}\n{text}", f"{text} now")


@given(strategies.dirty, strategies.dirty, strategies.dirty)
def test_no_text_can_act(title: str, diff: str, why: str):
    assert_harmless(f"a{title}a", f"+a{diff}a", f"a{why}a")


@given(st.sampled_from(HOSTILE) | strategies.dirty)
def test_no_address_can_act(text: str):
    def told(url: str) -> list[tuple[str, str]]:
        failed = Failed(f"https://example.org/{url}", WHY)
        return outline(to_markdown(RefreshReport("a", "b", (SourceReport("x", "X", refused=(url,), decisions=(failed,)),))))

    linked, coded = told("a"), told("a b")
    assert told(f"a{text}a") in (linked, coded)


def test_what_is_no_address_is_shown_as_it_is():
    made = RefreshReport("a", "b", (SourceReport("x", "X", refused=("not `an` ``address",)),))
    tokens = MarkdownIt("commonmark").parse(to_markdown(made))
    shown = [child.content for token in tokens for child in token.children or [] if child.type == "code_inline"]
    assert "not `an` ``address" in shown


def test_the_words_of_a_title_are_read_as_they_are():
    title = r"Backups: 1 * 2 [of 3] <and> `more` | \all & www.example.org"
    told = MarkdownIt("commonmark").parse(to_markdown(report(title)))
    shown = ["".join(child.content for child in token.children or []) for token in told]
    assert title in shown


def test_the_table_has_a_row_for_each_source_and_reads_no_markup():
    made = RefreshReport("a", "b", (of(GOOD, BAD, HELD), SourceReport("[red]x[/red]", "X", fault=WHY)))
    stream = io.StringIO()
    Console(file=stream, width=160).print(summary_table(made))
    assert "held back" in stream.getvalue()
    assert "[red]x[/red]" in stream.getvalue()
    assert summary_table(made).row_count == 2
