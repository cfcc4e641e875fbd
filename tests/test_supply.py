"""What Careguide is made of is told truly: pins, licences, and what each part of it imports."""

from __future__ import annotations

import ast
import re
import runpy
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DISTRIBUTIONS = {
    "yaml": "PyYAML",
    "Stemmer": "PyStemmer",
    "docx": "python-docx",
    "faiss": "faiss-cpu",
    "markdown_it": "markdown-it-py",
    "bs4": "beautifulsoup4",
    "scrapy": "Scrapy",
    "twisted": "Twisted",
    "scrapy_playwright": "scrapy-playwright",
    "sentence_transformers": "sentence-transformers",
}
"""Names of distributions that differ from those that are imported."""


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {plain(name): version for name, _, version in (line.partition("==") for line in lines if "==" in line)}


def rows(document: str, heading: str) -> list[list[str]]:
    """Return the cells of the table below a heading."""
    text = (ROOT / document).read_text(encoding="utf-8").partition(heading)[2]
    table = re.search(r"(?m)^\|.*\|\n\| ?---.*\n((?:\|.*\|\n)+)", text)
    assert table is not None
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1].splitlines()]


@pytest.fixture(scope="module")
def runtime() -> dict[str, metadata.Distribution]:
    """Return what an installation without extras brings."""
    script = runpy.run_path(str(ROOT / "scripts" / "list_licences"))
    found: dict[str, metadata.Distribution] = script["brought"](script["declared"]())
    return found


def test_the_list_of_licences_has_every_distribution_that_is_brought_and_no_other(runtime: dict[str, metadata.Distribution]):
    listed = {plain(name): version for name, version, *_ in rows("docs/LICENCES.md", "# Licences")}
    assert set(listed) == set(runtime)
    assert {name: pins().get(name) for name in listed} == listed, "in the pinned version; make licences writes it again"


def test_every_licence_and_home_page_is_told():
    for name, _, licence, home in rows("docs/LICENCES.md", "# Licences"):
        assert licence not in ("", "not stated"), name
        assert re.fullmatch(r"<https://[^<>\s]+>", home), name


def test_nothing_that_is_brought_forbids_to_pass_it_on_with_other_licences():
    told = " ".join(licence for _, _, licence, _ in rows("docs/LICENCES.md", "# Licences"))
    assert not re.search(r"\bA?GPL|proprietary|non-?commercial", told, re.IGNORECASE)


def imported() -> dict[str, set[str]]:
    """Return the distributions that each module and package of ``assistant`` imports, wherever it does."""
    found: dict[str, set[str]] = {}
    for file in sorted((ROOT / "assistant").rglob("*.py")):
        part = file.relative_to(ROOT / "assistant").parts[0]
        name = part if part.endswith(".py") else f"{part}/"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            tops = {module.partition(".")[0] for module in modules} - {"assistant", *sys.stdlib_module_names}
            if tops:
                found.setdefault(name, set()).update(DISTRIBUTIONS.get(top, top) for top in tops)
    return found


def test_the_table_of_dependencies_is_what_the_modules_import():
    told = {name.strip("`"): set(cell.split(", ")) for name, cell, *_ in rows("CONTRIBUTING.md", "## What depends on what")}
    assert told == imported()


def test_every_distribution_that_is_imported_is_pinned():
    names = {plain(name) for several in imported().values() for name in several}
    assert names <= set(pins())


def test_pins_are_exact_and_stand_there_once():
    lines = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line) for line in lines)
    assert len(pins()) == len(lines)
