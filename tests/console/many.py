"""More than one sees at once: ten thousand pictures, a thousand folders, and a hundred one in another."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route, expect

from constellation.aws.items import from_wire
from constellation.aws.resources import CONSTELLATIONS
from constellation.aws.table import Table
from constellation.common.ids import new_id
from constellation.workspaces.folder_store import to_create
from constellation.workspaces.tree import Folder
from tests.support.http_user import User
from tests.support.pictures import still
from tests.support.product import Product

MANY_PICTURES, PAGE_SIZE = 10_000, 500
MANY_FOLDERS, DEEP = 1000, 100

_JUMP = """async part => {
  scrollTo(0, document.documentElement.scrollHeight * part);
  await new Promise(done => { requestAnimationFrame(done); setTimeout(done, 2000); });
  await new Promise(done => {
    const { port1, port2 } = new MessageChannel(); // its message comes after the frame is painted
    port1.onmessage = done;
    port2.postMessage(0);
  });
  const middle = document.elementFromPoint(innerWidth / 2 + 100, innerHeight / 2);
  if (part > 0.01 && part < 0.99 && !middle.closest('li, ul')) throw new Error(`nothing at ${part}`);
}"""

_PAINTED = """() => new Promise(done => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel(); // its message comes after the frame is painted
  port1.onmessage = () => done();
  port2.postMessage(0);
}))"""


class ManyPictures:
    """Answers in the place of the API and of the CDN: ten thousand pictures of different shapes."""

    picture = still("WEBP", 64, 48)

    def answer(self, page: Page, *, status: int = 200) -> None:
        """Answer what a page asks from now on."""
        page.route("**/api/images/history/**", self._list)
        page.route(
            "**/iiif/**", lambda route: route.fulfill(status=status, body=self.picture, content_type="image/webp")
        )

    def _list(self, route: Route) -> None:
        start = int(parse_qs(urlsplit(route.request.url).query).get("cursor", ["0"])[0])
        end = min(MANY_PICTURES, start + PAGE_SIZE)
        after = str(end) if end < MANY_PICTURES else None
        meta = {"size": end - start, "page": 1, "total": MANY_PICTURES, "nextCursor": after, "prevCursor": None}
        body = {"data": [self._item(number) for number in range(start, end)], "meta": meta}
        route.fulfill(body=json.dumps(body), content_type="application/json")

    def _item(self, number: int) -> dict[str, Any]:
        width, height = 400 + number * 37 % 900, 300 + number * 53 % 700
        return {
            "id": f"{number:08d}-0000-4000-8000-000000000000",
            "owner": {"id": "", "email": None, "displayName": "", "username": None},
            "attributes": {
                "description": f"Picture {number}",
                "fileName": "a.jpg",
                "isPublic": False,
                "createdAt": {"formattedDate": "", "timestamp": 1_700_000_000},
                "views": 0,
            },
            "metadata": {
                "size": 1,
                "mimeType": "image/jpeg",
                "width": width,
                "height": height,
                "placeholder": "3OcRJYB4d3h/iIeHeEh3eIhw+j3A",
            },
        }


def load_all(page: Page) -> None:
    """Scroll to the end of the gallery until all pictures are listed."""
    count = page.get_by_role("search").get_by_role("status")
    while (before := count.inner_text()) != "10,000 pictures":
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        expect(count).not_to_have_text(before)


def jump(page: Page, part: float) -> None:
    """Scroll to a part of the gallery's height, and wait for the frame that shows it."""
    page.evaluate(_JUMP, part)


@dataclass
class ManyFolders:
    """The user, the page of a constellation that has them, and its deepest folder."""

    user: User
    address: str
    deepest: str


@contextmanager
def many_folders(product: Product) -> Generator[ManyFolders]:
    """Make them, without requests."""
    with product.http() as client:
        user = User(client)
        id_ = user.gets("POST", "/constellations", {"name": "Journey"})["constellation_uuid"]
        root = user.gets("GET", f"/constellations/{id_}")["root_folder_uuid"]
        wide = [Folder(new_id(), id_, f"Folder {number:04}", root) for number in range(1, MANY_FOLDERS + 1)]
        chain = list(_chain(id_, root))
        with product.reached():
            parts = [part for folder in (*wide, *chain) for part in to_create(folder)]
            Table(CONSTELLATIONS).put_many(from_wire(part["Put"]["Item"]) for part in parts)
        yield ManyFolders(user, f"/constellations/{id_}", chain[-1].id)


def _chain(constellation: str, parent: str) -> Iterator[Folder]:
    for level in range(1, DEEP + 1):
        folder = Folder(new_id(), constellation, f"Deep {level:03}", parent)
        parent = folder.id
        yield folder


def wait_until_painted(page: Page, selector: str) -> None:
    """Wait for the frame that shows an element."""
    page.wait_for_selector(selector)
    page.evaluate(_PAINTED)
