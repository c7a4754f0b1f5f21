"""What uses every grant of each function of this part."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from constellation.aws import cdn
from constellation.aws import client as aws
from constellation.aws.resources import BINARIES, DELETIONS, HIDING, INDEXING, ORIGINALS, REMOVALS, RENDITIONS
from constellation.cleanup import clean_up_folder, model
from constellation.images import comment_store as comments
from constellation.images import usage_store
from constellation.images.counts import IMAGE, Count
from constellation.images.model import PUBLIC
from constellation.runtime.request import Caller
from constellation.search import index
from tests.cleanup.faults.leftovers import damage
from tests.cleanup.unit.test_old_files import make_old
from tests.support import pictures
from tests.support.arrivals import begun
from tests.support.cloudfront import PATHS
from tests.support.firmware import provided
from tests.support.firmware_api import confirmed
from tests.support.sharing import ANNA, SMALL, Client, link_again, uploaded
from tests.support.spaces import ask as asked
from tests.support.uploads_api import ask, put
from tests.support.workspace import UNKNOWN, Workspace, created
from tests.support.world import File, Scenario, World


def _image_cleaned_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "PART", 1)
    client = Client(world)
    image_id, _same_file = client.image(description="sea"), client.image()
    assert client.ask("POST", f"/images/{image_id}/comments", json={"content": "Oh."}).status == 201
    assert link_again(world, f"{image_id}.png").status == 200
    assert client.ask("PUT", f"/api/image/{image_id}/tags", json={"tags": ["a/b"]}).status == 204
    world.deliver(INDEXING, delayed=True)
    assert client.ask("PATCH", f"/api/image/{image_id}", json={"access": "signed"}).status == 204
    world.advance(seconds=120)
    assert world.deliver(DELETIONS, delayed=True) == 2
    _collected(world, client, image_id)
    _shared(world, client, monkeypatch, image_id)
    assert client.ask("DELETE", f"/api/image/{image_id}").status == 204
    while world.deliver(DELETIONS, delayed=True):
        pass


def _shared(world: World, client: Client, monkeypatch: pytest.MonkeyPatch, image_id: str) -> None:
    """The image is shared twice, and one that comes into a constellation; the images of shares are counted again."""
    monkeypatch.setattr("constellation.shares.change.DELETED_TOGETHER", 1)
    monkeypatch.setattr("constellation.shares.count.FEW", 0)
    space = Workspace(client)
    folder, other = space.folder(), client.image()
    space.image(folder=space.folder(parent=folder))
    for type_, id_ in (("image", image_id), ("image", image_id), ("image", other)):
        _share(client, type_, id_)
    bea = Client(world, "bea")
    space.connect(bea, rights="WRITE")
    _share(bea, "constellation", space.id)
    space.disconnect(bea)
    assert client.ask("PATCH", f"/images/{other}", json={"constellation_uuid": space.id}).status == 200
    collection = created(client.ask("POST", "/api/collections", json={"name": "All"}))["id"]
    for type_, id_ in (("folder", folder), ("constellation", space.id), ("collection", collection)):
        code = _share(client, type_, id_)["code"]
        for few in (25, 1):
            monkeypatch.setattr("constellation.workspaces.newest.FEW", few)
            for _ in range(2):
                assert world.request("GET", f"/api/s/{code}").status == 200
                world.advance(minutes=1)
            world.deliver(DELETIONS)
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
    assert world.request("GET", f"/api/s/{code}").status == 200
    assert client.ask("DELETE", f"/api/collections/{collection}").status == 204


def _share(client: Client, type_: str, id_: str) -> Any:
    """Share something and have the share give links."""
    made = created(client.ask("POST", "/api/shares", json={"target": {"type": type_, "id": id_}}))
    assert client.world.request("GET", f"/api/s/{made['code']}/items").status == 200
    return made


def _collected(world: World, client: Client, image_id: str) -> None:
    """The image is in three collections: one is deleted and cleaned up late, one holds images of a deleted folder."""
    space = Workspace(client)
    folder = space.folder()
    others = [image_id, space.image(folder=folder), *(client.image() for _ in range(3))]
    known = [created(client.ask("POST", "/api/collections", json={"name": "All"}))["id"] for _ in range(3)]
    for collection in known:
        for each in others:
            assert client.ask("PUT", f"/api/collections/{collection}/items/{each}").status == 204
    assert client.ask("DELETE", f"/folders/{folder}").status == 200
    assert client.ask("GET", f"/api/collections/{known[0]}/items").json["meta"]["size"] == 4
    assert client.ask("DELETE", f"/api/collections/{known[1]}").status == 204
    world.deliver(DELETIONS)
    assert client.ask("DELETE", f"/api/collections/{known[2]}").status == 204
    world.lose(DELETIONS)


def _folder_cleaned_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with an image, in parts, and then its constellation, which has another folder, an image and firmware."""
    client = Client(world)
    space = Workspace(client)
    folder = space.folder()
    assert client.ask("PUT", f"/constellations/{space.id}/variants/card", json={}).status == 201
    for each in (folder, space.folder()):
        space.image(folder=each, access="signed")
        _share(client, "folder", each)
    provided(world, Caller(client.id, session_id="session"), constellation=space.id)
    for path, part in ((f"/folders/{folder}", 1), (space.path, 10)):
        monkeypatch.setattr(clean_up_folder, "PART", part)
        assert client.ask("DELETE", path).status == 200
        while world.deliver(REMOVALS, delayed=True):
            pass


