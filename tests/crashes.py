"""Operations stopped at one system call after another, and what stands on the disk then.

Each is carried out in a fork of a process that has loaded everything, once as it is, to list its system calls, and then once
for each point: ``strace`` kills it at the N-th call of a kind, or makes that call fail. A kill takes the process and not the
machine: what the system has taken is on the disk, so that nothing here says what a loss of power leaves.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

KINDS = {
    "write": ("write", "pwrite64", "writev", "pwritev", "ftruncate", "copy_file_range", "sendfile"),
    "fsync": ("fsync", "fdatasync"),
    "rename": ("rename", "renameat", "renameat2"),
    "openat": ("open", "openat"),
    "unlink": ("unlink", "unlinkat", "rmdir"),
    "mkdir": ("mkdir", "mkdirat"),
    "chmod, utime": ("chmod", "fchmod", "fchmodat", "utimensat"),
}
KIND_OF = {call: kind for kind, calls in KINDS.items() for call in calls}
KILL, FULL, BROKEN = "kill", "ENOSPC", "EIO"
TAKES_ROOM = {"write", "fsync", "rename", "openat", "mkdir"}
"""Kinds that a full disk can refuse, ``openat`` where it makes a file."""
ALL_OF = {("rename", KILL), ("rename", FULL), ("rename", BROKEN), ("fsync", KILL)}
"""Kinds and errors of which every call is tried: what is whole and what is named is decided there."""
PATIENCE = 60.0
"""Seconds for one run; the slowest takes three."""
SET_PTRACER, ANY = 0x59616D61, -1
_CALL = re.compile(r"(\w+)\((.*)")


class Wrong(Exception):
    """What stands on the disk is neither the old nor the new."""


class Operation(Protocol):
    """Something that writes.

    Attributes:
        name: what a person calls it.
        old, new: what ``state`` says before it and after it.
        passing_over: what it says too where the operation passed over what could not be read; empty where it never does.
        loose: patterns of names, relative to the folder, that may differ from run to run.
    """

    name: str
    old: str
    new: str
    passing_over: str
    loose: tuple[str, ...]

    def prepare(self, place: Path) -> None:
        """Fill an empty folder with what is there before the operation."""

    def work(self, place: Path) -> int:
        """Carry it out and return its exit code; faults are told on standard error."""

    def state(self, place: Path) -> str:
        """Return which state the folder is in, found without mending anything.

        Raises:
            Wrong: it is in none.
        """

    def after(self, state: str) -> str:
        """Return the state to which the operation leads from that one."""


class Point(NamedTuple):
    """Where an operation is stopped.

    Attributes:
        when: which call of that name, from 1 on.
        error: ``kill``, or the error that the call fails with.
        path: what the call was about, when it was listed.
    """

    call: str
    when: int
    error: str
    path: str

    @property
    def kind(self) -> str:
        """The kind of the call."""
        return KIND_OF[self.call]

    def __str__(self) -> str:
        return f"{self.error} at {self.call} number {self.when} ({self.path})"


class Ended(NamedTuple):
    """How a run ended: its exit code (negative for a signal), standard error, and the calls that were listed."""

    code: int
    told: str
    calls: list[str]


@dataclass
class Tried:
    """What came of one operation.

    Attributes:
        tried, survived: points by kind and error.
        missed: points at which nothing was stopped, because the calls came in another order; they count as not tried.
        wrong: a line for each point that was not survived.
    """

    name: str
    tried: dict[tuple[str, str], int] = field(default_factory=dict)
    survived: dict[tuple[str, str], int] = field(default_factory=dict)
    missed: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, point: Point, fault: str) -> None:
        """Count a point; the fault is empty where it was survived."""
        key = (point.kind, point.error)
        self.tried[key] = self.tried.get(key, 0) + 1
        self.survived[key] = self.survived.get(key, 0) + (not fault)
        if fault:
            self.wrong.append(f"{self.name}, {point}: {fault}")


def why_not() -> str:
    """Return why processes cannot be stopped here; empty where they can."""
    if not shutil.which("strace"):
        return "strace is not installed"
    done = subprocess.run(["strace", "-o", os.devnull, "true"], check=False, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"ptrace is not allowed ({done.stderr.strip()})"


def run(operation: Operation, place: Path, traced: tuple[str, ...] | None = None) -> Ended:
    """Carry out an operation in a fork.

    Args:
        traced: arguments of strace beside those that name the process and its output; None runs it alone.
    """
    told, listed = place.with_name("stderr"), place.with_name("calls")
    gate, opened = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(opened)
        _be(operation, place, told, gate)
    os.close(gate)
    tracer = None if traced is None else _attached(pid, listed, traced)
    os.close(opened)  # lets it go
    code = _waited(pid)
    if tracer is not None:
        tracer.communicate()
    calls = listed.read_text(errors="replace").splitlines() if tracer is not None else []
    return Ended(code, told.read_text(errors="replace"), calls)


def _be(operation: Operation, place: Path, told: Path, gate: int) -> None:
    """Be the process that carries it out; does not return."""
    code = 70
    try:
        for number, name in ((1, os.devnull), (2, str(told))):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        ctypes.CDLL(None).prctl(SET_PTRACER, ctypes.c_ulong(ANY), 0, 0, 0)  # the tracer is no ancestor of ours
        os.read(gate, 1)
        code = operation.work(place)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _attached(pid: int, listed: Path, traced: tuple[str, ...]) -> subprocess.Popen[str]:
    command = ["strace", "-p", str(pid), "-y", "-s", "0", "-o", str(listed), *traced]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    said = tracer.stderr.readline()
    if "attached" not in said:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise RuntimeError(f"strace did not attach: {said}{tracer.communicate()[1]}")
    return tracer


def _waited(pid: int) -> int:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise RuntimeError(f"it took more than {PATIENCE:g} seconds")


class Call(NamedTuple):
    """A system call: its name, which of that name it was, what it was about, and whether a full disk can refuse it."""

    name: str
    when: int
    path: str
    takes_room: bool


def calls_below(place: Path, calls: list[str]) -> Iterator[Call]:
    """Yield each call that is about a path below the folder."""
    counts: dict[str, int] = {}
    for line in calls:
        if found := _CALL.match(line):
            call, rest = found.groups()
            counts[call] = counts.get(call, 0) + 1
            if f"{place}/" in rest or f"<{place}>" in rest:
                takes_room = KIND_OF.get(call) in TAKES_ROOM and (KIND_OF[call] != "openat" or "O_CREAT" in rest)
                yield Call(call, counts[call], _about(place, rest), takes_room)


def _about(place: Path, rest: str) -> str:
    paths = re.findall(re.escape(str(place)) + r'/?([^">]*)', rest)
    name = next(iter(re.findall(r'^\w+<[^>]*>, "([^"]+)"', rest)), "")
    return " -> ".join([*paths, *([name] if name and "/" not in name else [])])


def points_of(operation: Operation, place: Path, most: int) -> list[Point]:
    """Return the points of an operation that is carried out in the folder: of each kind and error, ``most``, evenly spread.

    All calls that name or sync are among them, however many.
    """
    ended = run(operation, place, ("-e", f"trace={_set(KIND_OF)}"))
    if ended.code != 0:
        raise RuntimeError(f"{operation.name} fails by itself: {ended.told}")
    groups: dict[tuple[str, str], list[Point]] = {}
    for call in calls_below(place, ended.calls):
        for error in (KILL, FULL, BROKEN) if call.takes_room else (KILL, BROKEN):
            groups.setdefault((KIND_OF[call.name], error), []).append(Point(call.name, call.when, error, call.path))
    return [point for key, group in groups.items() for point in (group if key in ALL_OF else spread(group, most))]


def _set(calls: dict[str, str]) -> str:
    return ",".join(f"?{call}" for call in calls)  # a machine may lack some of them


def spread(points: list[Point], most: int) -> list[Point]:
    """Return at most so many of the points, evenly spread, the first and the last among them."""
    if len(points) <= most:
        return points
    if most <= 1:
        return points[len(points) // 2 :][:most]
    return [points[round(at * (len(points) - 1) / (most - 1))] for at in range(most)]


def names_below(place: Path, loose: tuple[str, ...]) -> set[str]:
    """Return the names of all that stands below the folder, but for those that may differ."""
    names = (one.relative_to(place).as_posix() for one in place.rglob("*"))
    return {name for name in names if not any(re.fullmatch(pattern, name) for pattern in loose)}


class Bench:
    """One operation, its folder as it is before, and what is there when nothing has stopped it."""

    def __init__(self, operation: Operation, folder: Path) -> None:
        self._operation, self._seed, self._place = operation, folder / "seed", folder / "place"
        self._seed.mkdir(parents=True)
        with contextlib.redirect_stdout(io.StringIO()):
            operation.prepare(self._seed)
        self.tried = Tried(operation.name)
        self._wanted: dict[str, set[str]] = {}

    def points(self, most: int) -> list[Point]:
        """Return the points at which it is to be stopped, at most so many of each kind and error but ``ALL_OF``."""
        operation = self._operation
        self._load_all()
        place = self._fresh()
        if (state := operation.state(place)) != operation.old:
            raise RuntimeError(f"{operation.name} begins as {state!r}, not as {operation.old!r}")
        points = points_of(operation, place, most)
        if (state := operation.state(place)) != operation.new:
            raise RuntimeError(f"{operation.name} leads to {state!r}, not to {operation.new!r}")
        for state in (operation.old, operation.new):  # what stands there after one run more, from either
            self._fresh()
            for _ in range(1 if state == operation.old else 2):
                run(operation, place)
            self._wanted[state] = names_below(place, operation.loose)
        return points

    def _load_all(self) -> None:
        """Carry it out here, so that no fork has to load anything more, which would be other calls than were listed."""
        place = self._fresh()
        with contextlib.redirect_stdout(io.StringIO()):
            self._operation.work(place)
        self._operation.state(place)

    def _fresh(self) -> Path:
        shutil.rmtree(self._place, ignore_errors=True)
        shutil.copytree(self._seed, self._place)
        return self._place

    def stop_at(self, point: Point) -> None:
        """Carry it out, stop it at the point, and look at what is left."""
        place = self._fresh()
        how = "signal=KILL" if point.error == KILL else f"error={point.error}"
        stopping = ("-e", f"trace={point.call}", "-e", f"inject={point.call}:{how}:when={point.when}")
        try:
            ended = run(self._operation, place, stopping)
            if not any(call.when == point.when for call in calls_below(place, ended.calls)):
                self.tried.missed += 1
                return
            self._look(place, point, ended)
        except Exception as fault:  # whatever it is, it is not survived
            kind = "" if isinstance(fault, Wrong) else f"{type(fault).__name__}: "
            self.tried.note(point, f"{kind}{fault}")
        else:
            self.tried.note(point, "")

    def _look(self, place: Path, point: Point, ended: Ended) -> None:
        operation = self._operation
        if point.error == KILL and ended.code != -signal.SIGKILL:
            raise Wrong(f"it was not killed (exit code {ended.code})")
        if point.error != KILL:
            look_at_words(ended)
        state = operation.state(place)
        if state == operation.passing_over and (point.kind, point.error) == ("openat", BROKEN):
            return
        if state not in {operation.old, operation.new}:
            raise Wrong(f"it is in the state {state!r}")
        if ended.code == 0 and state != operation.new:
            raise Wrong(f"it told of no fault and is in the state {state!r}")
        again = run(operation, place)
        if again.code != 0:
            raise Wrong(f"the next run ends with {again.code}: {again.told}")
        wanted = operation.after(state)
        if (now := operation.state(place)) != wanted:
            raise Wrong(f"the next run leads to {now!r}, not to {wanted!r}")
        names = names_below(place, operation.loose)
        if odd := sorted(names ^ self._wanted[state]):
            raise Wrong(f"after the next run these stand there and should not, or the other way round: {odd[:4]}")


def look_at_words(ended: Ended) -> None:
    """Look at what a run says whose disk refused something.

    Raises:
        Wrong: it failed with anything but one line of ours, or ended by a signal.
    """
    if "Traceback" in ended.told or "a fault in the program" in ended.told or "(None)" in ended.told:
        raise Wrong(f"exit code {ended.code}, and it says: {ended.told}")
    if ended.code < 0:
        raise Wrong(f"it ended by signal {-ended.code}")
    if ended.code != 0 and ended.told.count("\n") != 1:
        raise Wrong(f"exit code {ended.code}, and not one line: {ended.told!r}")


def tried_at(
    operations: list[Operation], folder: Path, most: int, sample: int | None, say: Callable[[str], None]
) -> list[Tried]:
    """Stop each operation at its points and return what came of it.

    Args:
        most: points of each kind and error.
        sample: so many points of each operation at most, spread over kinds and errors; None takes all.
        say: is told in a line what is under way.
    """
    results = []
    for operation in operations:
        bench = Bench(operation, folder / re.sub(r"\W+", "-", operation.name))
        points = bench.points(most)
        chosen = points if sample is None else spread(points, sample)
        say(f"{operation.name}: {len(chosen)} of {len(points)} points")
        for point in chosen:
            bench.stop_at(point)
        results.append(bench.tried)
    return results
