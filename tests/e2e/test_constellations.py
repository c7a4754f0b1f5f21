"""The life of a constellation, as its members and the world see it through the edge; and a few rounds of its races."""

import json
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass

import httpx
import pytest

from tests.support.http_constellation_races import PICTURE, RACES, Workspace
from tests.support.http_user import User
from tests.support.polling import eventually
from tests.support.product import Product

SECONDS = 60
"""How long what was deleted may stay in the buckets, and be shown by the CDN."""

IMAGES = 6


@dataclass
class Deleted:
    """A constellation that was just deleted: what was stored of it, and links that the CDN had."""

    at: float
    ids: list[str]
    links: list[str]


@pytest.fixture(scope="module")
def deleted(product: Product) -> Generator[Deleted]:
    """Deleted at the beginning, so that the CDN's time runs while the other tests do."""
    if not product.running():
        product.start()
    with product.http() as client:
        ada = User(client)
        id_ = create(ada)
        images = [upload(ada, constellation_uuid=id_) for _ in range(IMAGES)]
        links = [f"/image/{image}.png" for image in images]
        assert statuses(client, links) == {200}
        assert ada.gets("DELETE", f"/constellations/{id_}") == {"message": "Constellation deleted"}
        yield Deleted(time.monotonic(), [id_, *images], links)


@pytest.mark.usefixtures("deleted")
def test_the_life_of_a_constellation(product: Product, client: httpx.Client) -> None:
    ada, ben, eve = (User(client) for _ in range(3))
    id_ = create(ada)
    path = f"/constellations/{id_}"
    root = ada.gets("GET", path)["root_folder_uuid"]
    ada.gets("POST", f"{path}/connect", {"user_uuid": ben.id, "rights": "write"})
    ada.gets("POST", f"{path}/connect", params={"user_uuid_to_connect": eve.id})
    assert {member["uuid"]: member["rights"] for member in eve.gets("GET", f"{path}/users")} == {
        ada.id: "ADMIN",
        ben.id: "WRITE",
        eve.id: "READ",
    }

    outer = folder(ben, id_, "outer", root)
    inner = folder(ben, id_, "inner", outer)
    image = upload(ben, constellation_uuid=id_, folder_uuid=inner)
    kept = upload(ada, constellation_uuid=id_)
    link = f"/image/{image}.png"
    tree = {
        "uuid": root,
        "name": "Orion",
        "type": "folder",
        "children": [
            {
                "uuid": outer,
                "name": "outer",
                "type": "folder",
                "children": [
                    {
                        "uuid": inner,
                        "name": "inner",
                        "type": "folder",
                        "children": [{"uuid": image, "name": "a.png", "type": "file"}],
                    }
                ],
            },
            {"uuid": kept, "name": "a.png", "type": "file"},
        ],
    }
    assert eve.gets("GET", f"/structure/{id_}") == tree

    whole = eve.asks("GET", f"/images/{image}")
    assert (whole.headers["Content-Type"], whole.headers["Cache-Control"]) == ("image/png", "no-store")
    assert whole.content == client.get(link).content
    detail = ada.gets("GET", f"/api/image/{image}/detail")
    assert (detail["id"], detail["size"]) == (image, len(whole.content))
    assert ben.asks("PATCH", f"/images/{image}", {"name": "Nebula.png"}).status_code == 200
    assert eve.asks("PATCH", f"/api/image/{image}", {"description": "seen"}).status_code == 403
    assert ada.asks("PATCH", f"/api/image/{image}", {"description": "seen"}).status_code == 204
    assert eve.asks("POST", f"/images/{image}/comments", {"content": "Bright"}).status_code == 403
    ben.gets("POST", f"/images/{image}/comments", {"content": "Bright"})
    assert [comment["content"] for comment in eve.gets("GET", f"/images/{image}/comments")] == ["Bright"]
    listed = [entry["name"] for entry in ada.gets("GET", "/images", params={"constellation_uuid": id_})["images"]]
    assert sorted(listed) == ["Nebula.png", "a.png"]

    ada.gets("POST", f"{path}/disconnect", {"user_uuid": ben.id})
    assert ben.asks("GET", f"/images/{image}").status_code == 404
    assert ben.asks("GET", f"/api/image/{image}/detail").status_code == 404
    assert ben.gets("GET", "/constellations") == []

    assert ada.gets("DELETE", f"/folders/{outer}") == {"message": "Folder deleted"}
    tree["children"] = tree["children"][1:]
    assert eve.gets("GET", f"/structure/{id_}") == tree
    assert eve.asks("GET", f"/images/{image}").status_code == 404
    assert eve.asks("GET", f"/folders/{inner}").status_code == 404
    assert eventually(lambda: statuses(client, [link, f"{link}?w=3"]) == {404}, SECONDS)
    assert eventually(lambda: left(product, [inner, outer, image]) == [], SECONDS)
    assert client.get(f"/image/{kept}.png").status_code == 200

    assert ada.gets("DELETE", path) == {"message": "Constellation deleted"}
    assert eve.asks("GET", path).status_code == 404
    assert eve.gets("GET", "/images") == {"images": []}
    assert eventually(lambda: statuses(client, [f"/image/{kept}.png"]) == {404}, SECONDS)
    assert eventually(lambda: left(product, [id_, root, kept]) == [], SECONDS)