def _hiding(world: World, _: pytest.MonkeyPatch) -> None:
    """An image is hidden, and another when the store is full."""
    client = Client(world)
    for most_bytes in (100, 0):
        world.cdn.most_bytes = most_bytes
        assert client.ask("DELETE", f"/api/image/{client.image()}").status == 204
        assert world.deliver(HIDING) == 1
    assert world.invalidated() == ["/*"]
    world.cdn.most_bytes = 5000
    image_id = client.image()
    for access in ("signed", "open"):
        assert client.ask("PATCH", f"/api/image/{image_id}", json={"access": access}).status == 204
        assert world.deliver(HIDING)
        world.advance(minutes=1)
    share = _share(client, "image", client.image(access="signed"))
    assert client.ask("DELETE", f"/api/shares/{share['id']}").status == 204
    assert world.deliver(HIDING) == 1
    cdn.invalidate([f"/{number}" for number in range(PATHS)], "others")
    assert client.ask("PATCH", f"/api/image/{image_id}", json={"focus": "auto"}).status == 204
    assert world.deliver(HIDING) == 1  # the CDN is busy


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


def _reconciled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that a killed function can leave behind, in parts of one object."""
    monkeypatch.setattr(model, "OBJECTS", 1)
    monkeypatch.setattr(index, "FEWEST", 1)
    uploaded_by_guest = world.request("POST", "/api/guest/upload", form={"image": File("a.gif", SMALL)})
    assert uploaded_by_guest.status == 201
    world.advance(minutes=5)
    world.deliver(INDEXING, delayed=True)  # only the own list is behind
    client = Client(world)
    space = Workspace(client)
    put(ask(client)["fields"]["key"])
    ask(client)
    tagged = space.image(access="signed")
    confirmed(client)
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200
    assert client.ask("DELETE", f"/images/{space.image()}").status == 200
    collection = created(client.ask("POST", "/api/collections", json={"name": "All"}))["id"]
    assert client.ask("DELETE", f"/api/collections/{collection}").status == 204
    assert client.ask("DELETE", f"/api/shares/{_share(client, 'constellation', space.id)['id']}").status == 204
    world.lose(HIDING)
    assert client.ask("PUT", f"/api/image/{tagged}/tags", json={"tags": ["lost"]}).status == 204
    world.advance(minutes=1)
    world.deliver(INDEXING, delayed=True)
    damage(client.id, "lost", None)
    damage(client.id, "left", {"images": 1, "own": 1})
    assert client.ask("PATCH", "/api/tags", json={"from": "a", "to": "b"}).status == 202
    for bucket in (ORIGINALS, BINARIES):
        for key in world.objects(bucket):
            aws.call("s3", "delete_object", Bucket=bucket.physical_name, Key=key)
    for bucket, key in (
        (ORIGINALS, "images/{}"),
        (ORIGINALS, "reductions/{}"),
        (RENDITIONS, "renditions/{}/a"),
        (BINARIES, "firmware/{}/a"),
    ):
        aws.call("s3", "put_object", Bucket=bucket.physical_name, Key=key.format(UNKNOWN), Body=b"left")
    later = datetime.now(UTC) + timedelta(hours=3)
    world.now = later - timedelta(minutes=30)
    begun(world, Caller(client.id, session_id="session"), kind="image", sourceUrl="https://example.com/a.gif")
    world.now = later
    report = world.invoke("reconcile", {})
    assert report == dict.fromkeys(report, 1) | {"TagTotalsMended": 2}


def _recounting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = uploaded(world, pictures.still("JPEG"), isPublic="true")
    confirmed(Client(world))
    assert asked(world, "share_tag_image", ANNA, {"tags": ["lost"]}, image_id=image_id).status == 204
    world.advance(minutes=5)
    world.deliver(INDEXING, delayed=True)
    damage(ANNA.user_id, "lost", {"images": 2, "shown": ""})
    damage(ANNA.user_id, "left", {"images": 1, "own": 1})
    for list_ in (PUBLIC, ANNA.user_id):
        usage_store.correct(list_, IMAGE, image_id[0], usage_store.find(list_).images[image_id[0]], Count(7, 7, "2025"))
        assert world.invoke("recount_list", {"list": list_})["corrected"] == (1 if list_ == PUBLIC else 3)


def _old_file(world: World, _: pytest.MonkeyPatch) -> None:
    space = Workspace(Client(world))
    make_old(world, space.image())
    world.advance(minutes=1)
    assert world.invoke("enter_old_files", {}) == {"seen": 1, "entered": 1, "checkpoint": ""}


SCENARIOS: dict[str, Scenario] = {
    "clean_up_image": _image_cleaned_up,
    "clean_up_folder": _folder_cleaned_up,
    "hide_images": _hiding,
    "purge_cdn": _purging,
    "reconcile": _reconciled,
    "recount_list": _recounting,
    "enter_old_files": _old_file,
}
