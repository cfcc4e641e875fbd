"""Tests of reading packs: sound ones as they were made, all others refused in one line, in bounded time and memory."""

from __future__ import annotations

import json
import os
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import PackError
from assistant.pack import format as pack_format
from assistant.pack.format import CHUNK, FIRST_LINE, LONGEST_MANIFEST, MOST_FILES, Pack, copy_entry, is_safe, opened
from assistant.pack.verify import verified
from tests.pack.packs import FILES, KEY, STRANGER, TRUSTED, forged, generation, name_of, packed, put_in, resigned

ENDS = "get it again from whoever supplies it"


def read(file: Path) -> tuple[Pack, dict[str, bytes]]:
    """Read a pack as ``careguide pack show`` does, and return the files in it too."""
    with opened(file) as stream:
        pack = verified(stream, file, TRUSTED)
        files: dict[str, bytearray] = {}
        for entry in pack.entries:
            copy_entry(stream, entry, file, files.setdefault(entry.name, bytearray()).extend)
    return pack, {name: bytes(content) for name, content in files.items()}


def refusal(file: Path) -> str:
    with pytest.raises(PackError) as caught:
        read(file)
    assert "\n" not in str(caught.value)
    assert str(file) in str(caught.value)
    return str(caught.value)


def test_what_was_packed_is_read(tmp_path: Path) -> None:
    pack, files = read(packed(tmp_path))
    assert files == FILES
    assert pack.generation == generation()
    assert (pack.version, pack.expires, pack.key) == (5, "2027-01-31", name_of(KEY))
    assert pack.total == sum(map(len, FILES.values()))


def test_the_same_generation_gives_the_same_bytes(tmp_path: Path) -> None:
    assert packed(tmp_path).read_bytes() == packed(tmp_path).read_bytes()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(tmp_path_factory.mktemp("sound"))


def test_no_byte_can_be_changed(sound: Path, tmp_path: Path) -> None:
    content = sound.read_bytes()
    file = tmp_path / "changed.cgpack"
    for place in range(len(content)):
        for change in (1, 0x20):  # another character, and the other case of a letter
            spoilt = bytearray(content)
            spoilt[place] ^= change
            file.write_bytes(spoilt)
            refusal(file)


def test_no_byte_can_be_left_out_or_added(sound: Path, tmp_path: Path) -> None:
    content = sound.read_bytes()
    file = tmp_path / "changed.cgpack"
    for place in range(len(content)):
        spoilt = content[:place] + content[place + 1 :], content[:place] + b"0" + content[place:]
        for one in (content[:place], spoilt[place % 2]):
            file.write_bytes(one)
            refusal(file)
    file.write_bytes(content + b"\0")
    assert "goes on after its end" in refusal(file)


@given(st.data())
def test_any_damage_is_refused(sound: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = sound.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    spoilt = content[:start] + data.draw(st.binary(max_size=200)) + content[end:]
    file = tmp_path_factory.getbasetemp() / "damaged.cgpack"
    file.write_bytes(spoilt)
    if spoilt != content:
        refusal(file)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda rest: FIRST_LINE + rest))
def test_any_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.cgpack"
    file.write_bytes(content)
    refusal(file)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    *(("version",), ("created",), ("expires",), ("key",), ("total",), ("generation",), ("files",), ("format",)),
    *(("files", 0), ("files", 0, 0), ("files", 1, 1), ("files", 2, 2)),
    *(("generation", name) for name in ("id", "corpus", "encoder", "dim", "documents", "faults", "format", "created")),
]


@given(st.sampled_from(FIELDS), json_values)
def test_a_signed_manifest_with_a_wrong_value_is_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], value: object
) -> None:
    folder = tmp_path_factory.getbasetemp() / "wrong"
    file = forged(packed(folder), lambda values: put_in(values, path, value))
    said = ""
    try:
        assert read(file)[1] == FILES
    except PackError as fault:
        said = str(fault)
    assert "\n" not in said


