"""The command that refreshes: what it prints and returns, one at a time, and what is left when it is stopped or killed."""

from __future__ import annotations

import base64
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.config import Config
from assistant.corpus import Corpus
from assistant.receipt.write import save
from assistant.scrape.decide import Quarantined
from assistant.scrape.limits import Extractor
from assistant.scrape.options import Options
from assistant.scrape.refreshing import capture, refresh_and_report
from assistant.scrape.sources import Sources
from tests.conftest import Done
from tests.receipt.given import quote, receipt
from tests.scrape.refreshed import ANSWER, LIMITS, REGULATION, WANTED, decisions, refreshed
from tests.scrape.warm import WarmCrawl
from tests.scripts import script
from tests.sites import dspt
from tests.sites.serving import Asked, Page, Rewrite
from tests.sites.web import Web, sources

ROOT = Path(__file__).resolve().parents[2]


def command(corpus: Corpus, web: Web, tmp_path: Path, *words: str) -> list[str]:
    served = tmp_path / "served.json"
    served.write_text(json.dumps({**web.rewrite, "limits": {"seconds": 3, "retries": 1, "retry_step": 0.05, "patience": 0}}))
    listed = tmp_path / "sources.toml"
    listed.write_text(as_toml(WANTED))
    flags = ("--corpus", str(corpus.root), "--data", str(tmp_path / "data"), "--sources", str(listed), "--served", str(served))
    return [sys.executable, str(ROOT / "scripts" / "refresh_corpus"), *flags, *words]


def as_toml(wanted: Sources) -> str:
    """Return the sources as a file."""
    lines = [f"deny_hosts = {json.dumps(list(wanted.deny_hosts))}"]
    for source in wanted.source:
        values = source.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        pages = values.pop("pages")
        lines += ["[[source]]", *(f"{name} = {json.dumps(value)}" for name, value in values.items())]
        inline = ("{ " + ", ".join(f"{name} = {json.dumps(value)}" for name, value in page.items()) + " }" for page in pages)
        lines.append(f"pages = [{', '.join(inline)}]")
    return "\n".join(lines)


def environment(contact: str = "tests@example.org") -> dict[str, str]:
    return {**os.environ, "CAREGUIDE_CONTACT": contact}


