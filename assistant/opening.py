"""Which generation answers: the current one, one that is built where there is none, or an earlier one; what to warn of."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

from assistant.config import Config
from assistant.corpus import Corpus
from assistant.dates import moment
from assistant.errors import AssistantError, IndexDamaged, IndexMissing, IndexStale, RetrievalError
from assistant.index.build import rules_version
from assistant.index.encode import Encoder, index_fingerprint, make_encoder
from assistant.index.generation import Generations, Pointer
from assistant.index.manifest import Manifest, generation_id
from assistant.pack.installed import came_in_pack, is_packed, pack_warnings
from assistant.progress import Progress, quiet
from assistant.wiring import Assistant, assembled, build_index

ATTEMPTS = 10
"""Times that an index is opened anew because a refresh has put another in its place meanwhile; each takes far less time than
a refresh does."""


def current_manifest(config: Config, encoder: Encoder) -> Manifest:
    """Return the manifest of the current generation, its files checked.

    Raises:
        CorpusError: the corpus folder cannot be read.
        IndexMissing: nothing has been built.
        IndexStale: it was built from another corpus, unless it is to stay, or by another encoder or chunker.
        IndexDamaged: a file is not what the manifest says.
    """
    generations = Generations(config.index_root)
    rules, fingerprint = rules_version(config.passage_tokens), index_fingerprint(encoder)
    if _stays(config):
        return _kept_manifest(generations, rules, fingerprint)
    wanted = generation_id(Corpus(config.corpus).digest(), rules, fingerprint)
    current = generations.current()
    if current != wanted:
        raise IndexStale(
            f"the index in {config.index_root} is not of the corpus in {config.corpus} as it is now; run: careguide index"
        )
    return generations.check(current)


def _kept_manifest(generations: Generations, rules: str, fingerprint: str) -> Manifest:
    """Return the manifest of a generation that stays whatever the corpus is; what mends it depends on where it came from."""
    current = generations.current()
    packed = is_packed(generations.root, current)
    try:
        manifest = generations.check(current)
    except IndexDamaged as fault:
        if not packed:
            raise
        wrong = str(fault).partition("; run: ")[0]
        raise IndexDamaged(f"{wrong}; install the guidance pack again: careguide pack install FILE") from fault
    if (manifest.chunker, manifest.encoder) != (rules, fingerprint):
        mend = "install a pack made with this version, or run: careguide index" if packed else "run: careguide index"
        raise IndexStale(f"the index in {generations.root} is of another version of the program; {mend}")
    return manifest


def open_current(config: Config, encoder: Encoder) -> Assistant:
    """Open the current index; where a refresh puts another in its place meanwhile, that one.

    Raises:
        AssistantError: as ``current_manifest``.
    """
    damaged: Pointer | None = None
    for _ in range(ATTEMPTS):
        pointer = _pointer(config)
        try:
            return _assembled(config, current_manifest(config, encoder), encoder)
        except RetrievalError as fault:
            # Once is not enough for damage: the same generation may have been put in its own place meanwhile.
            if _pointer(config) == pointer and (not isinstance(fault, IndexDamaged) or damaged == pointer):
                raise
            damaged = pointer
    raise IndexDamaged(f"the index in {config.index_root} keeps changing while it is opened; try again after the refresh")


def open_assistant(config: Config, progress: Progress = quiet, say: Callable[[str], None] = lambda line: None) -> Assistant:
    """Open the index of the configured corpus, and build it first where that is needed.

    Where it is damaged and cannot be built, the newest generation that is whole answers, with a warning.

    Args:
        progress: follows a build.
        say: is told in one line why there is a build.

    Raises:
        AssistantError: the corpus cannot be read, the index cannot be built, or the encoder cannot be loaded.
    """
    encoder = make_encoder(config.encoder)
    try:
        return open_current(config, encoder)
    except (IndexMissing, IndexStale) as fault:
        say(_why(fault))
        return _assembled(config, build_index(config, progress, encoder=encoder).manifest, encoder)
    except IndexDamaged as fault:
        return _despite_damage(config, encoder, progress, say, fault)


def _despite_damage(
    config: Config, encoder: Encoder, progress: Progress, say: Callable[[str], None], fault: IndexDamaged
) -> Assistant:
    """Build a damaged index again; where that cannot be done, or would be of another corpus, take the newest that is whole."""
    reason: AssistantError = fault
    if not _stays(config):
        say(_why(fault))
        try:
            return _assembled(config, build_index(config, progress, again=True, encoder=encoder).manifest, encoder)
        except AssistantError as refused:
            reason = refused
    manifest = newest_whole(config, encoder)
    if manifest is None:
        raise reason
    return with_warning(_assembled(config, manifest, encoder), damaged_warning(manifest, fault))


def _pointer(config: Config) -> Pointer | None:
    try:
        return Generations(config.index_root).pointer()
    except RetrievalError:
        return None


def _stays(config: Config) -> bool:
    pointer = _pointer(config)
    return pointer is not None and pointer.kept


def with_warning(assistant: Assistant, warning: str) -> Assistant:
    """Return the same with a further warning, which comes first."""
    return replace(assistant, warnings=(warning, *assistant.warnings))


def damaged_warning(manifest: Manifest, fault: IndexDamaged) -> str:
    """Return what is said while an older generation answers because the current one is damaged."""
    return (
        f"The index is damaged ({fault}). This is answered from the one of {moment(manifest.created)}, and may be out of date."
    )


def roll_back(config: Config, encoder: Encoder) -> Manifest:
    """Make the generation before the current one current again, and keep it so; damaged ones are passed over.

    Raises:
        IndexMissing: there is none before it that is whole and of this encoder.
        RetrievalError: the index folder cannot be written.
    """
    generations = Generations(config.index_root)
    with generations.writing():
        current = generations.pointer().id
        for name in generations.before(current):
            manifest = _usable(config, name, encoder)
            if manifest is not None:
                generations.go_back(manifest.id)
                return manifest
    raise IndexMissing(f"no index from before {current} in {config.index_root} can be used; to build one: careguide index")


def _usable(config: Config, generation: str, encoder: Encoder) -> Manifest | None:
    """Return the manifest of a generation that is whole and fits this program; else None."""
    try:
        manifest = Generations(config.index_root).check(generation)
    except IndexDamaged:
        return None
    fits = (manifest.chunker, manifest.encoder) == (rules_version(config.passage_tokens), index_fingerprint(encoder))
    return manifest if fits else None


def _why(fault: Exception) -> str:
    if isinstance(fault, IndexDamaged):
        return "The index is damaged; building it again."
    if isinstance(fault, IndexStale):
        return "The guidance or the program has changed; building the index again."
    return "Building the index for the first time."


def newest_whole(config: Config, encoder: Encoder) -> Manifest | None:
    """Return the newest generation that is whole and fits this program; None where there is none."""
    names = Generations(config.index_root).ids()
    whole = (manifest for name in names if (manifest := _usable(config, name, encoder)))
    return max(whole, key=lambda manifest: (manifest.created, manifest.id), default=None)


def warnings_of(config: Config, manifest: Manifest) -> tuple[str, ...]:
    """Return what is to be said with every answer from a generation."""
    if _pointer(config) != (manifest.id, True):
        return ()
    if came_in_pack(config.index_root, manifest):
        return pack_warnings(config.index_root, manifest, datetime.datetime.now().astimezone().date())
    return (
        f"This index is an earlier one, of {moment(manifest.created)}, gone back to with careguide rollback. "
        "careguide index makes one of the guidance as it is now.",
    )


def _assembled(config: Config, manifest: Manifest, encoder: Encoder) -> Assistant:
    return replace(assembled(config, manifest, encoder), warnings=warnings_of(config, manifest))
