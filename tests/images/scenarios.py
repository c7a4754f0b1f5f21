"""What uses every grant of each function of this part."""

from typing import Any

import pytest

from constellation.accounts import usage_store as lists
from constellation.accounts.counts import IMAGE, Count
from constellation.aws.resources import DELETIONS, HIDING, INDEXING
from constellation.images import comment_store as comments
from constellation.images.model import PUBLIC
from constellation.links import deliver as delivery
from constellation.search import index as indexing
from constellation.search.pages import CREATED, UPDATED
from tests import pictures
from tests.faults import calls_take
from tests.firmware_api import confirmed
from tests.sharing import ANNA, Client, link, link_again, uploaded
from tests.workspace import Workspace
from tests.world import File, Scenario, World, configure, event


def _upload(name: str, path: str) -> Scenario:
    def run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        configure(monkeypatch, bytes_per_user=10**9, guest_uploads_per_day=10)
        form: dict[str, str | File] = {"image": File("a.png", pictures.still("PNG"))}
        assert world.call(name, event("POST", path, form=form, caller=ANNA)).status == 201

    return run


def _filed(client: Client, image_id: str) -> None:
    """Let an image lie in a constellation of which a folder was deleted, and is not yet emptied."""
    space = Workspace(client)
    assert client.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200


def _links(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, renditions_per_image=1)
    client = Client(world)
    image_id = client.image(pictures.still("JPEG"))
    _filed(client, image_id)
    for width in ("10", "10", "20"):
        assert link(world, f"{image_id}.png", {"w": width}).status == 200
    monkeypatch.setattr(delivery, "DIRECT_FILE_LIMIT", 100)
    assert link(world, f"{image_id}.png", {"w": "20"}).status == 302


def _asked(name: str, method: str, path: str, *queries: dict[str, str], body: Any = None) -> Scenario:
    """A user with a public image in a constellation asks about it; ``{}`` in path and queries stands for its id."""

    def run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        client = Client(world)
        image_id = client.image(description="sea", isPublic="true")
        _filed(client, image_id)
        for query in queries or ({},):
            filled = {key: value.format(image_id) for key, value in query.items()}
            answer = client.ask(method, path.format(image_id), query=filled, json=body)
            assert answer.status in (200, 204), answer.body
        assert world.used[name]

    return run


LISTS = ({"orderBy": UPDATED}, {"orderBy": CREATED}, {"searchTerm": "sea client"})


def _sweeping(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "PART", 1)
    client = Client(world)
    image_id = client.image(description="sea")
    assert client.ask("POST", f"/images/{image_id}/comments", json={"content": "Oh."}).status == 201
    assert link_again(world, f"{image_id}.png").status == 200
    assert client.ask("DELETE", f"/api/image/{image_id}").status == 204
    while world.deliver(DELETIONS, delayed=True):
        pass


def _hiding(world: World, _: pytest.MonkeyPatch) -> None:
    """An image is hidden, and another when the store is full."""
    client = Client(world)
    for most_bytes in (100, 0):
        world.cdn.most_bytes = most_bytes
        assert client.ask("DELETE", f"/api/image/{client.image()}").status == 204
        assert world.deliver(HIDING) == 1
    assert world.invalidated() == ["/*"]


def _purging(world: World, _: pytest.MonkeyPatch) -> None:
    """An image is forgotten that was hidden, and one that was not."""
    client = Client(world)
    for is_hidden in (True, False):
        assert client.ask("DELETE", f"/api/image/{client.image()}").status == 204
        assert not is_hidden or world.deliver(HIDING) == 1
    assert world.deliver(DELETIONS, delayed=True) == 4
    for _each in range(2):
        world.invoke("purge_cdn", {})
        world.advance(seconds=60)
    assert not world.cdn.hidden


def _indexing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "FEWEST", 2)
    monkeypatch.setattr(indexing, "BUDGET", 1)
    client = Client(world)
    image_ids = [client.image(description="sea", isPublic="true") for _ in range(2)]
    for change in ({}, {"description": "lake"}, {"isPublic": False}):
        for image_id in image_ids:
            assert client.ask("PATCH", f"/api/image/{image_id}", json=change).status == 204
        world.advance(minutes=5)
        with calls_take(world, 1):
            world.deliver(INDEXING, delayed=True)


def _recounting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = uploaded(world, pictures.still("JPEG"), isPublic="true")
    confirmed(Client(world))
    world.advance(minutes=5)
    for list_ in (PUBLIC, ANNA.user_id):
        lists.correct(list_, IMAGE, image_id[0], lists.find(list_).images[image_id[0]], Count(7, 7, "2025"))
        assert world.invoke("recount_list", {"list": list_})["corrected"] == 1


SCENARIOS: dict[str, Scenario] = {
    "share_upload_image": _upload("share_upload_image", "/api/upload"),
    "share_upload_image_as_guest": _upload("share_upload_image_as_guest", "/api/guest/upload"),
    "share_upload_image_by_key": _upload("share_upload_image_by_key", "/api/external/upload"),
    "render_image": _links,
    "share_get_image": _asked("share_get_image", "GET", "/api/image/{}/detail"),
    "share_list_public_images": _asked("share_list_public_images", "GET", "/api/images/1", *LISTS),
    "share_list_own_images": _asked("share_list_own_images", "GET", "/api/images/history/1", *LISTS),
    "share_find_images": _asked("share_find_images", "GET", "/api/images", {"uuid[]": "{}"}),
    "share_change_image": _asked("share_change_image", "PATCH", "/api/image/{}", body={"isPublic": False}),
    "share_delete_image": _asked("share_delete_image", "DELETE", "/api/image/{}"),
    "sweep_image": _sweeping,
    "hide_images": _hiding,
    "purge_cdn": _purging,
    "index_images": _indexing,
    "recount_list": _recounting,
}
