"""Races for images over HTTP, on the engine: requests that really run at the same moment, each in its own process."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx

from tests.support import pictures
from tests.support.http_user import User, statuses_at_once
from tests.support.polling import eventually
from tests.support.product import Product

PICTURE = pictures.still("PNG", 60, 40)
SIZES = ("w=10", "w=20", "h=10", "w=15&crop=true")
UPLOADS = 40
SWEPT_SECONDS = 30


class Racer(User):
    """A user who uploads images, and a look into the buckets."""

    def __init__(self, product: Product, client: httpx.Client) -> None:
        super().__init__(client)
        self._product = product

    def uploads(self, is_public: bool = False) -> str:
        """The id of a new image."""
        form = {"isPublic": str(is_public).lower()}
        answer = self.asks("POST", "/api/upload", files={"image": ("a.png", PICTURE)}, data=form)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def total(self, list_: str = "history/1") -> int:
        """How many images a list says to hold."""
        return self.asks("GET", f"/api/images/{list_}").json()["meta"]["total"]

    def left_of(self, ids: Collection[str]) -> list[str]:
        """Those of the images that have a rendition or an original in the buckets."""
        keys = " ".join([*self._product.bucket("renditions"), *self._product.bucket("originals")])
        return [image_id for image_id in ids if image_id in keys]


def two_changes(racer: Racer, rounds: int) -> None:
    """The image is as one of them wanted it, whole, and the public list counts it so."""
    image_id = racer.uploads()
    path, before = f"/api/image/{image_id}", racer.total("1")
    for number in range(rounds):
        wanted = [{"description": f"{number} shown", "isPublic": True}, {"description": f"{number}", "isPublic": False}]
        changes = [partial(racer.asks, "PATCH", path, body) for body in wanted]
        assert statuses_at_once(changes) == [204, 204]
        detail = racer.asks("GET", f"{path}/detail").json()
        assert {"description": detail["description"], "isPublic": detail["isPublic"]} in wanted
        assert racer.total("1") == before + detail["isPublic"]
    assert racer.asks("DELETE", path).status_code == 204


def deletions(racer: Racer, rounds: int) -> None:
    """Twice at once and beside a change: one deletes, the image is gone, the totals move once."""
    before = racer.total(), racer.total("1")
    for _ in range(rounds):
        path = f"/api/image/{racer.uploads(is_public=True)}"
        *deleted, changed = statuses_at_once(
            [
                *[lambda path=path: racer.asks("DELETE", path)] * 2,
                lambda path=path: racer.asks("PATCH", path, {"description": "back again", "isPublic": False}),
            ]
        )
        assert sorted(deleted) == [204, 404]
        assert changed in (204, 404)
        assert racer.asks("GET", f"{path}/detail").status_code == 404
    assert (racer.total(), racer.total("1")) == before


def deletions_and_renders(racer: Racer, rounds: int) -> None:
    """No rendition outlives its image, in the bucket or in the CDN."""
    ids = [racer.uploads() for _ in range(rounds)]
    links = {
        image_id: [f"/image/{image_id}.{kind}?{size}" for size in SIZES for kind in ("png", "gif")] for image_id in ids
    }
    for image_id in ids:
        for link in links[image_id][::2]:  # which counts as the first request, past the CDN; the next one stores
            assert racer.asks("GET", f"/api{link}").status_code == 200
        renders = [lambda link=link: racer.asks("GET", link) for link in links[image_id][::2]]
        deletion = partial(racer.asks, "DELETE", f"/api/image/{image_id}")
        deleted, *rendered = statuses_at_once([deletion, *renders])
        assert deleted == 204
        assert set(rendered) <= {200, 404}
    assert eventually(lambda: not racer.left_of(ids), SWEPT_SECONDS)
    for image_id in ids:
        assert {racer.asks("GET", link).status_code for link in links[image_id]} == {404}
    assert not racer.left_of(ids)


def parallel_uploads(racer: Racer, rounds: int) -> None:
    """They are all counted."""
    for _ in range(rounds):
        before = racer.total(), racer.total("1")
        with ThreadPoolExecutor(UPLOADS) as pool:
            ids = [each.result() for each in [pool.submit(racer.uploads, True) for _ in range(UPLOADS)]]
        assert (racer.total(), racer.total("1")) == (before[0] + UPLOADS, before[1] + UPLOADS)
        assert len(set(ids)) == UPLOADS


RACES: dict[Callable[[Racer, int], None], int] = {
    two_changes: 200,
    deletions: 200,
    deletions_and_renders: 1000,
    parallel_uploads: 5,
}
"""The races, and how many rounds of each the bench runs."""
