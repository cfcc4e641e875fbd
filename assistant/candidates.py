"""Which generations can answer: the current one, that of the corpus as it is, those before, the newest that is whole."""

from __future__ import annotations

from assistant.config import Config
from assistant.corpus import Corpus
from assistant.errors import AssistantError, IndexDamaged, IndexMissing, IndexStale, RetrievalError, parted
from assistant.index.build import rules_version
from assistant.index.encode import Encoder, index_fingerprint
from assistant.index.generation import Generations
from assistant.index.manifest import Manifest, generation_id
from assistant.index.pointer import Pointer
from assistant.pack.installed import has_record, is_packed, version_of
from assistant.wiring import assembled

INSTALL_AGAIN = "install the guidance pack again: careguide pack install FILE"
OTHER_PROGRAM = "another version of Careguide or other settings (passage_tokens, encoder)"


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
        if not has_record(config.index_root):
            _id_of_corpus(config, encoder)  # a folder of guidance that is not there is told first
        raise _of_pack(fault, config) from fault
    if pointer.stays:
        return _staying(generations, pointer, rules_version(config.passage_tokens), index_fingerprint(encoder))
    if pointer.id != _id_of_corpus(config, encoder):
        raise IndexStale(
            f"the index in {config.index_root} is not of the corpus in {config.corpus} as it is now; run: careguide index"
        )
    return generations.check(pointer.id)


def _of_pack(fault: RetrievalError, config: Config) -> RetrievalError:
    """Return the error of a pointer that cannot be read: where a pack was installed, it may have named that."""
    if not has_record(config.index_root):
        return fault
    return IndexDamaged(f"{parted(fault)[0]}; {INSTALL_AGAIN}, or run: careguide index")


def _staying(generations: Generations, pointer: Pointer, rules: str, fingerprint: str) -> Manifest:
    """Return the manifest of a generation that stays whatever the corpus is; what mends it depends on where it came from."""
    packed = is_packed(generations.root, pointer)
    what = "guidance pack that was installed" if packed else "index that was gone back to"
    mend = "install a pack made with these, or run: careguide index" if packed else "run: careguide index"
    unfit = IndexStale(f"the {what} was made with {OTHER_PROGRAM}; {mend}")
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
        raise IndexDamaged(f"{parted(fault)[0]}; {INSTALL_AGAIN}") from fault


def of_corpus(config: Config, encoder: Encoder) -> Manifest | None:
    """Return the manifest of the index of the configured corpus, where there is one that is whole."""
    try:
        wanted = _id_of_corpus(config, encoder)
    except AssistantError:  # which will be told when it is to be built
        return None
    manifest = _usable(config, wanted, encoder)
    return manifest if manifest and _opens(config, manifest, encoder) else None


def _id_of_corpus(config: Config, encoder: Encoder) -> str:
    return generation_id(Corpus(config.corpus).digest(), rules_version(config.passage_tokens), index_fingerprint(encoder))


def is_chosen(config: Config) -> bool:
    """Whether what is current is to stay so; where that cannot be told, whether it may have come in a pack."""
    pointer = Generations(config.index_root).pointer_or_none()
    return has_record(config.index_root) if pointer is None else bool(pointer.stays)


def roll_back(config: Config, encoder: Encoder) -> Manifest:
    """Make the generation before the current one current again, and keep it so; damaged ones are passed over.

    Raises:
        IndexMissing: there is none before it that is whole and of this encoder.
        RetrievalError: the index folder cannot be written.
    """
    generations = Generations(config.index_root)
    with generations.writing():
        try:
            current = generations.current()
        except RetrievalError as fault:
            raise _of_pack(fault, config) from fault
        manifest = before(config, encoder, current)
        if manifest is not None:
            generations.go_back(manifest.id)
            return manifest
    raise IndexMissing(f"no index from before {current} in {config.index_root} can be used; to build one: careguide index")


def before(config: Config, encoder: Encoder, generation: str) -> Manifest | None:
    """Return the manifest of the last index before that one that can be used; None where there is none."""
    earlier = (_usable(config, name, encoder) for name in Generations(config.index_root).before(generation))
    return next((one for one in earlier if one and _opens(config, one, encoder)), None)


def _opens(config: Config, manifest: Manifest, encoder: Encoder) -> bool:
    """Whether the files of a generation, which are as they were written, can be read."""
    try:
        assembled(config, manifest, encoder).store.close()
    except IndexDamaged:
        return False
    return True


def _usable(config: Config, generation: str, encoder: Encoder) -> Manifest | None:
    """Return the manifest of a generation that is whole and fits this program; else None."""
    try:
        manifest = Generations(config.index_root).check(generation)
    except IndexDamaged:
        return None
    fits = (manifest.chunker, manifest.encoder) == (rules_version(config.passage_tokens), index_fingerprint(encoder))
    return manifest if fits else None


def newest_whole(config: Config, encoder: Encoder) -> Manifest | None:
    """Return the newest generation that is whole and fits this program; None where there is none.

    Where what is current is to stay, one that came in a pack counts more, of the greatest version: what is built of the
    corpus on the machine may be much older guidance.
    """
    root = config.index_root
    whole = [manifest for name in Generations(root).ids() if (manifest := _usable(config, name, encoder))]
    versions = {one.id: version_of(root, one) for one in whole} if is_chosen(config) else {}
    best_first = sorted(whole, key=lambda one: (versions.get(one.id, 0), one.created), reverse=True)  # else the last current
    return next((one for one in best_first if _opens(config, one, encoder)), None)
