"""``careguide pack`` from key to answer: what a maintainer puts into a pack is what a home is answered, byte for byte."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import FOREIGN, QUESTION, Command, Done
from tests.pack.homes import Home

HEAVY = "import sys; from assistant.cli import main; main(sys.argv[1:]); print('cryptography' in sys.modules)"


def answer(done: Done) -> str:
    """Return an answer in JSON without the time that it took."""
    values = json.loads(done.out)
    return json.dumps({**values, "took_ms": 0})


def test_a_home_is_answered_the_same_bytes_as_the_maintainer(careguide: Command, home: Home, pack: Path) -> None:
    done = home("pack", "install", str(pack))
    assert done.code == 0
    assert "version 7, good until 31 December 2099" in done.out
    assert done.err == ""
    for question in (QUESTION, "how long do we keep records of staff and residents", FOREIGN):
        assert answer(home("ask", question, "--json")) == answer(careguide("ask", question, "--json"))
        assert home("ask", question).out == careguide("ask", question).out


def test_an_expired_pack_answers_and_says_that_it_is_out_of_date(
    careguide: Command, home: Home, key: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.cgpack"
    made = careguide("pack", "build", str(old), "--key", str(key), "--expires", "2020-03-01")
    assert (made.code, "this pack expired on 1 March 2020" in made.err) == (0, True)
    installed = home("pack", "install", str(old))
    assert (installed.code, "this pack expired on 1 March 2020" in installed.err) == (0, True)
    said = "This guidance pack expired on 1 March 2020 and may be out of date; ask whoever supplies it for a newer one."
    done = home("ask", QUESTION)
    assert done.code == 0
    assert said in done.out
    assert "What to do first if you clicked a link" in done.out
    values = json.loads(home("ask", QUESTION, "--receipt", str(tmp_path / "a.json"), "--json").out)
    assert values["index"]["warnings"] == [said]
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["index"]["warnings"] == [said]
    assert f"It was said then: {said}" in home("verify-receipt", str(tmp_path / "a.json")).out
    assert values["quotes"] == json.loads(careguide("ask", QUESTION, "--json").out)["quotes"]


def test_a_home_that_has_only_a_pack_compares_its_receipts(home: Home, pack: Path, corpus_root: Path, tmp_path: Path) -> None:
    home("index")
    files = [str(tmp_path / "own.json"), str(tmp_path / "gone.json"), str(tmp_path / "pack.json")]
    for file in files[:2]:
        assert home("ask", "how do I make a password of three random words", "--receipt", file).code == 0
    home("pack", "install", str(pack))
    home("ask", QUESTION, "--receipt", files[2])
    shutil.rmtree(corpus_root)
    for more in ((), ("--json",)):
        done = home("verify-receipt", *files, *more)
        assert done.code == 3
        assert done.err.count("\n") == done.err.count("careguide: warning: the corpus folder") == 1
    assert [one["stands"] for one in json.loads(done.out)] == [False, False, True]


def test_doctor_names_the_pack(home: Home, pack: Path, careguide: Command, key: Path, tmp_path: Path) -> None:
    home("pack", "install", str(pack))
    lines = home("doctor").out.splitlines()
    assert any(line.startswith("ok     this index came in a pack: version 7, good until 31 December 2099") for line in lines)
    careguide("pack", "build", str(pack), "--key", str(key), "--version", "8", "--expires", "2020-03-01")
    home("pack", "install", str(pack))
    lines = home("doctor").out.splitlines()
    assert any(line.startswith("wrong  This guidance pack expired on 1 March 2020") for line in lines)
    home("index")
    lines = home("doctor").out.splitlines()
    assert any("pack version 8 was installed, and another index answers now" in line for line in lines)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_settings_stand_anywhere(careguide: Command, key: Path, tmp_path: Path, place: int) -> None:
    words = ["pack", "build", str(tmp_path / "a.cgpack"), "--key", str(key)]
    words[place:place] = ["--data", str(tmp_path / "none")]
    assert "there is no index in" in careguide(*words).err


def test_show_says_what_is_in_a_pack_and_installs_nothing(home: Home, pack: Path, tmp_path: Path) -> None:
    done = home("pack", "show", str(pack))
    assert done.code == 0
    assert "is sound: version 7" in done.out
    assert "79 documents" in done.out
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("command", ["install", "show"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "no pack", "absent", "stranger"])
def test_a_bad_pack_is_one_line(home: Home, pack: Path, command: str, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = pack.read_bytes()
    if damage == "cut":
        pack.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        pack.write_bytes(content[:-5] + bytes([content[-5] ^ 1]) + content[-4:])
    elif damage == "no pack":
        pack.write_bytes(b"PK\x03\x04" + content)
    elif damage == "absent":
        pack.unlink()
    else:
        monkeypatch.delenv("CAREGUIDE_TRUSTED_KEYS")
    done = home("pack", command, str(pack))
    assert done.code == 1
    assert done.out == ""
    assert done.err.startswith("careguide: ")
    assert done.err.count("\n") == 1


def test_an_older_pack_is_refused_with_what_to_do(careguide: Command, home: Home, key: Path, pack: Path) -> None:
    home("pack", "install", str(pack))
    careguide("pack", "build", str(pack), "--key", str(key), "--version", "6")
    done = home("pack", "install", str(pack))
    assert (done.code, "older than the installed 7" in done.err) == (1, True)
    assert home("pack", "install", str(pack), "--allow-downgrade").code == 0


def test_the_version_is_the_time_and_the_expiry_is_in_ninety_days(careguide: Command, key: Path, tmp_path: Path) -> None:
    import datetime

    file = tmp_path / "guidance.cgpack"
    careguide("pack", "build", str(file), "--key", str(key))
    values = json.loads(file.read_bytes().split(b"\n", 4)[4].split(b"\n}", 1)[0] + b"\n}")
    now = datetime.datetime.now(datetime.UTC)
    assert abs(int(f"{now:%Y%m%d%H%M}") - values["version"]) <= 100
    days = datetime.date.fromisoformat(values["expires"]) - now.date()
    assert days.days in (89, 90)


def test_a_key_is_made_once(careguide: Command, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    done = careguide("pack", "keygen", str(file))
    public = file.with_name("key.pem.pub").read_text(encoding="ascii").strip()
    assert f'trusted_keys = ["{public}"]' in done.out
    assert "PRIVATE" not in done.out
    before = file.read_bytes()
    again = careguide("pack", "keygen", str(file))
    assert (again.code, again.err.count("\n")) == (1, 1)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["pack"], 2, "required: COMMAND"),
        (["pack", "build", "x.cgpack"], 2, "required: --key"),
        (["pack", "build", "x.cgpack", "--key", "k", "--expires", "2027-02-30"], 2, "is not a date such as 2027-03-31"),
        (["pack", "build", "x.cgpack", "--key", "k", "--version", "v1"], 2, "--version"),
        (["pack", "build", "x.cgpack", "--key", "/nowhere/key"], 1, "cannot read the key /nowhere/key"),
        (["pack", "keygen", "/nowhere/key"], 1, "cannot write the key to /nowhere/key"),
    ],
)
def test_wrong_words_are_told(careguide: Command, words: list[str], code: int, says: str) -> None:
    done = careguide(*words)
    assert done.code == code
    assert says in done.err


@pytest.mark.parametrize("wanted", ["", "..", "../generations", "0123456789abcdef", "a/b"])
def test_an_index_that_is_not_there_cannot_be_packed(careguide: Command, key: Path, tmp_path: Path, wanted: str) -> None:
    done = careguide("pack", "build", str(tmp_path / "a.cgpack"), "--key", str(key), "--generation", wanted)
    assert (done.code, "there is no index" in done.err) == (2, True)


def test_a_named_index_is_packed(careguide: Command, built: Path, key: Path, tmp_path: Path) -> None:
    wanted = (built / "index" / "CURRENT").read_text(encoding="ascii").strip()
    done = careguide("pack", "build", str(tmp_path / "a.cgpack"), "--key", str(key), "--generation", wanted)
    assert (done.code, f"Index {wanted}" in done.out) == (0, True)


def test_an_index_that_is_not_of_the_corpus_as_it_is_now_is_not_packed(home: Home, key: Path, corpus_root: Path) -> None:
    out = corpus_root / "a.cgpack"
    assert "careguide index" in home("pack", "build", str(out), "--key", str(key)).err
    home("index")
    (corpus_root / "starter" / "phones.md").unlink()
    done = home("pack", "build", str(out), "--key", str(key))
    assert (done.code, "run: careguide index" in done.err, out.exists()) == (1, True, False)


def test_a_damaged_index_is_not_packed(home: Home, key: Path, tmp_path: Path) -> None:
    home("index")
    file = next((tmp_path / "home" / "index" / "generations").rglob("words.json"))
    file.write_bytes(file.read_bytes()[:-1])
    done = home("pack", "build", str(tmp_path / "a.cgpack"), "--key", str(key))
    assert (done.code, "words.json is damaged" in done.err) == (1, True)


def test_answering_from_a_pack_loads_no_cryptography(home: Home, pack: Path) -> None:
    home("pack", "install", str(pack))
    command = [sys.executable, "-c", HEAVY, *home.flags, "ask", QUESTION]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, env=os.environ)
    assert done.stdout.splitlines()[-1] == "False"


def test_the_pack_of_another_encoder_is_refused(careguide: Command, home: Home, pack: Path, key: Path, tmp_path: Path) -> None:
    from assistant.pack.format import SIGNED_AS, head_bytes
    from assistant.pack.keys import private_key

    content = pack.read_bytes()
    start = content.index(b"{")
    length = int(content[:start].split()[-1])
    values = json.loads(content[start : start + length])
    values["generation"]["encoder"] = "another"
    manifest = json.dumps(values).encode()
    signature = private_key(key).sign(SIGNED_AS + manifest)
    pack.write_bytes(head_bytes(values["key"], signature, manifest) + manifest + content[start + length :])
    done = home("pack", "install", str(pack))
    assert (done.code, "was made with the encoder" in done.err) == (1, True)
    assert not (tmp_path / "home" / "index" / "CURRENT").exists()
