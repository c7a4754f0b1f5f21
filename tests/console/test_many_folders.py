"""A thousand folders in one, and a hundred one in another: the tree is used by keys, and asks for what it needs."""

from collections.abc import Generator

import pytest
from playwright.sync_api import expect

from tests.console.many import DEEP, MANY_FOLDERS, ManyFolders, many_folders, wait_until_painted
from tests.console.visit import Visit
from tests.support.product import Product


@pytest.fixture(scope="module")
def place(product: Product) -> Generator[ManyFolders]:
    with many_folders(product) as made:
        yield made


def test_a_thousand_folders_in_one(visit: Visit, place: ManyFolders) -> None:
    page = visit.sign_in(place.user, "/constellations")
    page.get_by_role("link", name="Journey").click()
    last = page.locator(f'[aria-posinset="{MANY_FOLDERS + 1}"]')
    expect(last).to_be_attached()
    page.get_by_role("treeitem", name="Journey", exact=True).focus()
    page.keyboard.press("End")
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()
    page.keyboard.press("d")
    expect(page.get_by_role("treeitem", name="Deep 001")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Folder 0001")).to_be_visible()
    visit.look("constellation-thousand", sizes=[390])
    page.get_by_role("link", name="One folder up").click()
    expect(page.get_by_text(f"{MANY_FOLDERS + 1:,} folders")).to_be_visible()
    assert page.get_by_role("list", name="Folders").get_by_role("link").count() < MANY_FOLDERS


def test_a_hundred_folders_one_in_another(visit: Visit, place: ManyFolders) -> None:
    place.user.gets("POST", "/api/shares", {"target": {"type": "folder", "id": place.deepest}})
    page = visit.sign_in(place.user, "/shares")
    link = page.get_by_role("link", name=f"Deep {DEEP:03}")
    deepest = f'[aria-level="{DEEP + 1}"][aria-selected="true"]'
    expect(link).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    link.click()
    wait_until_painted(page, deepest)
    assert 0 < sum("/folders/" in each or "/structure/" in each for each in asked) < 10
    item = page.locator(deepest)
    expect(item).to_be_in_viewport()
    visit.look("constellation-deep", sizes=[1440])
    item.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    above = page.get_by_role("treeitem", name=f"Deep {DEEP - 1:03}")
    expect(above).to_be_focused()
    expect(above).to_have_attribute("aria-expanded", "false")
    expect(item).to_have_count(0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(item).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name=f"Deep {DEEP:03}")).to_be_visible()
