"""The commands that look after the index: ``careguide index``, ``careguide rollback`` and ``careguide verify``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from assistant.commands import ANSWERED, FAILED, as_json
from assistant.text import one_line

if TYPE_CHECKING:
    import argparse

    from assistant.config import Config
    from assistant.index.manifest import Manifest

ROLLBACK = "go back to the index before the current one, and keep it until: careguide index"
PACK = "A guidance pack"
VERIFY = "check every file, passage and anchor of the index, and say what is wrong and how to mend it"


def index(config: Config, arguments: argparse.Namespace) -> int:
    """Build the index of the corpus; do nothing where nothing has changed."""
    if arguments.unless_chosen and (chosen := _chosen(config)):
        print(f"{chosen} answers, and stays; nothing was built. To leave it: careguide index")
        return ANSWERED
    build_and_tell(config, arguments.again)
    return ANSWERED


def _chosen(config: Config) -> str:
    """Return what was chosen to answer whatever the corpus is; empty where nothing was."""
    from assistant.index.generation import Generations
    from assistant.pack.installed import has_record, is_packed

    pointer = Generations(config.index_root).pointer_or_none()
    if pointer is None:
        return PACK if has_record(config.index_root) else ""
    what = PACK if is_packed(config.index_root, pointer) else "An index that was gone back to"
    return what if pointer.stays else ""


def build_and_tell(config: Config, again: bool = False) -> Manifest:
    """Build the index, say what was built and what was left out, and return what stands in it."""
    from assistant.progress import following
    from assistant.wiring import build_index

    chosen = _chosen(config)
    with following() as progress:
        built = build_index(config, progress, again)
    manifest = built.manifest
    state = "Built" if built.changed else "Nothing has changed; kept"
    print(f"{state} index {manifest.id}: {manifest.documents} documents, {manifest.passages} passages.")
    if chosen:
        back = "careguide pack install FILE" if chosen == PACK else "careguide rollback"
        print(f"{chosen} was chosen to answer, and does not answer any more; to choose it again: {back}")
    for fault in manifest.faults:
        print(f"careguide: left out: {one_line(fault)}", file=sys.stderr)
    return manifest


def rollback(config: Config, _: argparse.Namespace) -> int:
    """Make the index before the current one current again."""
    from assistant.candidates import roll_back
    from assistant.dates import moment
    from assistant.index.encode import make_encoder
    from assistant.pack.installed import has_record

    manifest = roll_back(config, make_encoder(config.encoder))
    size = f"{manifest.documents} documents, {manifest.passages} passages"
    print(f"Now answering from index {manifest.id} of {moment(manifest.created)}: {size}.")
    packs = "careguide pack install FILE, or " if has_record(config.index_root) else ""
    print(f"It stays until: {packs}careguide index")
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
