"""Tests of the settings: where they come from, and which comes first."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import Config, load_config, packaged_corpus
from assistant.corpus import Corpus
from assistant.errors import ConfigError


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def environment(settings_file: Path) -> dict[str, str]:
    settings_file.write_text("", encoding="utf-8")
    return {"CAREGUIDE_CONFIG": str(settings_file)}


def test_defaults(environment: dict[str, str]) -> None:
    config = load_config(environment=environment)
    assert config.encoder == "static"
    assert config.corpus == packaged_corpus()
    assert config.data.name == "careguide"
    assert config.index_root == config.data / "index"


def test_the_packaged_corpus_holds_documents() -> None:
    assert Corpus(packaged_corpus()).files()


def test_flags_come_before_variables_before_the_file(environment: dict[str, str], settings_file: Path) -> None:
    settings_file.write_text("passage_tokens = 100\ndata = 'file'\nencoder = 'file'\n", encoding="utf-8")
    environment |= {"CAREGUIDE_DATA": "variable", "CAREGUIDE_ENCODER": "variable"}
    config = load_config({"encoder": "flag", "corpus": None}, environment)
    assert (config.passage_tokens, config.data, config.encoder) == (100, Path("variable"), "flag")
    assert config.corpus == packaged_corpus()


def test_an_empty_variable_is_passed_over(environment: dict[str, str]) -> None:
    assert load_config(environment={**environment, "CAREGUIDE_ENCODER": ""}).encoder == "static"


def test_paths_are_paths_with_the_home_folder_put_in(environment: dict[str, str], settings_file: Path) -> None:
    settings_file.write_text("corpus = '~/guidance'\n", encoding="utf-8")
    config = load_config({"data": "kept"}, environment)
    assert config.corpus == Path.home() / "guidance"
    assert config.data == Path("kept")


def test_the_users_own_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_config(environment={}).passage_tokens == 220
    import platformdirs

    file = Path(platformdirs.user_config_dir("careguide", appauthor=False)) / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("passage_tokens = 99\n", encoding="utf-8")
    assert load_config(environment={}).passage_tokens == 99


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("CAREGUIDE_PASSAGE_TOKENS", "many", ["passage_tokens", "many", "int"]),
        ("CAREGUIDE_PASSAGE_TOKENS", "19", ["passage_tokens", "20 and 2000"]),
        ("CAREGUIDE_PASSAGE_TOKENS", "2001", ["passage_tokens", "20 and 2000"]),
        ("CAREGUIDE_DATA", "~no-such-user-here/x", ["data", "~no-such-user-here"]),
    ],
)
def test_a_value_that_cannot_be_used_is_named(environment: dict[str, str], variable: str, value: str, named: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(environment={**environment, variable: value})
    assert [part for part in named if part not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"colour = 'red'\n", ["config.toml", "'colour'", "passage_tokens"]),
        (b"passage_tokens = \n", ["config.toml", "mend it or remove it"]),
        (b"encoder = '\xff'\n", ["config.toml", "mend it or remove it"]),
        (b"passage_tokens = [1]\n", ["passage_tokens", "int"]),
        (b"corpus = 5\n", ["corpus", "path"]),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    environment: dict[str, str], settings_file: Path, content: bytes, named: list[str]
) -> None:
    settings_file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_config(environment=environment)
    assert [part for part in named if part not in str(caught.value)] == []


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone.toml"):
        load_config(environment={"CAREGUIDE_CONFIG": str(tmp_path / "gone.toml")})


@pytest.mark.parametrize("tokens", [20, 220, 2_000])
def test_the_ends_of_the_range_can_be_used(tmp_path: Path, tokens: int) -> None:
    assert Config(tmp_path, tmp_path, passage_tokens=tokens).passage_tokens == tokens


KEY, OTHER_KEY = f"{'A' * 42}A=", f"/+{'A' * 41}="


def test_trusted_keys_are_a_list_in_the_file_and_parted_by_commas_in_a_variable(
    environment: dict[str, str], settings_file: Path
) -> None:
    assert load_config(environment=environment).trusted_keys == ()
    settings_file.write_text(f"trusted_keys = ['{KEY}', '{OTHER_KEY}']\n", encoding="utf-8")
    assert load_config(environment=environment).trusted_keys == (KEY, OTHER_KEY)
    environment["CAREGUIDE_TRUSTED_KEYS"] = f" {OTHER_KEY} , {KEY},"
    assert load_config(environment=environment).trusted_keys == (OTHER_KEY, KEY)


@pytest.mark.parametrize(
    "value",
    [
        *("'no key'", f"'{KEY[:-2]}'", f"'{KEY}{KEY}'", f"['{KEY}', 5]", "[['x']]", "7", "true", "{a = 1}"),
        *(f"['{KEY[:-2]}B=']", "['\\u00e9']", "[' ']", "2026-01-01"),
    ],
)
def test_a_trusted_key_that_is_none_is_named(environment: dict[str, str], settings_file: Path, value: str) -> None:
    settings_file.write_text(f"trusted_keys = {value}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"trusted_keys .*careguide pack keygen"):
        load_config(environment=environment)
