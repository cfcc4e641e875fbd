"""``careguide pack``: makes keys, puts an index into one signed file, and installs such a file without a network."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.commands import ANSWERED
from assistant.dates import day, is_iso_day
from assistant.errors import ConfigError
from assistant.text import one_line

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.index.generation import Generations
    from assistant.index.manifest import Manifest
    from assistant.pack.format import Pack

ABOUT = "put the index into one signed file, or install one that somebody else made; needs no network"


def add_pack(commands: argparse._SubParsersAction[Any], settings: argparse.ArgumentParser) -> None:
    """Add ``pack`` and its own commands to the command line.

    Args:
        settings: the options that every command has.
    """
    pack = commands.add_parser("pack", help=ABOUT, description=ABOUT, parents=[settings], allow_abbrev=False)
    inner = pack.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = inner.add_parser(
            name, help=summary, description=summary, parents=[settings], allow_abbrev=False
        )
        return made

    making = command("keygen", "make a key to sign packs with; prints the public half, which those who install them need")
    making.add_argument("file", type=Path, metavar="KEY", help="file for the private key; never written over")
    making.set_defaults(run=keygen)
    building = command("build", "put the current index into a signed pack")
    building.add_argument("out", type=Path, metavar="OUT.cgpack", help="the pack to write")
    building.add_argument("--key", type=Path, required=True, metavar="KEY", help="private key, from careguide pack keygen")
    building.add_argument(
        "--version", type=int, metavar="N", help="a later pack has a greater one (default: YYYYMMDDHHMM, UTC)"
    )
    building.add_argument("--expires", type=last_day, metavar="YYYY-MM-DD", help="last day of the pack (default: in 90 days)")
    building.add_argument("--generation", metavar="ID", help="an index other than the current one")
    building.set_defaults(run=build)
    installing = command("install", "verify a pack and answer from it")
    installing.add_argument("file", type=Path, metavar="FILE", help="the pack")
    installing.add_argument("--allow-downgrade", action="store_true", help="accept an older version than the installed one")
    installing.set_defaults(run=install)
    showing = command("show", "verify a pack and say what is in it; installs nothing")
    showing.add_argument("file", type=Path, metavar="FILE", help="the pack")
    showing.set_defaults(run=show)


def last_day(text: str) -> str:
    """Return the date as it is.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if not is_iso_day(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2027-03-31")
    return text


def keygen(_: Config, arguments: argparse.Namespace) -> int:
    """Make a key pair, and say what to do with either half."""
    import base64

    from assistant.pack import keys
    from assistant.pack.installed import key_id

    public = keys.keygen(arguments.file)
    named, file = key_id(base64.b64decode(public)), one_line(str(arguments.file))
    print(f"The private key {named} is in {file}: keep it to yourself, and a copy of it in a safe place.")
    print("Whoever is to install your packs puts the public key into their settings:")
    print(f'\ntrusted_keys = ["{public}"]')
    return ANSWERED


def build(config: Config, arguments: argparse.Namespace) -> int:
    """Put an index into a signed pack."""
    from assistant.index.generation import Generations
    from assistant.pack.build import build_pack, expiry_at, version_at
    from assistant.pack.keys import private_key

    key = private_key(arguments.key)
    generations = Generations(config.index_root)
    generation = _chosen(config, generations, arguments.generation)
    now = datetime.datetime.now(datetime.UTC)
    version = version_at(now) if arguments.version is None else arguments.version
    expires = arguments.expires or expiry_at(now)
    pack = build_pack(arguments.out, generations.folder(generation.id), generation, key, version, expires, now)
    print(f"Wrote {one_line(str(arguments.out))}, {arguments.out.stat().st_size:,} bytes: {_about(pack)}")
    _tell_expired(pack)
    return ANSWERED


def _chosen(config: Config, generations: Generations, wanted: str | None) -> Manifest:
    """Return the manifest of the index to put into a pack, its files checked.

    Raises:
        ConfigError: there is none of that id, or the current one is not of the corpus whatever that is now.
        RetrievalError: it is damaged; the current one is missing, or not of the corpus as it is now.
    """
    from assistant.candidates import current_manifest
    from assistant.index.encode import make_encoder
    from assistant.opening import open_current

    if wanted is None:
        pointer = generations.pointer()
        if pointer.stays:  # nobody would notice later that it is an old one, signed anew
            came = "came in a guidance pack" if pointer.stays == "packed" else "was gone back to"
            raise ConfigError(
                f"the index {pointer.id} {came}, and is not of the corpus as it is now; "
                f"run: careguide index, or pack it all the same with --generation {pointer.id}"
            )
        open_current(config, make_encoder(config.encoder)).store.close()  # what cannot be read is not signed
        return current_manifest(config, make_encoder(config.encoder))
    if not wanted.isalnum() or not generations.folder(wanted).is_dir():
        raise ConfigError(f"there is no index {wanted!r} in {config.index_root}; careguide doctor names the current one")
    return generations.check(wanted)


def install(config: Config, arguments: argparse.Namespace) -> int:
    """Verify a pack and make what is in it what Careguide answers from."""
    from assistant.index.build import rules_version
    from assistant.index.encode import index_fingerprint, make_encoder
    from assistant.index.generation import Generations
    from assistant.pack.install import Program, install_pack
    from assistant.pack.keys import trusted
    from assistant.progress import following

    encoder = make_encoder(config.encoder)
    program = Program(rules_version(config.passage_tokens), index_fingerprint(encoder), encoder.name)
    now = datetime.datetime.now(datetime.UTC)
    generations = Generations(config.index_root)
    keys = trusted(config.trusted_keys)
    with following() as progress:
        pack = install_pack(arguments.file, generations, keys, program, now, arguments.allow_downgrade, progress)
    print(f"Installed {one_line(str(arguments.file))}: {_about(pack)}")
    print("Careguide answers from it now, whatever the corpus on this machine is; careguide index goes back to that corpus.")
    _tell_expired(pack)
    return ANSWERED


def show(config: Config, arguments: argparse.Namespace) -> int:
    """Verify a pack, its files too, and say what is in it."""
    from assistant.pack.format import copy_entry, opened
    from assistant.pack.keys import trusted
    from assistant.pack.verify import verified

    with opened(arguments.file) as stream:
        pack = verified(stream, arguments.file, trusted(config.trusted_keys))
        for entry in pack.entries:
            copy_entry(stream, entry, arguments.file, len)
    print(f"{one_line(str(arguments.file))} is sound: {_about(pack)}")
    _tell_expired(pack)
    return ANSWERED


def _about(pack: Pack) -> str:
    made = pack.generation
    return (
        f"version {pack.version}, good until {day(pack.expires)}, signed with the key {pack.key}.\n"
        f"Index {made.id} of {day(made.created)}: {made.documents} documents, {made.passages} passages, "
        f"{len(pack.entries)} files of {pack.total:,} bytes."
    )


def _tell_expired(pack: Pack) -> None:
    if datetime.datetime.now().astimezone().date().isoformat() > pack.expires:
        print(f"careguide: warning: this pack expired on {day(pack.expires)}; answers from it say so", file=sys.stderr)
