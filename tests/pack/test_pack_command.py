"""``careguide pack`` from key to answer: what a maintainer puts into a pack is what a home is answered, byte for byte."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.index.generation import Generations
from assistant.index.manifest import FORMAT, Manifest, manifest_bytes
from tests.conftest import FOREIGN, QUESTION, Command, Done

HEAVY = "import sys; from assistant.cli import main; main(sys.argv[1:]); print('cryptography' in sys.modules)"


@dataclass(frozen=True)
class Home:
    """A data folder beside a corpus of its own, which trusts one key."""

    careguide: Command
    flags: tuple[str, ...]

    def __call__(self, *words: str) -> Done:
        return self.careguide(*words, flags=self.flags)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from assistant.pack.keys import keygen

    file = tmp_path_factory.mktemp("keys") / "key.pem"
    keygen(file)
    return file


@pytest.fixture(scope="module")
def signed(built: Path, key: Path) -> Path:
    """Return a pack of the packaged corpus, to be copied."""
    file = key.with_name("guidance.cgpack")
    words = ("pack", "build", str(file), "--key", str(key), "--version", "7", "--expires", "2099-12-31")
    assert main(["--data", str(built), *words]) == 0
    return file


@pytest.fixture
def pack(signed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(signed, tmp_path))


@pytest.fixture
def home(careguide: Command, key: Path, corpus_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("CAREGUIDE_TRUSTED_KEYS", key.with_name("key.pem.pub").read_text(encoding="ascii"))
    return Home(careguide, ("--corpus", str(corpus_root), "--data", str(tmp_path / "home")))


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


def test_the_pack_stays_until_an_index_is_built(home: Home, pack: Path) -> None:
    home("pack", "install", str(pack))
    assert "What to do first if you clicked a link" in home("ask", QUESTION).out
    assert "4 documents" in home("index").out
    assert "Keeping copies of care records" in home("ask", "how often should we copy records").out
    assert "version 7" in home("pack", "install", str(pack)).out
    assert "What to do first if you clicked a link" in home("ask", QUESTION).out


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
