"""A thousand folders in one, and a hundred one in another: the tree is soon there, fits, and is used by keys."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Page, expect

from constellation.aws.items import from_wire
from constellation.aws.resources import CONSTELLATIONS
from constellation.aws.table import Table
from constellation.common.ids import new_id
from constellation.workspaces.folder_store import to_create
from constellation.workspaces.tree import Folder
from tests.console.visit import Visit
from tests.support.http_user import User
from tests.support.product import Product

MANY, DEEP = 1000, 100
OPEN_SECONDS = 0.2
"""Of CPU, from a click to the frame that shows all folders."""

_PAINTED = """() => new Promise(done => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel(); // its message comes after the frame is painted
  port1.onmessage = () => done();
  port2.postMessage(0);
}))"""


@dataclass
class _Place:
    """A constellation with its deepest folder."""

    user: User
    address: str
    deepest: str


@pytest.fixture(scope="module")
def place(product: Product) -> Generator[_Place]:
    with httpx.Client(base_url=product.url, timeout=60) as client:
        user = User(client)
        id_ = user.gets("POST", "/constellations", {"name": "Journey"})["constellation_uuid"]
        root = user.gets("GET", f"/constellations/{id_}")["root_folder_uuid"]
        wide = [Folder(new_id(), id_, f"Folder {number:04}", root) for number in range(1, MANY + 1)]
        chain = list(_chain(id_, root))
        with product.reached():
            parts = [part for folder in (*wide, *chain) for part in to_create(folder)]
            Table(CONSTELLATIONS).put_many(from_wire(part["Put"]["Item"]) for part in parts)
        yield _Place(user, f"/constellations/{id_}", chain[-1].id)


def _chain(constellation: str, parent: str) -> Iterator[Folder]:
    for level in range(1, DEEP + 1):
        folder = Folder(new_id(), constellation, f"Deep {level:03}", parent)
        parent = folder.id
        yield folder


def _opens(page: Page, last: str) -> None:
    page.wait_for_selector(last)
    page.evaluate(_PAINTED)


def test_a_thousand_folders_in_one(visit: Visit, place: _Place) -> None:
    page = visit.sign_in(place.user, "/constellations")
    link = page.get_by_role("link", name="Journey")
    expect(link).to_be_visible()
    took: list[float] = []
    for _ in range(3):
        page.reload()
        expect(link).to_be_visible()

        def opened() -> None:
            link.click()
            _opens(page, f'[aria-posinset="{MANY + 1}"]')

        took.append(visit.busy(opened))
        page.go_back()
    assert min(took) < OPEN_SECONDS, took
    page.go_forward()
    _opens(page, f'[aria-posinset="{MANY + 1}"]')
    last = page.locator(f'[aria-posinset="{MANY + 1}"]')
    page.get_by_role("treeitem", name="Journey", exact=True).focus()
    pressed = visit.busy(lambda: (page.keyboard.press("End"), page.evaluate(_PAINTED)))
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()
    assert pressed < OPEN_SECONDS
    page.keyboard.press("d")
    expect(page.get_by_role("treeitem", name="Deep 001")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Folder 0001")).to_be_visible()
    visit.look("constellation-thousand", sizes=[390, 1440])
    page.get_by_role("link", name="One folder up").click()
    expect(page.get_by_text(f"Folders: {MANY + 1:,}")).to_be_visible()
    assert page.get_by_role("list", name="Folders").get_by_role("link").count() < MANY


def test_a_hundred_folders_one_in_another(visit: Visit, place: _Place) -> None:
    place.user.gets("POST", "/api/shares", {"target": {"type": "folder", "id": place.deepest}})
    page = visit.sign_in(place.user, "/shares")
    link = page.get_by_role("link", name=f"Deep {DEEP:03}")
    deepest = f'[aria-level="{DEEP + 1}"][aria-selected="true"]'
    took: list[float] = []
    for _ in range(3):
        page.reload()
        expect(link).to_be_visible()

        def opened() -> None:
            link.click()
            _opens(page, deepest)

        took.append(visit.busy(opened))
        page.go_back()
    assert min(took) < OPEN_SECONDS, took
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.go_forward()
    _opens(page, deepest)
    assert 0 < sum("/folders/" in each or "/structure/" in each for each in asked) < 10
    item = page.locator(deepest)
    expect(item).to_be_in_viewport()
    visit.look("constellation-deep", sizes=[390, 1440])
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
