"""The commands that look after the index: ``careguide rollback`` and ``careguide verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.commands import ANSWERED, FAILED, as_json
from assistant.text import one_line

if TYPE_CHECKING:
    import argparse

    from assistant.config import Config

ROLLBACK = "go back to the index before the current one, and keep it until: careguide index"
VERIFY = "check every file, passage and anchor of the index, and say what is wrong and how to mend it"


def rollback(config: Config, _: argparse.Namespace) -> int:
    """Make the index before the current one current again."""
    from assistant.dates import moment
    from assistant.index.encode import make_encoder
    from assistant.opening import roll_back

    manifest = roll_back(config, make_encoder(config.encoder))
    size = f"{manifest.documents} documents, {manifest.passages} passages"
    print(f"Now answering from index {manifest.id} of {moment(manifest.created)}: {size}.")
    print("It stays until: careguide index")
    return ANSWERED


def verify(config: Config, arguments: argparse.Namespace) -> int:
    """Check the index, and say what is wrong and how to mend it."""
    from assistant.progress import following
    from assistant.verify import examined

    with following() as progress:
        report = examined(config, progress)
    if arguments.json:
        print(as_json(report.as_values()))
    else:
        for line in report.lines():
            print(one_line(line))
    return FAILED if report.wrong else ANSWERED
