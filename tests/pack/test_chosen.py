"""A pack, or an index gone back to, stays chosen: what answers where it cannot, and what is said of that."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from assistant.index.generation import Generations
from assistant.index.manifest import FORMAT, Manifest, manifest_bytes
from tests.conftest import QUESTION, Command
from tests.pack.homes import Home


def test_the_pack_stays_until_an_index_is_built(home: Home, pack: Path) -> None:
    home("pack", "install", str(pack))
    assert "What to do first if you clicked a link" in home("ask", QUESTION).out
    assert "4 documents" in home("index").out
    assert "Keeping copies of care records" in home("ask", "how often should we copy records").out
    assert "version 7" in home("pack", "install", str(pack)).out
    assert "What to do first if you clicked a link" in home("ask", QUESTION).out


def test_going_back_to_an_earlier_pack_is_said_with_every_answer(
    careguide: Command, home: Home, key: Path, pack: Path, corpus_root: Path
) -> None:
    home("index")
    own = corpus_root.parent / "own.cgpack"
    assert home("pack", "build", str(own), "--key", str(key), "--version", "3").code == 0
    home("pack", "install", str(own))
    home("pack", "install", str(pack))
    assert home("rollback").code == 0
    said = "This guidance is from an earlier pack, version 3; version 7 was installed after it."
    assert said in home("ask", "how often should we copy records").out


def test_a_damaged_pack_is_mended_by_installing_it_again(home: Home, pack: Path, tmp_path: Path) -> None:
    home("pack", "install", str(pack))
    file = next((tmp_path / "home" / "index" / "generations").rglob("words.json"))
    file.write_bytes(file.read_bytes()[:-1])
    pointer = (tmp_path / "home" / "index" / "CURRENT").read_bytes()
    built = "The index is damaged; building one of the guidance on this machine."
    for said in (built, ""):  # the second time it is there
        done = home("ask", "how often should we copy records")
        assert done.err.strip() == said
        assert done.out.startswith("Warning: The index is damaged (the index file ")
        assert "words.json is damaged; install the guidance pack again: careguide pack install FILE" in done.out
        assert "Keeping copies of care records" in done.out
    assert "install the guidance pack again" in home("doctor").out
    assert "to mend it: careguide pack install FILE" in home("verify").out
    assert (tmp_path / "home" / "index" / "CURRENT").read_bytes() == pointer, "the pack is not forgotten"
    home("pack", "install", str(pack))
    done = home("ask", QUESTION)
    assert (done.code, done.out.startswith("Warning")) == (0, False)


@pytest.mark.parametrize("content", [b"", b"0123456789abcdeg packed\n", None])
def test_where_the_pointer_is_damaged_the_pack_answers_and_it_is_said(
    home: Home, pack: Path, tmp_path: Path, content: bytes | None
) -> None:
    home("index")
    home("pack", "install", str(pack))
    pointer = tmp_path / "home" / "index" / "CURRENT"
    if content is None:
        pointer.unlink()
    else:
        pointer.write_bytes(content)
    for _ in range(2):
        done = home("ask", QUESTION)
        assert done.out.startswith("Warning: The index is damaged (")
        assert "install the guidance pack again: careguide pack install FILE, or run: careguide index)" in done.out
        assert "What to do first if you clicked a link" in done.out
        assert done.err == ""
    home("pack", "install", str(pack))
    assert not home("ask", QUESTION).out.startswith("Warning")


def test_a_damaged_pack_of_the_guidance_on_the_machine_is_built_again_and_keeps_its_last_day(
    home: Home, key: Path, tmp_path: Path
) -> None:
    home("index")
    home("pack", "build", str(tmp_path / "own.cgpack"), "--key", str(key), "--expires", "2020-03-01")
    home("pack", "install", str(tmp_path / "own.cgpack"))
    file = next((tmp_path / "home" / "index" / "generations").rglob("words.json"))
    file.write_bytes(file.read_bytes()[:-1])
    home("ask", "how often should we copy records")
    done = home("ask", "how often should we copy records")
    assert done.out.startswith("Warning: This guidance pack expired on 1 March 2020")
    assert "All is as it should be." in home("verify").out


def test_a_key_that_is_not_trusted_any_more_is_said_with_every_answer(
    home: Home, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home("pack", "install", str(pack))
    assert not home("ask", QUESTION).out.startswith("Warning")
    monkeypatch.setenv("CAREGUIDE_TRUSTED_KEYS", "")
    done = home("ask", QUESTION)
    assert done.code == 0
    assert done.out.startswith("Warning: This guidance pack is signed with the key ")
    assert "wrong  This guidance pack is signed with the key " in home("doctor").out


def test_an_index_that_stays_is_not_signed_anew_unless_it_is_named(home: Home, pack: Path, key: Path, tmp_path: Path) -> None:
    home("pack", "install", str(pack))
    words = ("pack", "build", str(tmp_path / "new.cgpack"), "--key", str(key))
    done = home(*words)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "came in a guidance pack, and is not of the corpus as it is now" in done.err
    assert home(*words, "--generation", done.err.rpartition(" ")[2].strip()).code == 0


def test_an_index_is_built_in_place_of_a_pack_only_on_purpose_and_it_is_said(home: Home, pack: Path) -> None:
    home("pack", "install", str(pack))
    done = home("index", "--unless-chosen")
    assert done.out == "A guidance pack answers, and stays; nothing was built. To leave it: careguide index\n"
    assert "What to do first if you clicked a link" in home("ask", QUESTION).out
    done = home("index")
    assert "A guidance pack was chosen to answer, and does not answer any more; to choose it again: careguide pack" in done.out
    assert "Keeping copies of care records" in home("ask", "how often should we copy records").out
    assert "It stays until: careguide pack install FILE, or careguide index" in home("rollback").out
    done = home("ask", QUESTION)
    assert done.out.startswith("Warning: This index is an earlier one")
    assert "Install the newest guidance pack to leave it." in done.out
    assert "nothing was built" in home("index", "--unless-chosen").out


@pytest.mark.parametrize("upgrade", ["rules", "format"])
def test_after_an_upgrade_that_a_pack_does_not_fit_every_answer_says_that_the_pack_is_not_what_answers(
    home: Home, pack: Path, tmp_path: Path, upgrade: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    home("pack", "install", str(pack))
    generations = Generations(tmp_path / "home" / "index")
    pointer = generations.pointer()
    made = generations.manifest(pointer.id)
    with monkeypatch.context() as later:
        if upgrade == "rules":
            later.setenv("CAREGUIDE_PASSAGE_TOKENS", "300")
        else:
            write_manifest(generations, dataclasses.replace(made, format=FORMAT - 1))
        for built in (True, False):
            done = home("ask", "how often should we copy records")
            assert ("building one of the guidance on this machine" in done.err) is built
            assert done.out.startswith(
                "Warning: The guidance pack that was installed was made with another version of Careguide or other settings "
                "(passage_tokens, encoder); install a pack made with these, or run: careguide index."
            )
            assert "and may be out of date" in done.out
            assert "Keeping copies of care records" in done.out
        values = json.loads(home("ask", "how often should we copy records", "--json").out)
        assert len(values["index"]["warnings"]) == 1
        assert "made with another version" in home("doctor").out
        assert "to mend it: careguide pack install FILE" in home("verify").out
        assert generations.pointer() == pointer, "the pack is not forgotten"
    write_manifest(generations, made)
    done = home("ask", QUESTION)
    assert (done.code, done.out.startswith("Warning")) == (0, False), "with the old version the pack answers again"


def write_manifest(generations: Generations, manifest: Manifest) -> None:
    """Write the manifest of a generation."""
    (generations.folder(manifest.id) / "manifest.json").write_bytes(manifest_bytes(manifest))


def test_a_damaged_record_is_said_and_does_not_stop_answers(home: Home, pack: Path, tmp_path: Path) -> None:
    home("pack", "install", str(pack))
    (tmp_path / "home" / "index" / "packs.json").write_text("{", encoding="utf-8")
    done = home("ask", QUESTION)
    assert done.code == 0
    assert "It cannot be told whether this guidance is out of date" in done.out
