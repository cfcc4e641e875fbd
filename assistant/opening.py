"""Opening an index: the current one, one that is built where there is none, or another with a warning of that."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

from assistant.candidates import current_manifest, is_chosen, newest_whole, of_corpus
from assistant.config import Config
from assistant.dates import moment
from assistant.errors import AssistantError, CorpusError, IndexDamaged, IndexMissing, IndexStale, RetrievalError
from assistant.index.encode import Encoder, make_encoder
from assistant.index.generation import Generations
from assistant.index.manifest import Manifest
from assistant.index.pointer import Pointer
from assistant.pack.installed import has_record, pack_warnings, trusted_ids, version_of
from assistant.progress import Progress, quiet
from assistant.wiring import Assistant, assembled, build_index

ATTEMPTS = 10
"""Times that an index is opened anew because a refresh has put another in its place meanwhile; each takes far less time than
a refresh does."""


def open_current(config: Config, encoder: Encoder) -> Assistant:
    """Open the current index; where a refresh puts another in its place meanwhile, that one.

    Raises:
        AssistantError: as ``current_manifest``.
    """
    generations = Generations(config.index_root)
    damaged: Pointer | None = None
    for _ in range(ATTEMPTS):
        pointer = generations.pointer_or_none()
        try:
            return _assembled(config, current_manifest(config, encoder), encoder)
        except RetrievalError as fault:
            # Once is not enough for damage: the same generation may have been put in its own place meanwhile.
            if generations.pointer_or_none() == pointer and (not isinstance(fault, IndexDamaged) or damaged == pointer):
                raise
            damaged = pointer
    raise IndexDamaged(f"the index in {config.index_root} keeps changing while it is opened; try again after the refresh")


def open_assistant(config: Config, progress: Progress = quiet, say: Callable[[str], None] = lambda line: None) -> Assistant:
    """Open the index of the configured corpus, and build it first where that is needed.

    Where the one to be opened can neither be opened nor built, the newest that is whole answers, with a warning.

    Args:
        progress: follows a build.
        say: is told in one line why there is a build.

    Raises:
        AssistantError: the corpus cannot be read, the index cannot be built, or the encoder cannot be loaded.
    """
    encoder = make_encoder(config.encoder)
    try:
        return open_current(config, encoder)
    except (CorpusError, IndexMissing, IndexStale, IndexDamaged) as fault:
        return _opened_despite(fault, config, encoder, progress, say)


def _opened_despite(
    fault: AssistantError, config: Config, encoder: Encoder, progress: Progress, say: Callable[[str], None]
) -> Assistant:
    """Open an index although the current one cannot be opened: one that is built, or else the newest that is whole.

    Where a pack is damaged, an earlier one comes before what is built of the corpus on the machine.
    """
    if isinstance(fault, CorpusError):
        return _newest_instead(fault, config, encoder, fault)
    stays = is_chosen(config)
    if stays and isinstance(fault, IndexDamaged):
        whole = newest_whole(config, encoder)
        if whole and version_of(config.index_root, whole):
            return _instead(config, encoder, whole, fault)
    if stays and (own := of_corpus(config, encoder)):
        return _instead(config, encoder, own, fault)
    say(_why(fault, stays))
    try:
        return _built(fault, config, encoder, progress)
    except AssistantError as refused:
        found = _newest_instead(fault, config, encoder, fault if stays else refused)
        say(f"It cannot be built: {refused}")
        return found


def _newest_instead(fault: AssistantError, config: Config, encoder: Encoder, otherwise: AssistantError) -> Assistant:
    """Open the newest index that is whole, with a warning; raise ``otherwise`` where there is none."""
    whole = newest_whole(config, encoder)
    if whole is None:
        raise otherwise
    return _instead(config, encoder, whole, fault)


def open_built(config: Config, encoder: Encoder, progress: Progress = quiet) -> Assistant:
    """Build the index of the configured corpus, even where there is one, and open it; what was chosen stays chosen.

    Raises:
        AssistantError: the corpus cannot be read, the index cannot be built, or it cannot be opened.
    """
    try:
        current_manifest(config, encoder)
    except AssistantError as fault:
        return _built(fault, config, encoder, progress)
    if is_chosen(config):  # it was mended meanwhile
        return open_current(config, encoder)
    return _assembled(config, build_index(config, progress, again=True, encoder=encoder).manifest, encoder)


def _built(fault: AssistantError, config: Config, encoder: Encoder, progress: Progress) -> Assistant:
    """Build the index of the configured corpus because of what is wrong with the current one, and open it.

    One that is to stay remains current beside it: a pack that does not fit this program is not forgotten, and every answer
    says that it is not what answers. Whether one is to stay is asked again when nobody else writes: a pack may have come.
    """
    stays = is_chosen(config)
    again = isinstance(fault, IndexDamaged) and not stays
    manifest = build_index(config, progress, again, encoder, lambda: is_chosen(config)).manifest
    if stays:
        return _instead(config, encoder, manifest, fault)
    return open_current(config, encoder) if is_chosen(config) else _assembled(config, manifest, encoder)


def _instead(config: Config, encoder: Encoder, manifest: Manifest, fault: AssistantError) -> Assistant:
    """Open a generation that answers although it is not the one that should, and say so with every answer."""
    assistant = _assembled(config, manifest, encoder)
    return replace(assistant, warnings=(instead_warning(manifest, fault), *assistant.warnings))


def instead_warning(manifest: Manifest, fault: AssistantError) -> str:
    """Return what is said while another generation answers because the current one cannot."""
    said = str(fault)
    wrong = f"The index is damaged ({said})" if isinstance(fault, IndexDamaged) else f"{said[:1].upper()}{said[1:]}"
    return f"{wrong}. This is answered from the index of {moment(manifest.created)}, and may be out of date."


def _why(fault: AssistantError, kept: bool) -> str:
    if isinstance(fault, IndexMissing):
        return "Building the index for the first time."
    damaged = isinstance(fault, IndexDamaged)
    if kept:
        return (
            f"The index {'is damaged' if damaged else 'is of another version'}; building one of the guidance on this machine."
        )
    if damaged:
        return "The index is damaged; building it again."
    return "The guidance or the program has changed; building the index again."


def open_newest_whole(config: Config, encoder: Encoder) -> Assistant:
    """Open that one, with a warning.

    Raises:
        IndexMissing: there is none.
        AssistantError: it cannot be opened.
    """
    manifest = newest_whole(config, encoder)
    if manifest is None:
        raise IndexMissing(f"no index in {config.index_root} is whole; run: careguide index --again")
    try:
        current_manifest(config, encoder)
    except AssistantError as fault:
        return _instead(config, encoder, manifest, fault)
    return _assembled(config, manifest, encoder)


def warnings_of(config: Config, manifest: Manifest) -> tuple[str, ...]:
    """Return what is to be said with every answer from a generation."""
    root, pointer = config.index_root, Generations(config.index_root).pointer_or_none()
    if pointer == Pointer(manifest.id):
        return ()
    stays = pointer.stays if pointer and pointer.id == manifest.id else ""
    told: tuple[str, ...] = ()
    if stays == "packed" or version_of(root, manifest):
        told = pack_warnings(root, manifest, datetime.datetime.now().astimezone().date(), trusted_ids(config.trusted_keys))
    if stays != "back" or told:
        return told
    mend = "Install the newest guidance pack to leave it." if has_record(root) else ""
    return (
        f"This index is an earlier one, of {moment(manifest.created)}, gone back to with careguide rollback. "
        f"{mend or 'careguide index makes one of the guidance as it is now.'}",
    )


def _assembled(config: Config, manifest: Manifest, encoder: Encoder) -> Assistant:
    return replace(assembled(config, manifest, encoder), warnings=warnings_of(config, manifest))
