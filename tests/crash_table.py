"""How often what writes was stopped, and survived, as a table in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crashes import BROKEN, FULL, KILL, KINDS, Tried


def table(results: list[Tried]) -> Iterator[str]:
    """Yield a table in Markdown: survived of tried, by operation, kind and error."""
    errors = (KILL, FULL, BROKEN)
    yield f"| Operation | Stopped at | {' | '.join(errors)} |"
    yield f"| --- | --- | {' | '.join('---:' for _ in errors)} |"
    for one in results:
        for kind in (kind for kind in KINDS if any(key[0] == kind for key in one.tried)):
            cells = (_cell(one, kind, error) for error in errors)
            yield f"| {one.name} | {kind} | {' | '.join(cells)} |"
    sums = (f"{_sum(results, 'survived', error)} of {_sum(results, 'tried', error)}" for error in errors)
    yield f"| all | | {' | '.join(sums)} |"


def _cell(one: Tried, kind: str, error: str) -> str:
    tried = one.tried.get((kind, error), 0)
    return f"{one.survived[kind, error]} of {tried}" if tried else ""


def _sum(results: list[Tried], which: str, error: str) -> int:
    return sum(count for one in results for (_, of), count in getattr(one, which).items() if of == error)
