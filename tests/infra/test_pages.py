"""The README and the pages under docs/: short, in one index, with links that lead somewhere and commands that exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import ROOT

README, DOCS = ROOT / "README.md", ROOT / "docs"
PAGES = [README, *sorted(DOCS.rglob("*.md"))]
COMMANDS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_the_readme_is_short_and_shows_a_small_picture() -> None:
    assert len(_text(README).splitlines()) <= 150
    (picture,) = re.findall(r"!\[[^]]+]\(([^)]+)\)", _text(README))
    assert (ROOT / picture).stat().st_size <= 150_000


def test_the_way_to_add_an_endpoint_is_short() -> None:
    assert len(_text(DOCS / "adding-an-endpoint.md").splitlines()) <= 40


@pytest.mark.parametrize("folder", [DOCS, DOCS / "decisions"])
def test_an_index_names_every_page_beside_it(folder: Path) -> None:
    index = folder / "README.md"
    assert {path for path, _ in _links(index)} >= set(folder.glob("*.md")) - {index}


def test_the_indexes_are_linked() -> None:
    assert DOCS / "README.md" in {path for path, _ in _links(README)}
    assert DOCS / "decisions" / "README.md" in {path for path, _ in _links(DOCS / "README.md")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere_and_commands_exist(page: Path) -> None:
    for path, anchor in _links(page):
        assert path.exists(), path
        assert not anchor or anchor in _anchors(path), f"{path.name}#{anchor}"
    named = re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z-]+)", _text(page), re.MULTILINE)
    assert set(named) <= COMMANDS


def test_the_measurements_end_with_the_notes() -> None:
    assert _text(DOCS / "performance.md").endswith(_text(DOCS / "performance-notes.md"))


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
