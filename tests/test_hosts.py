"""Links lead to the hosts of the list of sources and nowhere else, because nothing else comes into an index."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import TypeAdapter, ValidationError

from assistant import hosts
from assistant.config import Config, packaged_corpus
from assistant.corpus import Corpus, listed
from assistant.errors import CorpusError
from assistant.export.licences import OPEN_LICENCE
from assistant.fields import Address
from assistant.scrape.sources import load_sources
from tests.conftest import PASSWORDS, Command

LIST = """
[[source]]
id = "example"
publisher = "Example"
hosts = ["www.example.org"]
"""
ELSEWHERE = (
    "https://evil.example/",
    "https://www.example.org.evil.example/",
    "https://example.org/",
    "https://xn--exmple-cua.org/",
)
GLOSSARY = '[[term]]\nterm = "{}"\nmeaning = "A word."\nfacts = ["x-01"]\nsources = ["{}"]\n'
CONTACT = """
[[contact]]
id = "{}"
name = "Somebody"
when = "Always."
ways = [{{ kind = "web", value = "{}" }}]
applies_to = ["UK"]
topics = ["phones"]
verified_on = "2026-01-01"
facts = ["x-01"]
sources = ["https://www.example.org/"]
"""


@pytest.fixture
def root(corpus_root: Path) -> Path:
    """Return the corpus with a list of its hosts."""
    (corpus_root / hosts.FILE).write_text(LIST, encoding="utf-8")
    return corpus_root


def put(root: Path, old: str, new: str) -> None:
    file = root / "documents" / "elsewhere.md"
    file.write_text(PASSWORDS.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_page_on_another_host_is_left_out_and_told(root: Path, address: str, careguide: Command, config: Config):
    put(root, "https://www.example.org/passwords", address)
    flags = ["--corpus", str(root), "--data", str(config.data)]
    built = careguide("index", flags=flags)
    host = urlsplit(address).hostname
    assert f"left out: documents/elsewhere.md: it has an address on {host}, which is no host of sources.toml" in built.err
    assert " 4 documents," in built.out
    assert f"left out: documents/elsewhere.md: it has an address on {host}" in careguide("doctor", flags=flags).out
    told = careguide("search", "passwords", "--json", flags=flags).out
    assert "evil" not in told
    assert "documents/elsewhere" not in told


@pytest.mark.parametrize("field", ["based_on: [https://evil.example/]", "sources: {three-words: [https://evil.example/]}"])
def test_no_address_of_a_note_leads_elsewhere(root: Path, field: str):
    put(root, "topics: [passwords]", field)
    corpus = Corpus(root)
    kept = listed(corpus.load(), corpus.hosts())
    assert "documents/elsewhere" not in {one.id for one in kept.documents}
    assert any("evil.example" in str(fault) for fault in kept.faults)


def test_entries_beside_the_documents_with_an_address_elsewhere_are_left_out_one_by_one(root: Path):
    good, bad = "https://www.example.org/a", "https://evil.example/"
    (root / "glossary.toml").write_text(GLOSSARY.format("good", good) + GLOSSARY.format("bad", bad))
    (root / "contacts.toml").write_text(CONTACT.format("good", good) + CONTACT.format("bad", bad))
    corpus = Corpus(root)
    kept = listed(corpus.load(), corpus.hosts())
    assert [one.term for one in kept.reference.glossary] == ["good"]
    assert [one.id for one in kept.reference.contacts] == ["good"]
    assert [str(fault).split(":")[0] for fault in kept.faults] == ["glossary.toml", "contacts.toml"]


def test_a_corpus_without_a_list_is_its_owners_own_and_doctor_says_so(corpus_root: Path, config: Config, careguide: Command):
    corpus = Corpus(corpus_root)
    assert corpus.hosts() is None
    assert listed(corpus.load(), None) == corpus.load()
    done = careguide("doctor", flags=["--corpus", str(corpus_root), "--data", str(config.data)])
    assert "there is no list of sources, sources.toml: links may lead to any https address" in done.out


@pytest.mark.parametrize("raw", ["[[source]", "", "source = 1", "[[source]]\nid = 'x'", "[[source]]\nhosts = 1", "\xff"])
def test_a_list_that_cannot_be_read_lets_no_link_through(root: Path, raw: str):
    (root / hosts.FILE).write_bytes(raw.encode("latin-1"))
    with pytest.raises(CorpusError, match=r"sources\.toml cannot be read .* mend the file"):
        Corpus(root).hosts()


def test_a_change_of_the_list_makes_the_index_stale(root: Path):
    before = Corpus(root).digest()
    (root / hosts.FILE).write_text(LIST.replace("www.example.org", "www.example.com"), encoding="utf-8")
    assert Corpus(root).digest() != before


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://www.gov.uk/",
            "https://me@www.gov.uk/",
            "https://www.gov.uk:8443/",
            "https://www.gov.uk:x/",
            "https:///www.gov.uk",
        ),
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "//www.gov.uk/",
            "https:www.gov.uk",
            "https://[::1/",
        ),
        *(
            "https://www.gov.uk\\@evil.example/",
            "https://evil.example\\www.gov.uk/",
            "https://www.gov.uk/\n",
            "https://www.g\u200bov.uk/",
        ),
        *("https://www.gov.uk/a b", 'https://www.gov.uk/"', "https://www.gov.uk/<x>", "https://www.gov.uk/\x1b]52;c;x\x07", ""),
    ],
)
def test_an_address_that_a_browser_may_read_otherwise_is_no_address(address: str):
    with pytest.raises(ValidationError):
        TypeAdapter(Address).validate_python(address)


def test_the_list_is_read_as_the_refresh_reads_it():
    file = packaged_corpus() / hosts.FILE
    every = {host for source in load_sources(file).source for host in source.hosts}
    assert hosts.parse(file.read_text(encoding="utf-8")) == every


def test_everything_that_ships_leads_to_hosts_of_the_list():
    corpus = Corpus(packaged_corpus())
    allowed = corpus.hosts()
    assert allowed is not None
    assert listed(corpus.load(), allowed) == corpus.load()
    assert hosts.elsewhere([OPEN_LICENCE], allowed) == "", "exports link to the licence by themselves"


def test_the_wheel_holds_the_list():
    root = Path(__file__).resolve().parents[1]
    wheel = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"][f"corpus/{hosts.FILE}"] == f"assistant/data/corpus/{hosts.FILE}"
