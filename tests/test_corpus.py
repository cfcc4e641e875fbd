"""Tests of the corpus: documents on disk."""

from __future__ import annotations

import datetime
import hashlib
import os
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import markdown
from assistant.corpus import MOST_BYTES, Corpus, parse_document, render_document
from assistant.errors import CorpusError, CorruptDocument, DocumentNotFound
from assistant.text import normalise, one_line
from assistant.types import Document
from tests import strategies
from tests.fakes import document, page

IDS = ["documents/security-office/passwords", "documents/security-office/scam-texts", "starter/backups", "starter/phones"]

words = st.one_of(
    st.text(max_size=60),
    strategies.dirty,
    st.text(":-#'\"[]{}&*!|>%@` \n,?\\0a\u00e9\U0001f600", max_size=40),
    st.sampled_from(
        ["null", "yes", "2024-01-01", "1.5", "0x1F", "- a: b", "---", "'quoted'", "a: b # c", "=", "<<", "~", "!!python/x"]
    ),
    st.lists(strategies.word, min_size=30, max_size=60).map(" ".join),
).map(one_line)
some_words = words.filter(bool)
address = st.builds(
    lambda host, path: f"https://{host}.example/{path}",
    st.text(string.ascii_lowercase, min_size=1, max_size=8),
    st.text(string.ascii_letters + string.digits + "-._~/?#&=%:@!$'()*+,;", max_size=40),
)
date = st.one_of(st.none(), st.dates(datetime.date(1000, 1, 1)).map(lambda day: day.isoformat()))
many = st.lists(some_words, max_size=4).map(tuple)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Draw a document as ``parse_document`` would return it, with odd words in every field."""
    text = normalise(draw(strategies.markdown)) or "Words."
    sections, blocks = markdown.parse(text)
    return Document(
        id=draw(st.sampled_from(["starter/a", "documents/b/c.d", "documents/\u00e9 f"])),
        url=draw(address),
        title=draw(some_words),
        publisher=draw(some_words),
        kind=draw(some_words),
        text=text,
        sections=sections,
        blocks=blocks,
        content_hash=hashlib.sha256(text.encode()).hexdigest(),
        published=draw(date),
        updated=draw(date),
        reviewed=draw(date),
        retrieved=draw(date),
        applies_to=draw(many),
        licence=draw(words),
        topics=draw(many),
        status=draw(st.sampled_from(["live", "withdrawn", "superseded"])),
        notice=draw(words),
        based_on=draw(st.lists(address, max_size=4).map(tuple)),
        facts=draw(st.dictionaries(some_words, many, max_size=3)),
        sources=draw(st.dictionaries(some_words, st.lists(address, max_size=3).map(tuple), max_size=3)),
    )


@given(documents())
def test_a_document_written_and_read_back_is_equal(one: Document) -> None:
    assert parse_document(one.id, render_document(one)) == one


@given(documents())
def test_the_same_through_files(one: Document) -> None:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(Path(folder))
        assert corpus.id_of(corpus.write(one)) == one.id
        assert corpus.read(one.id) == one
        assert corpus.load().documents == (one,)


@given(documents())
def test_rendering_what_was_read_gives_the_same_file(one: Document) -> None:
    raw = render_document(one)
    assert render_document(parse_document(one.id, raw)) == raw


def test_documents_load_in_order_of_id(corpus: Corpus) -> None:
    reading = corpus.load()
    assert [one.id for one in reading.documents] == IDS
    assert reading.faults == ()


def test_the_fields_of_a_note(corpus: Corpus) -> None:
    note = corpus.read("starter/backups")
    assert note.is_starter
    assert note.title == "Keeping copies of care records"
    assert note.reviewed == "2026-01-15"
    assert note.published is None
    assert note.applies_to == ("UK",)
    assert note.based_on == ("https://www.example.org/backups", "https://www.example.org/restore")
    assert note.facts == {"how-often": ("backups-01", "backups-02")}
    assert note.sources == {"how-often": ("https://www.example.org/restore",)}
    assert [section.anchor for section in note.sections] == ["", "how-often", "how-do-you-test-a-backup"]
    assert note.content_hash == hashlib.sha256(note.text.encode()).hexdigest()


def test_progress_counts_to_the_last_file(corpus: Corpus) -> None:
    told: list[tuple[int, int]] = []
    corpus.load(lambda done, of: told.append((done, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


BAD = {
    "no front matter": ("# Words\n\nOnly.", ["front matter", "---"]),
    "front matter that never ends": ("---\ntitle: A\n\nWords.", ["front matter", "---"]),
    "an empty file": ("", ["front matter"]),
    "no text": (page(""), ["no text"]),
    "hidden characters for text": (page("\u200b\u202e"), ["no text"]),
    "not YAML": (page("x", more="topics: [a"), ["YAML"]),
    "a list": ("---\n- a\n---\n\nx", ["list of fields"]),
    "no title": (page("x").replace("title: A page\n", ""), ["'title'", "required"]),
    "an empty title": (page("x", title="''"), ["'title'", "at least 1"]),
    "a number for a title": (page("x", title="2024"), ["'title'", "string"]),
    "a date of another form": (page("x", more="updated: 3 March 2024"), ["'updated'", "3 March 2024"]),
    "a quoted date that is none": (page("x", more="updated: '2024-02-30'"), ["'updated'"]),
    "an http address": (page("x", url="http://example.org/a"), ["'url'", "https"]),
    "an address without a host": (page("x", url="https:///a"), ["'url'", "https"]),
    "an address with a space": (page("x", url="https://example.org/a b"), ["'url'", "https"]),
    "a bad address among several": (
        page("x", more="based_on: ['https://a.example/', 'ftp://b.example/']"),
        ["'based_on.1'", "https"],
    ),
    "a bad source": (page("x", more="sources: {here: ['javascript:alert(1)']}"), ["'sources.here.0'", "https"]),
    "an unknown field": (page("x", more="author: Someone"), ["'author'"]),
    "an unknown status": (page("x", more="status: draft"), ["'status'", "'live', 'withdrawn' or 'superseded'"]),
    "words for a list": (page("x", more="topics: backups"), ["'topics'", "tuple"]),
}


@pytest.mark.parametrize(("raw", "named"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_is_named_with_its_fault_and_the_rest_still_loads(corpus: Corpus, raw: str, named: list[str]) -> None:
    (corpus.root / "starter" / "bad.md").write_text(raw, encoding="utf-8")
    reading = corpus.load()
    assert [one.id for one in reading.documents] == IDS
    (fault,) = reading.faults
    assert fault.document_id == "starter/bad"
    assert str(fault).startswith("starter/bad.md: ")
    assert "\n" not in str(fault)
    assert [part for part in named if part not in str(fault)] == []


def test_a_date_that_the_calendar_lacks_is_named_by_its_field() -> None:
    with pytest.raises(CorruptDocument, match="'updated'"):
        parse_document("a", page("x", more="updated: 2024-13-01"))


@pytest.mark.parametrize("given_date", ["'20240301'", "'2024-W09-5'", "2024-03-01", "'2024-03-01'", "2024-03-01T10:00:00Z"])
def test_a_date_in_another_iso_form_comes_out_in_the_one_form_or_is_refused(given_date: str) -> None:
    try:
        updated = parse_document("a", page("x", more=f"updated: {given_date}")).updated
    except CorruptDocument as fault:
        assert "'updated'" in str(fault)  # noqa: PT017 - either outcome keeps the promise
    else:
        assert updated == "2024-03-01"


@pytest.mark.parametrize("hidden", ["\\e]0;x\\a", "\\u202E", "\\u200B", "\\n", "\\t"])
def test_an_address_with_hidden_characters_is_refused(hidden: str) -> None:
    with pytest.raises(CorruptDocument, match="'url'"):
        parse_document("a", page("x", url=f'"https://example.org/{hidden}a"'))


@pytest.mark.parametrize("field", ["title", "publisher", "kind", "licence", "notice"])
def test_words_of_front_matter_are_put_in_normal_form(field: str) -> None:
    raw = page("x").replace("title: A page\n", "").replace("publisher: Example Office\n", "")
    fields = {"title": "T", "publisher": "P"} | {field: "\\e[31mA\\u202E  page\\u00A0x\\n"}
    head = "".join(f'{name}: "{value}"\n' for name, value in fields.items())
    assert getattr(parse_document("a", raw.replace("---\n", f"---\n{head}", 1)), field) == "A page x"


def test_a_deeply_nested_front_matter_is_a_fault_like_another(corpus: Corpus) -> None:
    (corpus.root / "deep.md").write_text(page("x", more=f"topics: {'[' * 3_000}"), encoding="utf-8")
    assert len(corpus.load().faults) == 1


def test_bytes_that_are_not_utf8_are_named_with_their_place(corpus: Corpus) -> None:
    raw = page("caf").encode() + b"\xe9"
    (corpus.root / "latin.md").write_bytes(raw)
    (fault,) = corpus.load().faults
    assert fault.document_id == "latin"
    assert f"byte {len(raw) - 1}" in str(fault)
    assert "UTF-8" in str(fault)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    raw = page("One.\n\nTwo.")
    assert parse_document("a", "\ufeff" + raw.replace("\n", "\r\n")) == parse_document("a", raw)


def test_a_file_that_is_too_large_is_named(corpus: Corpus) -> None:
    with (corpus.root / "large.md").open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    (fault,) = corpus.load().faults
    assert "large.md" in str(fault)
    assert "5,000,000" in str(fault)


def test_a_link_to_nowhere_is_a_fault_and_not_the_end(corpus: Corpus) -> None:
    (corpus.root / "gone.md").symlink_to(corpus.root / "nowhere")
    reading = corpus.load()
    assert len(reading.documents) == 4
    assert [fault.document_id for fault in reading.faults] == ["gone"]
    assert len(corpus.digest()) == 64


@pytest.mark.parametrize(
    "name", ["_draft.md", ".hidden.md", "README.md", "notes.txt", "_old/a.md", "reports/a.md", ".git/a.md"]
)
def test_files_that_are_no_documents(corpus: Corpus, name: str) -> None:
    file = corpus.root / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("not a document", encoding="utf-8")
    assert corpus.load().faults == ()


@pytest.mark.parametrize("make", [lambda root: None, lambda root: root.write_text("a file")], ids=["missing", "a file"])
def test_a_folder_that_cannot_be_listed(tmp_path: Path, make: object) -> None:
    root = tmp_path / "no-folder"
    make(root)  # type: ignore[operator]
    for use in (Corpus(root).load, Corpus(root).digest, Corpus(root).files):
        with pytest.raises(CorpusError, match=r"no-folder.*--corpus"):
            use()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_without_permission(corpus: Corpus) -> None:
    shut = corpus.root / "starter"
    shut.chmod(0)
    try:
        with pytest.raises(CorpusError, match=r"starter.*--corpus"):
            corpus.load()
    finally:
        shut.chmod(0o755)


def test_an_id_that_is_not_there(corpus: Corpus) -> None:
    with pytest.raises(DocumentNotFound, match="starter/none") as caught:
        corpus.read("starter/none")
    assert caught.value.document_id == "starter/none"


def test_a_document_that_cannot_be_written(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="cannot write"):
        corpus.write(document("x", "starter/phones.md/below-a-file"))


def test_writing_leaves_nothing_beside_the_file(corpus: Corpus) -> None:
    file = corpus.write(document("First.", "starter/new"))
    corpus.write(document("Second.", "starter/new"))
    assert corpus.read("starter/new").text == "Second."
    assert sorted(one.name for one in file.parent.iterdir()) == ["backups.md", "new.md", "phones.md"]


def test_the_digest_follows_names_and_bytes(corpus: Corpus) -> None:
    seen = [corpus.digest(), corpus.digest()]
    assert seen[0] == seen[1]
    file = corpus.root / "starter" / "phones.md"
    file.write_bytes(file.read_bytes() + b"\n")
    seen.append(corpus.digest())
    file.rename(file.with_name("telephones.md"))
    seen.append(corpus.digest())
    file.with_name("telephones.md").unlink()
    seen.append(corpus.digest())
    assert len(set(seen)) == 4


def test_a_file_that_cannot_be_read_for_a_moment_is_not_left_out(corpus: Corpus, monkeypatch: pytest.MonkeyPatch):
    whole, read, failed = corpus.digest(), Path.read_bytes, set()

    def failing_once(file: Path) -> bytes:
        if file.suffix == ".md" and file not in failed:
            failed.add(file)
            raise OSError(5, "Input/output error")
        return read(file)

    monkeypatch.setattr(Path, "read_bytes", failing_once)
    assert len(corpus.load().documents) == 4
    failed.clear()
    assert (corpus.digest(), len(failed)) == (whole, 4)
