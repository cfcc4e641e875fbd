"""Hypothesis strategies: Markdown made of every kind of block, and plain odd text."""

from __future__ import annotations

from hypothesis import strategies as st

MARKS = "#*-+>`~|_[](){}!:.,;&<>\\\"'=$%^@/?0123456789 \t"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCXYZ\u00e9\u00fc\u0142\u4e2d\u0416\u05d0\U0001f600"
HIDDEN = "\x00\x07\x08\x1b\x7f\x85\x90\x9b\x9c\x9d\xad\u061c\u200b\u200d\u200e\u202e\u2028\u2066\ufe0f\ufeff\U000e0041"

word = st.text(LETTERS, min_size=1, max_size=9)
phrase = st.lists(word, min_size=1, max_size=8).map(" ".join)
odd = st.text(LETTERS + MARKS, min_size=1, max_size=30)
line = st.one_of(phrase, phrase, odd)
lead_in = phrase.map(lambda words: f"{words}:")


def _indented(text: str, by: str) -> str:
    return "\n".join(f"{by}{line}" if line else line for line in text.split("\n"))


heading = st.builds(
    lambda level, words, anchor: f"{'#' * level} {words}{anchor}",
    st.integers(1, 6),
    line,
    st.one_of(st.just(""), word.map(lambda name: f" {{#{name}}}"), st.just(" {#same}")),
)
setext = st.builds(
    lambda words, rule: f"{words}\n{rule}",
    st.lists(line, min_size=1, max_size=2).map("\n".join),
    st.sampled_from(["===", "---"]),
)
paragraph = st.lists(line, min_size=1, max_size=3).map("\n".join)
mark = st.sampled_from(["- ", "* ", "+ ", "1. ", "7) "])


@st.composite
def lists(draw: st.DrawFn, depth: int = 2) -> str:
    """Draw a list whose items may hold several paragraphs and lists of their own."""
    begin = draw(mark)
    items = []
    for _ in range(draw(st.integers(1, 5))):
        parts = [draw(line)]
        if draw(st.booleans()) and depth:
            parts.append(draw(st.one_of(paragraph, lists(depth - 1))))
        gap = draw(st.sampled_from(["\n", "\n\n"]))
        items.append(begin + _indented(gap.join(parts), " " * len(begin)).lstrip(" "))
    return draw(st.sampled_from(["\n", "\n\n"])).join(items)


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Draw a pipe table."""
    columns = draw(st.integers(1, 3))
    row = st.lists(phrase, min_size=columns, max_size=columns).map(lambda cells: f"| {' | '.join(cells)} |")
    return "\n".join([draw(row), "| --- " * columns + "|", *draw(st.lists(row, max_size=3))])


fence = st.builds(lambda mark, body: f"{mark}\n{body}\n{mark}", st.sampled_from(["```", "~~~"]), paragraph)
open_fence = paragraph.map(lambda body: f"```\n{body}")
indented_code = paragraph.map(lambda body: _indented(body, "    "))
quote = st.one_of(paragraph, lists()).map(lambda body: _indented(body, "> "))
definition = st.builds(lambda name: f'[{name}]: https://example.org/{name} "{name}"', st.text("abc", min_size=1, max_size=4))
rule = st.sampled_from(["---", "***", "- - -"])
lazy = st.builds(lambda first, second: f"- {first}\n{second}", line, line)
empty_item = st.sampled_from(["-", "1.", "-\n- a", "- a\n-\n- b", "*\n\n  a"])
led_list = st.builds(lambda lead, gap, body: f"{lead}{gap}{body}", lead_in, st.sampled_from(["\n", "\n\n"]), lists())

blocks = st.one_of(
    heading,
    setext,
    paragraph,
    lists(),
    tables(),
    fence,
    open_fence,
    indented_code,
    quote,
    definition,
    rule,
    lazy,
    empty_item,
    led_list,
)
documents = st.lists(blocks, min_size=1, max_size=9).flatmap(
    lambda parts: st.sampled_from(["\n\n", "\n", "\n\n\n"]).map(lambda gap: gap.join(parts))
)
raw = st.text(max_size=200)
dirty = st.text(st.one_of(st.sampled_from(LETTERS + MARKS + HIDDEN + "\n\r"), st.characters()), max_size=120)
marks_only = st.text(MARKS + "\n", max_size=60)
markdown = st.one_of(documents, documents, raw, marks_only)
"""Markdown of every kind; normalise it before use."""
