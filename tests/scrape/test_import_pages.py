"""The import of saved pages: the script over pages of the tests' own, and over the real samples where they are."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.corpus import Corpus
from assistant.errors import ExtractError
from assistant.index.chunk import chunk
from assistant.index.tokens import counter
from assistant.scrape.extract.govuk import item_document

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared" / "samples"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the real samples (shared/samples beside the checkout) are not here"
)

OGL = "OGL v3.0"
OWN_TERMS = "Digital Care Hub, all rights reserved: short excerpt with link"
TEXT_SAMPLES = {
    "ncsc-phishing-attacks.v2.0.txt": ("Phishing attacks: defending your organisation", "NCSC", "", "2024-02-13", OGL),
    "ncsc-10-steps-incident-management.v1.0.txt": ("10 Steps: Incident management", "NCSC", "", "2021-05-11", OGL),
    "ico-personal-data-breaches-guide.txt": ("Personal data breaches: a guide", "ICO", "", "", OGL),
    "ncsc__introduction-to-zero-trust.md": ("Introduction to Zero Trust", "NCSC", "", "", OGL),
    "digitalcarehub-announcement-2025-03-24.txt": (
        "The state of cyber security in adult social care",
        "Digital Care Hub",
        "2025-03-24",
        "",
        OWN_TERMS,
    ),
}
NO_DOCUMENT = {
    "govuk__document_collection__document_collection_with_withdrawn_links_documents.json": "a list of other pages",
    "govuk__gone__gone_with_alternative_path.json": "gone; import https://www.gov.uk/government/example",
    "govuk__redirect__redirect.json": "redirect to /maritime-safety",
    "govuk__special_route__pub__robots.txt.json": "special_route and has no text",
}
WITHDRAWN = {
    "govuk__detailed_guide__withdrawn_detailed_guide.json",
    "govuk__html_publication__withdrawn.json",
    "govuk__publication__withdrawn_publication.json",
}


def run(listing, corpus):
    command = [sys.executable, ROOT / "scripts" / "import_pages", "--corpus", corpus, "--list", listing]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


def write_list(folder, *rows):
    folder.mkdir(exist_ok=True)
    listing = folder / "pages.tsv"
    listing.write_text("\n".join("\t".join(row) for row in rows) + "\n", encoding="utf-8")
    return listing


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "keys.txt").write_text("\ufeffLock the keys away.\n\n- daily\n- nightly\n", encoding="utf-8")
    (folder / "doors.html").write_text("<main><h2 id=a>Doors</h2><p>Shut them.</p></main>", encoding="utf-8")
    item = {"base_path": "/a", "title": "A", "schema_name": "answer", "details": {"body": "<p>Yes.</p>"}}
    (folder / "item.json").write_text(json.dumps(item), encoding="utf-8")
    (folder / "latin.txt").write_bytes(b"caf\xe9")
    (folder / "broken.json").write_text("[" * 100_000, encoding="utf-8")
    return folder


def test_good_rows_are_written_and_named(pages, tmp_path):
    listing = write_list(
        pages,
        ("file", "title", "publisher", "url", "published"),
        ("keys.txt", "Keys", "Example Office", "https://example.org/keys", "2025-01-02"),
        ("doors.html", "Doors", "Example Office", "https://example.org/doors"),
        ("",),
        ("item.json",),
    )
    done = run(listing, tmp_path / "corpus")
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 written, 0 failed" in done.stdout
    reading = Corpus(tmp_path / "corpus").load()
    assert not reading.faults
    assert {document.text for document in reading.documents} == {
        "Lock the keys away.\n\n- daily\n- nightly",
        "## Doors {#a}\n\nShut them.",
        "Yes.",
    }
    assert all(f"wrote {document.id}.md" in done.stdout for document in reading.documents)


def test_bad_rows_are_reported_by_line_and_the_rest_imported(pages, tmp_path):
    address = "https://example.org/keys"
    rows = [
        ("missing.txt", "cannot be read"),
        ("latin.txt", "not UTF-8"),
        ("broken.json", "not JSON"),
        ("keys.pdf", "does not end in"),
        ("", "does not end in"),
    ]
    listing = write_list(
        pages,
        ("file", "title", "publisher", "url"),
        *((name, "T", "P", f"{address}/{number}") for number, (name, _) in enumerate(rows)),
        ("keys.txt", "Keys", "", address),
        ("keys.txt", "Keys", "Example Office", address, "one more"),
        ("keys.txt", "Keys", "Example Office", address),
        ("keys.txt", "Keys again", "Example Office", address),
    )
    done = run(listing, tmp_path / "corpus")
    assert done.returncode == 1
    reasons = [*(reason for _, reason in rows), "needs publisher", "a tab too many", "on line 9 already"]
    for line, reason in zip([2, 3, 4, 5, 6, 7, 8, 10], reasons, strict=True):
        assert any(f"pages.tsv line {line}: " in said and reason in said for said in done.stderr.splitlines()), (line, reason)
    assert [document.title for document in Corpus(tmp_path / "corpus").load().documents] == ["Keys"]


@pytest.mark.parametrize("columns", [("file", "license"), ("url",), ("file", "file"), ()])
def test_a_list_with_other_columns_is_refused(columns, tmp_path):
    done = run(write_list(tmp_path / "pages", columns, ("a.txt",)), tmp_path / "corpus")
    assert (done.returncode, done.stdout) == (1, "")
    assert "it needs file" in done.stderr


def test_a_list_that_is_not_there_is_said(tmp_path):
    done = run(tmp_path / "none.tsv", tmp_path / "corpus")
    assert done.returncode == 1
    assert "cannot be read" in done.stderr


def test_the_script_explains_itself():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "import_pages", "--help"], capture_output=True, text=True, check=True
    )
    assert "--list" in done.stdout


@needs_samples
def test_every_govuk_sample_is_a_document_or_says_why_not():
    refused, withdrawn = {}, set()
    for file in sorted(SAMPLES.glob("govuk__*.json")):
        try:
            document = item_document(json.loads(file.read_text(encoding="utf-8")), {})
        except ExtractError as fault:
            refused[file.name] = str(fault)
            continue
        assert document.url.startswith("https://www.gov.uk/")
        if document.status == "withdrawn":
            withdrawn.add(file.name)
            assert document.notice
    assert set(refused) == set(NO_DOCUMENT)
    assert all(NO_DOCUMENT[name] in reason for name, reason in refused.items())
    assert withdrawn == WITHDRAWN


@needs_samples
def test_the_text_samples_are_imported_whole_and_cut_within_the_budget(tmp_path):
    with (SAMPLES / "README.tsv").open(encoding="utf-8", newline="") as stream:
        addresses = {row["file"]: row["original_url"] for row in csv.DictReader(stream, delimiter="\t")}
    listing = write_list(
        tmp_path / "pages",
        ("file", "url", "title", "publisher", "published", "reviewed", "licence"),
        *((str(SAMPLES / name), addresses[name], *fields) for name, fields in TEXT_SAMPLES.items()),
    )
    done = run(listing, tmp_path / "corpus")
    assert (done.returncode, done.stderr) == (0, "")
    reading = Corpus(tmp_path / "corpus").load()
    assert not reading.faults
    assert {document.title for document in reading.documents} == {title for title, *_ in TEXT_SAMPLES.values()}
    for document in reading.documents:
        assert not {"](", "**", "\\'"} & {mark for mark in ("](", "**", "\\'") if mark in document.text}
        whole = {span for block in document.blocks for span in ((block.start, block.end), *block.items)}
        for passage in chunk(document, 220, counter()):
            size = counter()(document.text[passage.start : passage.end])
            assert size <= 220 or (passage.start, passage.end) in whole, document.text[passage.start : passage.end]