@pytest.fixture
def run_here(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Return what runs a command in this process, where a process of its own is not the point: it takes seconds to load."""
    loaded = script("refresh_corpus")
    options = loaded.options
    monkeypatch.setattr(loaded, "options", lambda arguments: replace(options(arguments), crawl=WarmCrawl))

    def run(command: list[str], contact: str = "tests@example.org") -> Done:
        monkeypatch.setenv("CAREGUIDE_CONTACT", contact)
        monkeypatch.setattr(sys, "argv", command[1:])
        capfd.readouterr()
        code = loaded.main()
        return Done(code, *capfd.readouterr())

    return run


def test_the_command_fetches_builds_and_reports(corpus: Corpus, web: Web, tmp_path: Path, run_here: Callable[..., Done]):
    run = command(corpus, web, tmp_path)
    done = subprocess.run(run, capture_output=True, text=True, env=environment(), timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "Built index " in done.stdout
    (report,) = (corpus.root / "reports").glob("*.json")
    assert json.loads(report.read_text())["generation"]
    assert report.with_suffix(".md").read_text().startswith("# Refresh of ")
    nobody = run_here(run, contact="")
    assert (nobody.code, nobody.err.count("\n")) == (1, 1)
    assert "CAREGUIDE_CONTACT" in nobody.err


def test_the_command_takes_a_change_that_was_held_back(
    filled: Corpus, web: Web, tmp_path: Path, reader: Extractor, run_here: Callable[..., Done]
):
    web.put(REGULATION, Page("<main><h1>Rule</h1><h2>Else</h2>" + "<p>Other words stand here now.</p>" * 30 + "</main>"))
    (held,) = decisions(refreshed(filled, web, reader), Quarantined)
    run = command(filled, web, tmp_path, "--accept", held.old.id)
    done = run_here(run)
    assert (done.code, done.out.startswith(f"accepted {held.old.id}")) == (0, True), done.err
    again = run_here(run)
    assert (again.code, again.err.count("\n")) == (1, 1)


def test_a_name_that_nobody_has_is_not_accepted(corpus: Corpus, web: Web, tmp_path: Path, run_here: Callable[..., Done]):
    done = run_here(command(corpus, web, tmp_path, "--accept", "nosuch"))
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "'nosuch'" in done.err
    assert web.requests == []


def test_a_report_is_written_whatever_ends_the_building_of_the_index(corpus: Corpus, web: Web, tmp_path: Path):
    def stopped() -> str:
        raise KeyboardInterrupt

    listed = tmp_path / "sources.toml"
    listed.write_text(as_toml(WANTED))
    options = Options(limits=LIMITS, served=dict(web.rewrite), crawl=WarmCrawl)
    config = Config(corpus.root, tmp_path / "data", contact="tests@example.org")
    with pytest.raises(KeyboardInterrupt):
        refresh_and_report(corpus, config, options, listed, stopped)
    assert list((corpus.root / "reports").glob("*.md"))


def test_a_response_can_be_kept_for_the_tests(corpus: Corpus, web: Web, tmp_path: Path):
    options = Options(urls=(REGULATION,), limits=LIMITS, served=dict(web.rewrite), crawl=WarmCrawl)
    listed = tmp_path / "sources.toml"
    listed.write_text(as_toml(WANTED))
    config = Config(corpus.root, tmp_path / "data", contact="tests@example.org")
    file = capture(corpus, config, options, listed, tmp_path / "captured")
    kept = json.loads(file.read_text())
    assert (kept["url"], kept["status"]) == (REGULATION, 200)
    assert "<h1" in kept["body"]
    assert corpus.files() == []


def test_a_file_is_kept_for_the_tests_whole(corpus: Corpus, web: Web, tmp_path: Path):
    url = f"https://{dspt.HOST}{dspt.ATTACHMENT}"
    listed = tmp_path / "sources.toml"
    listed.write_text(as_toml(sources("dspt")))
    options = Options(urls=(url,), limits=LIMITS, served=dict(web.rewrite), crawl=WarmCrawl)
    config = Config(corpus.root, tmp_path / "data", contact="tests@example.org")
    kept = json.loads(capture(corpus, config, options, listed, tmp_path / "captured").read_text())
    assert base64.b64decode(kept["body_base64"]) == web.page(url).raw


def test_a_dry_run_prints_its_report_and_leaves_no_page(
    corpus: Corpus, web: Web, tmp_path: Path, run_here: Callable[..., Done]
):
    run = command(corpus, web, tmp_path, "--dry-run")
    done = run_here(run)
    assert done.code == 0, done.err
    assert "## Added (" in done.out
    assert {file.name for file in corpus.root.rglob("*") if file.is_file()} <= {"lock"}
    both = run_here([*run, "--accept", "cqc"])
    assert (both.code, both.err.count("\n")) == (1, 1)
    assert "leave out one" in both.err


def test_after_a_refresh_the_receipts_that_no_longer_stand_are_listed(
    filled: Corpus, web: Web, tmp_path: Path, run_here: Callable[..., Done]
):
    receipts = tmp_path / "receipts"
    receipts.mkdir()
    page = next(one for one in filled.load().documents if one.url == ANSWER)
    block = next(one for one in page.blocks if one.kind == "paragraph" and len(page.text[one.start : one.end].split()) > 4)
    words = page.text[block.start : block.end]
    save(receipt(quote(page, words)), receipts / "a.json")
    run = command(filled, web, tmp_path, "--recall", str(receipts))

    same = run_here([*run, "--dry-run"])
    assert (same.code, "none has a quote" in same.out) == (0, True), same.err
    web.change(ANSWER, words.split(".")[0], f"{words.split('.')[0]} and then some more")
    first = run_here(run)
    assert first.code == 3, first.err
    assert f"{receipts / 'a.json'}, of 24 November 2026\n  Question: where is my phone\n  Quote 1, from " in first.out
    assert "1 has quotes that no longer stand" in first.out
    (receipts / "b.json").write_text("{")
    offline = run_here([*run, "--offline"])
    assert (offline.code, offline.err.count("passed over: ")) == (3, 1)
    for document in filled.load().documents:
        if document.publisher == "GOV.UK" and "/guidance/" in document.url:
            web.remove(document.url)
    stopped = run_here(run)
    assert (stopped.code, "over a fifth" in stopped.err) == (1, True)
    assert "1 has quotes that no longer stand" in stopped.out, "nothing was published, and the receipts are still compared"
    nowhere = run_here([*run, "--recall", str(tmp_path / "nowhere")])
    assert (nowhere.code, nowhere.out, nowhere.err.count("\n")) == (1, "", 1)


def test_a_second_refresh_at_the_same_time_is_refused(corpus: Corpus, web: Web, tmp_path: Path, run_here: Callable[..., Done]):
    run = command(corpus, web, tmp_path)
    with subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()) as first:
        while not (corpus.root / ".refresh" / "holder.json").exists():
            time.sleep(0.02)
        second = run_here(run)
        assert second.code == 1
        assert f"process {first.pid}, since 20" in second.err
        assert first.wait(60) == 0


@pytest.fixture
def heeded() -> Iterator[None]:
    """Let programs that are started heed Ctrl-C: those of a shell's background job would ignore it, as that does."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded")
def test_ctrl_c_ends_with_a_report_and_nothing_written(corpus: Corpus, web: Web, tmp_path: Path):
    run = command(corpus, web, tmp_path)
    page, stopped = web.page(ANSWER), threading.Event()

    def once_stopped(asked: Asked, rewrite: Rewrite) -> Page:
        stopped.wait(10)
        return page

    web.put(ANSWER, once_stopped)  # before that, the crawl cannot have ended
    with subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()) as one:
        while not web.asked("www.gov.uk"):
            time.sleep(0.02)
        one.send_signal(signal.SIGINT)
        stopped.set()
        out, err = one.communicate(timeout=60)
    assert one.returncode == 1
    assert "Traceback" not in err
    assert "--resume" in err
    assert "The report: " in out
    assert corpus.files() == []
    assert not (corpus.root / ".refresh" / "holder.json").exists()


def test_killed_at_any_moment_nothing_is_lost_and_the_next_finishes(corpus: Corpus, filled: Corpus, web: Web, tmp_path: Path):
    """Kills at random moments; ``make bench-refresh`` does it thirty times."""
    chance = random.Random(5)
    for _ in range(2):
        run = command(corpus, web, tmp_path, "--resume")
        with subprocess.Popen(
            run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(), start_new_session=True
        ) as one:
            time.sleep(chance.uniform(0.3, 3.0))
            one.send_signal(signal.SIGKILL)
        assert corpus.load().faults == ()
    run = command(corpus, web, tmp_path, "--resume")
    done = subprocess.run(run, capture_output=True, text=True, env=environment(), timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert corpus.load() == filled.load()
    assert corpus.load().faults == ()
