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
    if _stays(config):
        return _kept_manifest(generations, rules_version(config.passage_tokens), index_fingerprint(encoder))
    wanted = _id_of_corpus(config, encoder)
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
    what = "guidance pack that was installed" if packed else "index that was gone back to"
    mend = "install a pack made with this version" if packed else "leave it"
    unfit = IndexStale(f"the {what} was made with another version of Careguide; {mend}, or run: careguide index")
    if generations.is_of_another_format(current):
        raise unfit
    try:
        manifest = generations.manifest(current)
        if (manifest.chunker, manifest.encoder) != (rules, fingerprint):
            raise unfit
        return generations.check(current)
    except IndexDamaged as fault:
        if not packed:
            raise
        wrong = str(fault).partition("; run: ")[0]
        raise IndexDamaged(f"{wrong}; install the guidance pack again: careguide pack install FILE") from fault


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

    Where it is to stay and cannot be opened, or is damaged and cannot be built, another answers, with a warning.

    Args:
        progress: follows a build.
        say: is told in one line why there is a build.

    Raises:
        AssistantError: the corpus cannot be read, the index cannot be built, or the encoder cannot be loaded.
    """
    encoder = make_encoder(config.encoder)
    try:
        return open_current(config, encoder)
    except (IndexMissing, IndexStale, IndexDamaged) as fault:
        return _opened_despite(fault, config, encoder, progress, say)


def _opened_despite(
    fault: RetrievalError, config: Config, encoder: Encoder, progress: Progress, say: Callable[[str], None]
) -> Assistant:
    """Open an index although the current one is missing, stale or damaged."""
    kept = _stays(config)
    if kept and isinstance(fault, IndexDamaged) and (manifest := newest_whole(config, encoder)):
        return _instead(config, encoder, manifest, fault)
    if not (kept and _has_own(config, encoder)):
        say(_why(fault, kept))
    try:
        return _built(fault, config, encoder, progress)
    except AssistantError as refused:
        whole = newest_whole(config, encoder) if kept or isinstance(fault, IndexDamaged) else None
        if whole is None:
            raise (fault if kept else refused) from refused
        return _instead(config, encoder, whole, fault)


def open_built(config: Config, encoder: Encoder, progress: Progress = quiet) -> Assistant:
    """Build the index of the configured corpus, whatever is there already, and open it.

    Raises:
        AssistantError: the corpus cannot be read, the index cannot be built, or it cannot be opened.
    """
    try:
        current_manifest(config, encoder)
    except RetrievalError as fault:
        return _built(fault, config, encoder, progress)
    return _assembled(config, build_index(config, progress, again=True, encoder=encoder).manifest, encoder)


def _built(fault: RetrievalError, config: Config, encoder: Encoder, progress: Progress) -> Assistant:
    """Build the index of the configured corpus because of what is wrong with the current one, and open it.

    One that is to stay remains current beside it: a pack that does not fit this program is not forgotten, and every answer
    says that it is not what answers.
    """
    if _stays(config):
        manifest = build_index(config, progress, encoder=encoder, beside=True).manifest
        return _instead(config, encoder, manifest, fault)
    again = isinstance(fault, IndexDamaged)
    return _assembled(config, build_index(config, progress, again=again, encoder=encoder).manifest, encoder)


def _has_own(config: Config, encoder: Encoder) -> bool:
    """Whether there is a whole index of the configured corpus, so that none has to be built."""
    try:
        wanted = _id_of_corpus(config, encoder)
    except AssistantError:  # which will be told when it is to be built
        return False
    return _usable(config, wanted, encoder) is not None


def _id_of_corpus(config: Config, encoder: Encoder) -> str:
    return generation_id(Corpus(config.corpus).digest(), rules_version(config.passage_tokens), index_fingerprint(encoder))


def _instead(config: Config, encoder: Encoder, manifest: Manifest, fault: RetrievalError) -> Assistant:
    """Open a generation that answers although it is not the one that should, and say so with every answer."""
    assistant = _assembled(config, manifest, encoder)
    return replace(assistant, warnings=(instead_warning(manifest, fault), *assistant.warnings))


def _pointer(config: Config) -> Pointer | None:
    try:
        return Generations(config.index_root).pointer()
    except RetrievalError:
        return None


def _stays(config: Config) -> bool:
    pointer = _pointer(config)
    return pointer is not None and pointer.kept


def instead_warning(manifest: Manifest, fault: RetrievalError) -> str:
    """Return what is said while another generation answers because the current one cannot."""
    said = str(fault)
    wrong = f"The index is damaged ({said})" if isinstance(fault, IndexDamaged) else f"{said[:1].upper()}{said[1:]}"
    return f"{wrong}. This is answered from the index of {moment(manifest.created)}, and may be out of date."


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


def _why(fault: RetrievalError, kept: bool) -> str:
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
