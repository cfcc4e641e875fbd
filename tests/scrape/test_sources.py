"""The list of sources: what it may say, what is refused, and that it covers what the project exists for."""

from __future__ import annotations

import csv
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assistant.config import packaged_corpus
from assistant.corpus import same_page
from assistant.errors import ConfigError
from assistant.scrape.sources import FILE, Sources, load_sources
from tests.shipped import shipped_corpus

MANIFEST = Path(__file__).resolve().parents[3] / "shared" / "sources" / "manifest.tsv"
SMALL = """
deny_hosts = ["staging.example.org"]

[[source]]
id = "example"
publisher = "Example"
adapter = "generic"
hosts = ["www.example.org"]
pace_seconds = 2
storage = "full"
licence = "OGL-UK-3.0"
attribution = "Example, under the Open Government Licence."
pages = [
    { url = "https://www.example.org/a", kind = "guidance", topics = ["backups"] },
    { url = "https://www.example.org/b", kind = "service", topics = [], storage = "link", also = ["https://old.org/b"] },
    { url = "https://www.example.org/c", kind = "news", topics = [], follow = "links", include = ["report"] },
]
"""


@pytest.fixture(scope="module")
def shipped() -> Sources:
    return load_sources(packaged_corpus() / FILE)


def loaded(tmp_path: Path, text: str) -> Sources:
    file = tmp_path / FILE
    file.write_text(text)
    return load_sources(file)


def test_a_source_says_what_is_kept_of_each_page(tmp_path: Path):
    (source,) = loaded(tmp_path, SMALL).source
    assert [source.storage_of(page) for page in source.pages] == ["full", "link", "full"]
    assert source.render == "plain"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("https://www.example.org/a", "http://www.example.org/a", "pages.0.url"),
        ("https://www.example.org/a", "https://elsewhere.org/a", "none of the hosts"),
        ("https://www.example.org/a", "https://www.example.org/b/", "twice"),
        ("https://www.example.org/a", "https://old.org/b", "none of the hosts"),
        ('"generic"', '"magic"', "adapter"),
        ("pace_seconds = 2", "pace_seconds = 0.1", "pace_seconds"),
        ("OGL-UK-3.0", "all rights reserved", "in full"),
        ("OGL-UK-3.0", "OGL-not-really", "in full"),
        ('kind = "guidance"', 'kind = "guidance", follow = "attachments"', "GOV.UK"),
        ('storage = "link", also', 'storage = "link", follow = "children", also', "never fetched"),
        ('"staging.example.org"', '"Staging.example.org"', "deny_hosts"),
        ('licence = "OGL-UK-3.0"', "", "needs 'licence'"),
        ('hosts = ["www.example.org"]', 'hosts = ["staging.example.org"]', "hosts"),
        ('deny_hosts = ["staging', 'deny_hosts = ["www', "denied"),
        (', include = ["report"]', "", "include"),
        ('follow = "links"', 'follow = "children"', "include"),
        ("pages = [", "leaves = [", "pages"),
        ("[[source]]", "[[source", FILE),
    ],
)
def test_a_wrong_source_is_refused_and_named(tmp_path: Path, old: str, new: str, told: str):
    assert old in SMALL
    with pytest.raises(ConfigError, match=FILE) as fault:
        loaded(tmp_path, SMALL.replace(old, new))
    assert told in str(fault.value)


def test_a_page_may_not_keep_more_than_its_licence_allows(tmp_path: Path):
    closed = SMALL.replace("OGL-UK-3.0", "all rights reserved").replace('storage = "full"', 'storage = "excerpt"')
    assert loaded(tmp_path, closed).source[0].storage == "excerpt"
    with pytest.raises(ConfigError, match="in full"):
        loaded(tmp_path, closed.replace('storage = "link"', 'storage = "full"'))
    pointed = closed.replace('storage = "excerpt"', 'storage = "link"').replace(', follow = "links", include = ["report"]', "")
    bare = pointed.replace('licence = "all rights reserved"', "").replace("attribution", "# attribution")
    assert loaded(tmp_path, bare).source[0].licence == ""
    with pytest.raises(ConfigError, match="needs 'licence'"):
        loaded(tmp_path, bare.replace('topics = ["backups"]', 'topics = [], storage = "excerpt"'))


def test_a_list_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_sources(tmp_path / FILE)


def test_topics_are_those_of_the_notes(shipped: Sources):
    known = {topic for document in shipped_corpus().documents for topic in document.topics}
    assert {topic for source in shipped.source for page in source.pages for topic in page.topics} <= known


def test_only_text_under_an_open_licence_is_kept_in_full(shipped: Sources):
    kept = {source.id: {source.storage_of(page) for page in source.pages} for source in shipped.source}
    assert {name for name, ways in kept.items() if "full" in ways} == {"ncsc", "govuk", "ico", "nhs-digital"}
    assert kept["digital-care-hub"] == {"excerpt", "link"}


def test_everything_named_in_the_announcement_of_the_report_is_fetched(shipped: Sources):
    pages = {page.url: (source.storage_of(page), page.follow) for source in shipped.source for page in source.pages}
    publications = "https://www.gov.uk/government/publications"
    assert pages[f"{publications}/the-state-of-cyber-security-in-adult-social-care"] == ("full", "attachments")
    strategy = f"{publications}/cyber-security-strategy-for-health-and-social-care-2023-to-2030"
    assert pages[strategy] == ("full", "attachments")
    assert pages["https://digitalcarehub.co.uk/the-state-of-cyber-security-in-adult-social-care"] == ("excerpt", "links")
    hub = "https://www.digitalcarehub.co.uk/data-security-protecting-my-information"
    assert pages[f"{hub}/better-security-better-care/"] == ("excerpt", "children")
    assert pages["https://www.ncsc.gov.uk/collection/cyber-assessment-framework"] == ("full", "children")
    assert pages[f"{publications}/data-security-and-protection-for-health-and-care-organisations"] == ("full", "attachments")
    assert sum(urlsplit(url).hostname == "www.dsptoolkit.nhs.uk" for url in pages) >= 10


def test_every_page_of_guidance_in_the_manifest_is_there(shipped: Sources):
    if not MANIFEST.is_file():
        pytest.skip("the manifest stands beside the project and is absent here")
    with MANIFEST.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))
    about_the_site = {"licence", "feed-index"}
    wanted = {same_page(row["url"]) for row in rows if row["kind"] not in about_the_site}
    assert wanted - {same_page(url) for url in shipped.addresses()} == set()