@pytest.mark.usefixtures("deleted")
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_a_race(product: Product, client: httpx.Client, race: Callable[[Workspace, int], None]) -> None:
    with product.reached():
        race(Workspace(client), 4)


def test_the_links_to_all_images_are_gone_within_seconds(
    deleted: Deleted, product: Product, client: httpx.Client
) -> None:
    assert statuses(client, [f"{link}?w=3" for link in deleted.links]) == {404}
    assert eventually(lambda: left(product, deleted.ids) == [], SECONDS)
    assert statuses(client, deleted.links) == {404}


def test_single_deletions_are_gone_within_seconds_and_the_others_stay_in_the_cache(client: httpx.Client) -> None:
    ada = User(client)
    images = [upload(ada) for _ in range(IMAGES)]
    links = [f"/image/{image}.png" for image in images]
    assert statuses(client, links) == {200}
    for image in images[1:]:
        assert client.delete(f"/api/image/{image}", headers=ada.headers).status_code == 204
    assert eventually(lambda: statuses(client, links[1:]) == {404}, SECONDS)
    kept = client.get(links[0])
    assert (kept.status_code, kept.headers["X-Cache"]) == (200, "Hit from cloudfront")


def create(user: User) -> str:
    """The id of a new constellation."""
    return user.gets("POST", "/constellations", {"name": "Orion"})["constellation_uuid"]


def folder(user: User, constellation_id: str, name: str, parent: str) -> str:
    """The id of a new folder."""
    body = {"name": name, "constellation_uuid": constellation_id, "parent_folder_uuid": parent}
    return user.gets("POST", "/folders", body)["folder_uuid"]


def upload(user: User, **form: str) -> str:
    """The id of a new image."""
    return user.gets("POST", "/images", data=form, files={"file": ("a.png", PICTURE)})["uuid"]


def statuses(client: httpx.Client, links: list[str]) -> set[int]:
    """How the links are answered."""
    return {client.get(link).status_code for link in links}


def left(product: Product, ids: list[str]) -> list[str]:
    """Those of the ids that an object still knows, or an item that is not for those who clean up after a deletion.

    The note of a file is a hint, which goes when no upload can write it any more. A purge of the CDN is noted for
    minutes.
    """
    items = [
        item
        for table in ("Images", "Constellations")
        for page in product.sdk("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=product.physical(f"Storage{table}Table"))
        for item in page["Items"]
        if item["sk"]["S"] not in ("DELETED", "SWEEP") and not item["pk"]["S"].startswith(("PURGE", "FILES#"))
    ]
    known = json.dumps([items, product.bucket("originals"), product.bucket("renditions")])
    return [id_ for id_ in ids if id_ in known]
