"""Each target by a few inputs of every run: its seeds, what was found once, and what Hypothesis makes of them.

``make fuzz`` looks for longer.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, Target

pytestmark = pytest.mark.filterwarnings("ignore")  # readers warn of odd input, which all of this is
EXAMPLES = 40
CASES = [pytest.param(target, file, id=f"{name}-{file.name}") for name, target in TARGETS.items() for file in target.cases()]


@st.composite
def mutated(draw: st.DrawFn, target: Target) -> bytes:
    """Draw a seed with some of its bytes replaced: by a word of the format, a stretch of any seed, or anything."""
    data = draw(st.sampled_from(target.seeds))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(data)))
        other = draw(st.sampled_from(target.seeds))
        begin = draw(st.integers(0, len(other)))
        word = st.sampled_from(target.words).map(str.encode)
        stretch = st.integers(0, 40).map(lambda size, other=other, begin=begin: other[begin : begin + size])
        piece = draw(st.one_of(word, stretch, st.binary(max_size=6), st.just(b"")))
        data = data[:at] + piece * draw(st.sampled_from([1, 1, 1, 2, 50])) + data[at + draw(st.integers(0, 12)) :]
    return data


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_the_seeds_and_nothing_at_all(target: Target):
    for data in (b"", *target.seeds):
        target.check(data)


@pytest.mark.parametrize(("target", "file"), CASES)
def test_what_was_found_once(target, file):
    target.check(file.read_bytes())


def test_front_matter_of_very_many_fields_takes_no_time_by_the_square_of_them():
    names = "".join(f"a{number}: x\n" for number in range(20_000))
    TARGETS["frontmatter"].check(f"---\n{names}---\nx\n".encode())


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_what_is_made_of_the_seeds(target: Target):
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(mutated(target))
    def tried(data: bytes) -> None:
        target.check(data)

    tried()
