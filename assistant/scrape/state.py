"""What a refresh remembers from the one before: pages missed, when each source was last refreshed, and what was under way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import ConfigError
from assistant.files import write_whole

FOLDER = ".refresh"
"""Below the corpus folder; its name begins with a dot, so that nothing in it is a document."""
FILE = "state.json"


@dataclass(frozen=True)
class Found:
    """A page that a crawl came to.

    Attributes:
        page: fields of ``sources.Page``.
        depth: 0 for a page of the list, 1 for one found by it.
    """

    url: str
    source: str
    page: Mapping[str, Any]
    depth: int


@dataclass(frozen=True)
class State:
    """What is remembered.

    Attributes:
        missed: refreshes in a row in which a page was not found, by document id.
        refreshed: day of the last refresh by source id, YYYY-MM-DD.
        found: pages of the last crawl, for a refresh without the network.
        runs: refreshes that are under way or were interrupted, by what was asked of them (``Options.scope``).
    """

    missed: Mapping[str, int] = field(default_factory=dict)
    refreshed: Mapping[str, str] = field(default_factory=dict)
    found: tuple[Found, ...] = ()
    runs: Mapping[str, str] = field(default_factory=dict)


def read_state(folder: Path) -> State:
    """Return what is remembered; nothing where there was no refresh.

    Raises:
        ConfigError: the file cannot be read.
    """
    file = folder / FILE
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        found = tuple(Found(**one) for one in values["found"])
        return State(dict(values["missed"]), dict(values["refreshed"]), found, dict(values["runs"]))
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise ConfigError(
            f"{file} cannot be read ({fault}); remove it: pages missing once will then be missed again"
        ) from fault


def write_state(folder: Path, state: State) -> None:
    """Write the file, all or nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / FILE, json.dumps(asdict(state), ensure_ascii=False, indent=1).encode())
