"""The README and the pages under docs/: short, in one index, with links that lead somewhere and commands that exist."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import ROOT

README, INDEX, DECISIONS = ROOT / "README.md", ROOT / "docs" / "README.md", ROOT / "docs" / "decisions" / "README.md"
EXAMPLE = ROOT / "docs" / "adding-an-endpoint.md"
PAGES = ["README.md", *sorted(str(page.relative_to(ROOT)) for page in INDEX.parent.rglob("*.md"))]
COMMANDS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_readme_is_short_and_shows_a_small_picture() -> None:
    assert len(_text(README).splitlines()) <= 150
    (picture,) = re.findall(r"!\[[^]]+]\(([^)]+)\)", _text(README))
    assert (ROOT / picture).stat().st_size <= 150_000


def test_the_way_to_add_an_endpoint_is_short() -> None:
    assert len(_text(EXAMPLE).splitlines()) <= 40


@pytest.mark.parametrize("index", [INDEX, DECISIONS])
def test_an_index_names_every_page_beside_it(index: Path) -> None:
    assert {path for path, _ in _links(index)} >= set(index.parent.glob("*.md")) - {index}


def test_the_indexes_are_linked() -> None:
    assert INDEX in {path for path, _ in _links(README)}
    assert DECISIONS in {path for path, _ in _links(INDEX)}


@pytest.mark.parametrize("name", PAGES)
def test_links_files_and_commands_of_a_page_exist(name: str) -> None:
    page = ROOT / name
    for path, anchor in _links(page):
        assert path.exists(), path
        assert not anchor or anchor in _anchors(path), f"{path.name}#{anchor}"
    named = re.findall(r"`((?:docs|functions|infra|layers|tests)/[\w./-]+)`", _text(page))
    assert page == EXAMPLE or not [path for path in named if not (ROOT / path).exists()]
    commands = re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z-]+)", _text(page), re.MULTILINE)
    assert set(commands) <= COMMANDS


def test_the_modules_that_docstrings_name_exist() -> None:
    named = {
        name
        for folder in ("functions", "infra", "layers", "tests")
        for path in (ROOT / folder).rglob("*.py")
        for name in re.findall(r"``((?:constellation|infra|tests)\.[\w.]+)``", _text(path))
    }
    assert "tests.support.crowd" in named
    assert [name for name in sorted(named) if not _is_there(name)] == []


def test_the_measurements_end_with_the_notes() -> None:
    docs = INDEX.parent
    assert _text(docs / "performance.md").endswith(_text(docs / "performance-notes.md"))


def _is_there(name: str) -> bool:
    """Whether there is a module of this name, or a module that has what its last part names."""
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        module, _, own = name.rpartition(".")
        return hasattr(importlib.import_module(module), own)


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files that a page links, each with the anchor in it, if any; what looks like a link in code is none."""
    for path, anchor in re.findall(r"]\(([^)#:]*)(?:#([^)]*))?\)", re.sub(r"`[^`\n]+`", "", _text(page))):
        yield (page.parent / path).resolve() if path else page, anchor


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub derives them."""
    headings = re.findall(r"^#+ (.+)$", _text(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
