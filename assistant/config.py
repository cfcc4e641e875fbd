"""Settings: defaults, then a TOML file, then ``CAREGUIDE_*`` variables, then flags. Read once, at an entry point."""

from __future__ import annotations

import base64
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from assistant.errors import ConfigError

PACKAGE = Path(__file__).resolve().parent
PREFIX = "CAREGUIDE_"
CONFIG_VARIABLE = "CAREGUIDE_CONFIG"
SWITCH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
"""What a setting that is on or off may be, in letters of either case."""
KEY_BYTES = 32
"""Of a public Ed25519 key."""


@dataclass(frozen=True)
class Config:
    """All settings.

    Attributes:
        corpus: folder of documents (``starter/*.md``, ``documents/<publisher>/*.md``).
        data: folder in which the index generations are kept.
        encoder: ``static`` for the one in the package, else a folder with a sentence-transformers model (or the name
            of one that is already on this machine).
        passage_tokens: most tokens of a passage, unless a single block is longer.
        contact: address under which the sites that a refresh visits can reach us, an email address or a web page.
        browser: path of Chromium for pages that need one; empty to look for it.
        history: whether the terminal UI makes the file in which it keeps questions; one that is there is used either way.
        trusted_keys: public keys of those whose packs may be installed, each base64 of 32 bytes; in a variable, with commas
            between them.
    """

    corpus: Path
    data: Path
    encoder: str = "static"
    passage_tokens: int = 220
    contact: str = ""
    browser: str = ""
    history: bool = False
    trusted_keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 20 <= self.passage_tokens <= 2_000:
            raise ConfigError(f"passage_tokens is {self.passage_tokens}; it must be between 20 and 2000")

    @property
    def index_root(self) -> Path:
        """Folder of the index generations and of the ``CURRENT`` pointer."""
        return self.data / "index"

    @property
    def history_file(self) -> Path:
        """The file of the questions asked; there only where somebody wants them kept."""
        return self.data / "history.sqlite"


def packaged_corpus() -> Path:
    """Return the corpus that comes with the program: inside an installed wheel, else the checkout's."""
    inside = PACKAGE / "data" / "corpus"
    return inside if inside.is_dir() else PACKAGE.parent / "corpus"


def load_config(flags: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """Return the settings in force.

    Args:
        flags: settings given on the command line; None values are passed over.
        environment: variables to read instead of the process's own.

    Raises:
        ConfigError: a setting is unknown or has a value that cannot be used; the message names it and where it stands.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, object] = {"corpus": packaged_corpus(), "data": _user_folder("user_data_dir")}
    values |= _from_file(environment)
    values |= _from_environment(environment)
    values |= {name: value for name, value in (flags or {}).items() if value is not None}
    return Config(**{name: _converted(name, value) for name, value in values.items()})  # type: ignore[arg-type]


def _user_folder(kind: str) -> Path:
    import platformdirs

    return Path(getattr(platformdirs, kind)("careguide", appauthor=False))


def settings_file(environment: Mapping[str, str]) -> Path:
    """Return where the settings file is, or would be."""
    named = environment.get(CONFIG_VARIABLE)
    return Path(named) if named else _user_folder("user_config_dir") / "config.toml"


def _from_file(environment: Mapping[str, str]) -> dict[str, object]:
    file = settings_file(environment)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        if environment.get(CONFIG_VARIABLE):
            raise ConfigError(f"the settings file {file} is not there; check {CONFIG_VARIABLE}") from fault
        return {}
    except (OSError, ValueError) as fault:
        raise ConfigError(f"the settings file {file} cannot be read ({fault}); mend it or remove it") from fault
    unknown = sorted(set(values) - _names())
    if unknown:
        raise ConfigError(f"{file} has the unknown setting {unknown[0]!r}; known are {', '.join(sorted(_names()))}")
    return values


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    return {name: environment[PREFIX + name.upper()] for name in _names() if environment.get(PREFIX + name.upper())}


def _names() -> set[str]:
    return {field.name for field in fields(Config)}


def _converted(name: str, value: object) -> object:
    """Return the value in the type of its setting."""
    if name == "history":
        return _switched(name, value)
    if name == "trusted_keys":
        return _keys(name, value)
    wanted = {"corpus": Path, "data": Path, "passage_tokens": int}.get(name, str)
    odd = isinstance(value, bool) or (wanted is int and isinstance(value, float)) or "\0" in str(value)
    try:
        if odd:
            raise ValueError(value)
        converted = wanted(value)
        return converted.expanduser() if isinstance(converted, Path) else converted
    except (TypeError, ValueError, RuntimeError) as fault:
        raise ConfigError(f"{name} is {value!r}; it must be a {wanted.__name__.lower()}") from fault


def _switched(name: str, value: object) -> bool:
    try:
        return SWITCH[str(value).strip().lower()]
    except KeyError as fault:
        raise ConfigError(f"{name} is {value!r}; it must be true or false") from fault


def _keys(name: str, value: object) -> tuple[str, ...]:
    texts = value.split(",") if isinstance(value, str) else value
    if not isinstance(texts, list | tuple):
        raise ConfigError(f"{name} is {value!r}; it must be a list of public keys, as careguide pack keygen prints them")
    keys = tuple(str(text).strip() for text in texts if text != "")
    for key in keys:
        if not _is_public_key(key):
            raise ConfigError(f"{name} holds {key[:60]!r}, which is no public key; copy it as careguide pack keygen printed it")
    return keys


def _is_public_key(text: str) -> bool:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return len(raw) == KEY_BYTES and base64.b64encode(raw).decode() == text
