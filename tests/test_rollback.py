"""Going back to an earlier index: it stays, says so with every answer, and the next build ends it."""

from __future__ import annotations

import json
import shutil

import pytest

from assistant.candidates import roll_back
from assistant.cli import main
from assistant.commands import ANSWERED, FAILED
from assistant.config import Config
from assistant.corpus import Corpus
from assistant.errors import IndexDamaged, IndexMissing
from assistant.index.build import rules_version
from assistant.index.encode import StaticEncoder, index_fingerprint
from assistant.index.generation import Generations
from assistant.index.manifest import generation_id
from assistant.opening import open_assistant
from assistant.wiring import build_index
from tests.test_desk import QUESTION, change, damage

BEFORE, NOW = "every day", "every night"


@pytest.fixture
def settings(config: Config, static_encoder: StaticEncoder) -> list[str]:
    """Return the flags of a data folder with two indexes: of the corpus as it was, and as it is."""
    build_index(config, encoder=static_encoder)
    change(config)
    build_index(config, encoder=static_encoder)
    return ["--corpus", str(config.corpus), "--data", str(config.data)]


def asked(settings: list[str], capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """Return what the question prints."""
    assert main(["ask", *settings, *more, QUESTION]) == ANSWERED
    return capsys.readouterr().out


def test_the_index_before_answers_says_so_and_stays_until_the_next_build(
    settings: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert NOW in asked(settings, capsys)
    assert main(["rollback", *settings]) == ANSWERED
    assert "It stays until: careguide index" in capsys.readouterr().out
    for _ in range(2):
        told = asked(settings, capsys)
        assert told.startswith("Warning: This index is an earlier one")
        assert BEFORE in told
        assert NOW not in told
    (warning,) = json.loads(asked(settings, capsys, "--json"))["index"]["warnings"]
    assert "gone back to with careguide rollback" in warning
    assert main(["contacts", *settings]) != FAILED
    assert "careguide: warning: This index is an earlier one" in capsys.readouterr().err
    assert main(["index", *settings]) == ANSWERED
    capsys.readouterr()
    told = asked(settings, capsys)
    assert NOW in told
    assert "Warning" not in told


def test_there_is_nothing_before_the_first(settings: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rollback", *settings]) == ANSWERED
    capsys.readouterr()
    assert main(["rollback", *settings]) == FAILED
    told = capsys.readouterr().err
    assert told.startswith("careguide: no index from before ")
    assert told.count("\n") == 1
    assert BEFORE in asked(settings, capsys), "the one that was gone back to still answers"


def test_a_damaged_one_is_passed_over(config: Config, settings: list[str], static_encoder: StaticEncoder) -> None:
    generations = Generations(config.index_root)
    (older,) = generations.before(generations.current())
    (generations.folder(older) / "words.json").write_bytes(b"{}")
    with pytest.raises(IndexMissing, match="can be used"):
        roll_back(config, static_encoder)
    assert not generations.pointer().stays


def test_when_the_one_gone_back_to_is_damaged_the_newest_whole_one_answers_with_a_warning(
    config: Config, settings: list[str], static_encoder: StaticEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    older = roll_back(config, static_encoder)
    (Generations(config.index_root).folder(older.id) / "words.json").write_bytes(b"{}")
    told = asked(settings, capsys)
    assert told.startswith("Warning: The index is damaged (the index file ")
    assert "words.json is damaged" in told
    assert NOW in told


def test_when_the_index_is_damaged_and_cannot_be_built_the_newest_whole_one_answers_with_a_warning(
    config: Config, settings: list[str]
) -> None:
    damage(config)
    for file in (config.corpus / "starter").glob("*.md"):
        file.write_text("---\ntitle: x\n---\n", encoding="utf-8")  # no document can be answered from
    generations = Generations(config.index_root)
    generations.go_back(generations.current())  # else the index is stale, and is to be built
    assistant = open_assistant(config)
    (warning,) = assistant.warnings
    assert warning.startswith("The index is damaged")
    assert "may be out of date" in warning


@pytest.mark.parametrize("why", ["no room", "no corpus"])
def test_where_nothing_newer_can_be_built_the_newest_whole_one_answers_with_a_warning(
    config: Config, settings: list[str], static_encoder: StaticEncoder, capsys: pytest.CaptureFixture[str], why: str
) -> None:
    if why == "no room":
        change(config, NOW, "every month")
        wanted = generation_id(
            Corpus(config.corpus).digest(), rules_version(config.passage_tokens), index_fingerprint(static_encoder)
        )
        (config.index_root / "generations" / f".{wanted}").write_bytes(b"no folder can be made here")
    else:
        config.corpus.rename(config.corpus.with_name("gone"))
    told = asked(settings, capsys)
    assert told.startswith("Warning: The ")
    assert "This is answered from the index of " in told
    assert NOW in told


def test_what_was_gone_back_to_is_not_removed_by_the_next_build(
    config: Config, settings: list[str], static_encoder: StaticEncoder
) -> None:
    change(config, NOW, "every month")
    build_index(config, encoder=static_encoder)
    roll_back(config, static_encoder)
    oldest = roll_back(config, static_encoder)
    change(config, "every month", "every year")
    newest = build_index(config, encoder=static_encoder).manifest
    generations = Generations(config.index_root)
    assert len(generations.ids()) == 3
    assert roll_back(config, static_encoder).id == oldest.id
    assert generations.before(newest.id)[0] == oldest.id


def test_when_none_is_whole_one_is_built_of_the_corpus_beside_the_one_gone_back_to(
    config: Config, settings: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    older = damaged_all(config)
    told = asked(settings, capsys)
    assert told.startswith("Warning: The index is damaged (the index file ")
    assert NOW in told
    assert Generations(config.index_root).pointer() == (older, "back")


def damaged_all(config: Config) -> str:
    """Go back to the index before the current one, and damage all there are; return the id of the former."""
    generations = Generations(config.index_root)
    (older,) = generations.before(generations.current())
    generations.go_back(older)
    for name in generations.ids():
        (generations.folder(name) / "words.json").write_bytes(b"{}")
    return older


def test_when_none_is_whole_and_none_can_be_built_it_is_an_error_in_one_line(config: Config, settings: list[str]) -> None:
    damaged_all(config)
    shutil.rmtree(config.corpus)
    with pytest.raises(IndexDamaged, match=r"words\.json is damaged; run: careguide index --again"):
        open_assistant(config)
