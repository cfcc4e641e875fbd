"""Which generation answers: the current one, one that is built where there is none, or an earlier one; what to warn of."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

from assistant.config import Config
from assistant.corpus import Corpus
from assistant.dates import moment
from assistant.errors import AssistantError, CorpusError, IndexDamaged, IndexMissing, IndexStale, RetrievalError
from assistant.index.build import rules_version
from assistant.index.encode import Encoder, index_fingerprint, make_encoder
from assistant.index.generation import Generations
from assistant.index.manifest import Manifest, generation_id
from assistant.index.pointer import Pointer
from assistant.pack.installed import has_record, is_packed, pack_warnings, trusted_ids, version_of
from assistant.progress import Progress, quiet
from assistant.wiring import Assistant, assembled, build_index

INSTALL_AGAIN = "install the guidance pack again: careguide pack install FILE"
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
    try:
        pointer = generations.pointer()
    except RetrievalError as fault:
        if has_record(config.index_root):
            raise IndexDamaged(f"{_wrong(fault)}; {INSTALL_AGAIN}, or run: careguide index") from fault
        _id_of_corpus(config, encoder)  # a folder of guidance that is not there is told first
        raise
    if pointer.stays:
        return _staying(generations, pointer, rules_version(config.passage_tokens), index_fingerprint(encoder))
    if pointer.id != _id_of_corpus(config, encoder):
        raise IndexStale(
            f"the index in {config.index_root} is not of the corpus in {config.corpus} as it is now; run: careguide index"
        )
    return generations.check(pointer.id)


def _staying(generations: Generations, pointer: Pointer, rules: str, fingerprint: str) -> Manifest:
    """Return the manifest of a generation that stays whatever the corpus is; what mends it depends on where it came from."""
    packed = is_packed(generations.root, pointer)
    what = "guidance pack that was installed" if packed else "index that was gone back to"
    mend = "install a pack made with this version" if packed else "leave it"
    unfit = IndexStale(f"the {what} was made with another version of Careguide; {mend}, or run: careguide index")
    if generations.is_of_another_format(pointer.id):
        raise unfit
    try:
        manifest = generations.manifest(pointer.id)
        if (manifest.chunker, manifest.encoder) != (rules, fingerprint):
            raise unfit
        return generations.check(pointer.id)
    except IndexDamaged as fault:
        if not packed:
            raise
        raise IndexDamaged(f"{_wrong(fault)}; {INSTALL_AGAIN}") from fault


def _wrong(fault: Exception) -> str:
    """Return what is wrong, without what would mend an index that was built here."""
    return str(fault).partition("; run: ")[0]


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
    """Open an index although the current one cannot be opened: one that is built, or else the newest that is whole."""
    stays, unreadable = _stays(config), isinstance(fault, CorpusError)
    whole = newest_whole(config, encoder) if unreadable or (stays and isinstance(fault, IndexDamaged)) else None
    if whole is None:
        if unreadable:
            raise fault
        if not (stays and _has_own(config, encoder)):
            say(_why(fault, stays))
        try:
            return _built(fault, config, encoder, progress)
        except AssistantError as refused:
            whole = newest_whole(config, encoder)
            if whole is None:
                raise (fault if stays else refused) from refused
            say(f"It cannot be built: {refused}")
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


def _built(fault: AssistantError, config: Config, encoder: Encoder, progress: Progress) -> Assistant:
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


def _instead(config: Config, encoder: Encoder, manifest: Manifest, fault: AssistantError) -> Assistant:
    """Open a generation that answers although it is not the one that should, and say so with every answer."""
    assistant = _assembled(config, manifest, encoder)
    return replace(assistant, warnings=(instead_warning(manifest, fault), *assistant.warnings))


def _pointer(config: Config) -> Pointer | None:
    try:
        return Generations(config.index_root).pointer()
    except RetrievalError:
        return None


def _stays(config: Config) -> bool:
    """Whether what is current is to stay so; where that cannot be told, whether it may have come in a pack."""
    pointer = _pointer(config)
    return has_record(config.index_root) if pointer is None else bool(pointer.stays)


def instead_warning(manifest: Manifest, fault: AssistantError) -> str:
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


def newest_whole(config: Config, encoder: Encoder) -> Manifest | None:
    """Return the newest generation that is whole and fits this program; None where there is none.

    Where what is current is to stay, one that came in a pack counts more, of the greatest version: what is built of the
    corpus on the machine may be much older guidance.
    """
    root = config.index_root
    whole = [manifest for name in Generations(root).ids() if (manifest := _usable(config, name, encoder))]
    versions = {one.id: version_of(root, one) for one in whole} if _stays(config) else {}
    return max(whole, key=lambda one: (versions.get(one.id, 0), one.created), default=None)  # of several the last current one


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
    root, pointer = config.index_root, _pointer(config)
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