@given(json_values)
def test_a_signed_manifest_that_is_any_json_is_refused(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    file = tmp_path_factory.getbasetemp() / "json.cgpack"
    assert "is not as it should be" in refusal(resigned(file, json.dumps(value).encode(), b""))


def test_a_manifest_nested_without_end_is_refused(tmp_path: Path) -> None:
    deep = b"[" * 1_000_000
    assert "is not as it should be" in refusal(resigned(tmp_path / "deep.cgpack", deep, b""))


@pytest.mark.parametrize("path", [("signature",), ("generation", "x")])
def test_a_field_that_is_not_known_within_the_index_is_refused(tmp_path: Path, path: tuple[str, ...]) -> None:
    file = forged(packed(tmp_path), lambda values: put_in(values, path, 1))
    if path[0] == "generation":
        refusal(file)
    else:
        assert read(file)[1] == FILES


# Who signed it


def test_a_pack_without_a_signature_is_refused_with_the_key_that_it_names(tmp_path: Path) -> None:
    file = packed(tmp_path)
    file.write_bytes(re.sub(rb"signature [0-9a-f]+", b"signature ", file.read_bytes(), count=1))
    assert f"is not signed (it names the key {name_of(KEY)})" in refusal(file)


def test_a_pack_of_a_stranger_is_refused_with_the_key_that_it_names(tmp_path: Path) -> None:
    said = refusal(packed(tmp_path, key=STRANGER))
    assert f"signed with the key {name_of(STRANGER)}, which is not trusted (trusted are {name_of(KEY)})" in said
    assert "trusted_keys" in said


def test_a_stranger_cannot_use_the_name_of_a_trusted_key(tmp_path: Path) -> None:
    file = packed(tmp_path, key=STRANGER)
    file.write_bytes(file.read_bytes().replace(name_of(STRANGER).encode(), name_of(KEY).encode()))
    assert f"wrongly signed: it was changed after the key {name_of(KEY)}" in refusal(file)


def test_without_trusted_keys_every_pack_is_refused(tmp_path: Path) -> None:
    file = packed(tmp_path)
    with opened(file) as stream, pytest.raises(PackError, match="no key is trusted yet"):
        verified(stream, file, {})


def test_nothing_of_a_manifest_is_believed_before_its_signature(tmp_path: Path) -> None:
    said = refusal(forged(packed(tmp_path), lambda values: values.update(files=[["../evil", 1, "0"]]), STRANGER))
    assert "not trusted" in said
    assert "evil" not in said


# Names


BAD_NAMES = [
    *("", ".", "..", "/etc/passwd", "../up", "a/../../up", "a/./b", "a//b", "a/", "/a", "~/a", "a\\b", "..\\up", "C:/a", "C:a"),
    *("a\0b", "a b", "a\n", "\u202etxt", "caf\u00e9", "a.", "a/b.", ".hidden", "a/.hidden", "-rf", "NUL", "a/con.txt", "aux"),
    *("manifest.json", "MANIFEST.json", "a" * 101, "/".join("abcdefghi"), "a:stream", "a*", "%2e%2e/up"),
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_may_lead_outside_is_refused_though_signed(tmp_path: Path, name: str) -> None:
    assert not is_safe(name)
    said = refusal(forged(packed(tmp_path), lambda values: put_in(values, ("files", 0, 0), name)))
    assert "the file name" in said


@pytest.mark.parametrize("name", ["a", "asked/data.csc.index.npy", "documents.sqlite", "a_b-c.d", "console", "a/b/c/d/e/f/g/h"])
def test_names_of_an_index_are_safe(name: str) -> None:
    assert is_safe(name)


@pytest.mark.parametrize("name", ["b.txt", "B.TXT", "words", "Words/A.bin", "words/a.bin/c", "WORDS/a.bin/c"])
def test_a_name_that_is_there_twice_for_some_systems_is_refused(tmp_path: Path, name: str) -> None:
    row = [name, 0, "0" * 64]
    said = refusal(forged(packed(tmp_path), lambda values: values["files"].append(row)))
    assert "is there twice" in said


# Sizes


def too_many(values: dict[str, Any]) -> None:
    values["files"] = [[f"f{number}", 0, "0" * 64] for number in range(MOST_FILES + 1)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (too_many, "its files, which must be 1 to 10,000"),
        (lambda values: values.update(files=[]), "its files"),
        (lambda values: put_in(values, ("files", 0, 1), 2**31 + 1), "must be at most 2,147,483,648 bytes"),
        (lambda values: put_in(values, ("files", 0, 1), 10**300), "must be at most"),
        (lambda values: put_in(values, ("files", 0, 1), -1), "the size of b.txt"),
        (lambda values: put_in(values, ("files", 0, 1), True), "the size of b.txt"),
        (lambda values: put_in(values, ("files", 0, 2), "A" * 64), "the digest of b.txt"),
        (lambda values: values.update(total=1), "its total size"),
        (lambda values: values.update(key="0" * 16), "the key that it names"),
        (lambda values: values.update(version=0), "its version"),
        (lambda values: values.update(version=True), "its version"),
        (lambda values: values.update(version=10**15), "its version"),
        (lambda values: values.update(expires="2027-02-30"), "when it expires"),
        (lambda values: values.update(format=2), "its format"),
        (lambda values: values.update(created="2026-11-23"), "when it was created"),
        (lambda values: values.update(created="9999-12-31T23:59:59-23:00"), "when it was created"),
        (lambda values: put_in(values, ("generation", "created"), "yesterday"), "when its index was created"),
        (lambda values: put_in(values, ("generation", "created"), "0001-01-01T00:00:00+23:59"), "when its index was created"),
        (lambda values: put_in(values, ("generation", "faults"), [1]), "its faults"),
        (lambda values: put_in(values, ("generation", "dim"), 1.5), "dim of its index"),
        (lambda values: put_in(values, ("generation", "id"), "../../evil/123456"), "the id of its index"),
    ],
)
def test_a_wrong_field_is_named_though_signed(tmp_path: Path, change: Callable[[dict[str, Any]], None], says: str) -> None:
    said = refusal(forged(packed(tmp_path), change))
    assert says in said
    assert name_of(KEY) in said


def test_sizes_that_the_files_do_not_have_are_refused(tmp_path: Path) -> None:
    def shift(values: dict[str, Any]) -> None:
        values["files"][0][1] += 1
        values["files"][1][1] -= 1
        values["files"][2][1] += 0

    refusal(forged(packed(tmp_path), shift))


def test_a_file_of_another_digest_is_refused_by_its_name(tmp_path: Path) -> None:
    file = forged(packed(tmp_path), lambda values: put_in(values, ("files", 0, 2), "0" * 64))
    assert "the file b.txt in the pack" in refusal(file)


def test_a_manifest_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "long.cgpack"
    head = FIRST_LINE + f"key {name_of(KEY)}\nsignature {'0' * 128}\nmanifest {LONGEST_MANIFEST + 1}\n".encode()
    with file.open("wb") as stream:
        stream.write(head)
        stream.truncate(LONGEST_MANIFEST * 4)
    tracemalloc.start()
    try:
        assert "is longer than 8,388,608 bytes" in refusal(file)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_a_file_larger_than_any_pack_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.cgpack"
    with file.open("wb") as stream:
        stream.write(FIRST_LINE)
        stream.truncate(3 * 2**30)  # takes no room
    assert "more than a pack can have" in refusal(file)


def test_a_large_file_is_copied_a_piece_at_a_time(tmp_path: Path) -> None:
    files = {"large": bytes(8 * CHUNK)}
    pack = packed(tmp_path, files=files)
    pieces: list[int] = []
    tracemalloc.start()
    try:
        with opened(pack) as stream:
            copy_entry(stream, verified(stream, pack, TRUSTED).entries[0], pack, lambda piece: pieces.append(len(piece)))
        assert tracemalloc.get_traced_memory()[1] < 4 * CHUNK
    finally:
        tracemalloc.stop()
    assert pieces == [CHUNK] * 8


# What is no pack


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "."])
def test_what_is_no_file_is_refused(name: str) -> None:
    with pytest.raises(PackError, match=r"is not a file|Is a directory"), opened(Path(name)):
        pass


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in refusal(tmp_path / "pipe")


def test_a_pack_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot read the pack" in refusal(tmp_path / "none.cgpack")


def test_another_format_is_told_from_no_pack(tmp_path: Path) -> None:
    file = tmp_path / "newer.cgpack"
    file.write_bytes(b"careguide pack 2\n")
    assert "install a newer Careguide" in refusal(file)
    file.write_bytes(b"PK\x03\x04")
    assert "is not a Careguide pack" in refusal(file)
    assert ENDS in refusal(file)


def test_the_first_line_of_a_format_is_its_number() -> None:
    assert f"careguide pack {pack_format.FORMAT}\n".encode() == FIRST_LINE
