"""Stops at system calls, a fixed sample of those that ``make crashes`` tries."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crashes import KILL, Point, calls_below, spread, why_not

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "try_crashes"
EACH = "3"
CANNOT = why_not()


@pytest.mark.skipif(bool(CANNOT), reason=f"processes cannot be stopped at a system call here: {CANNOT}")
def test_after_a_stop_at_any_of_a_sample_of_calls_the_old_or_the_new_answers_and_the_next_run_recovers() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--sample", EACH], check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    told = re.search(r"^(\d+) of \1 points survived; at (\d+) more", done.stdout, re.MULTILINE)
    assert told, done.stdout
    assert int(told[1]) >= 24, done.stdout  # of 27: a few may come in another order


def test_only_calls_about_the_folder_are_points_and_all_calls_are_counted() -> None:
    calls = [
        'openat(AT_FDCWD</home>, "/tmp/place/data/a", O_RDONLY) = 3</tmp/place/data/a>',
        'write(1</dev/null>, ""..., 5) = 5',
        "--- SIGCHLD {si_signo=SIGCHLD} ---",
        'write(3</tmp/place/data/a>, ""..., 5) = ?',
        'unlinkat(4</tmp/place/data>, "b", 0) = 0',
        'rename("/tmp/placebo/a", "/tmp/placebo/b") = 0',
        "+++ killed by SIGKILL +++",
    ]
    assert list(calls_below(Path("/tmp/place"), calls)) == [
        ("openat", 1, "data/a -> data/a", False),
        ("write", 2, "data/a", True),
        ("unlinkat", 1, "data -> b", False),
    ]


def test_points_are_spread_from_the_first_to_the_last() -> None:
    points = [Point("write", when, KILL, "") for when in range(1, 11)]
    assert [point.when for point in spread(points, 4)] == [1, 4, 7, 10]
    assert spread(points, 20) == points
    assert [point.when for point in spread(points, 1)] == [6]
