"""What uses every grant of each function of this part."""

from hashlib import sha256
from typing import Any

import pytest

from constellation.aws import client as aws
from constellation.aws.resources import ORIGINALS, REDUCING
from constellation.images import file_store, store
from tests.support import pictures
from tests.support.faults import meanwhile
from tests.support.sharing import ANNA, SMALL, Client, link
from tests.support.workspace import Workspace
from tests.support.world import File, Scenario, World, configure, event

KEY = {"Idempotency-Key": "key"}


def _upload(name: str, path: str) -> Scenario:
    def run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        configure(monkeypatch, bytes_per_user=10**9, guest_uploads_per_day=10)
        form: dict[str, str | File] = {"image": File("a.png", pictures.long())}
        monkeypatch.setattr(file_store, "MOST_KNOWN", 1)  # the first image makes room when it is deleted
        for headers in (KEY, {}):
            answer = world.call(name, event("POST", path, form=form, headers=headers, caller=ANNA))
            assert answer.status == 201
            image = store.get(answer.json["id"])
            assert image
            assert store.delete(image, keeps_bytes=False, now=world.now)

    return run


def _filed(client: Client, image_id: str) -> None:
    """Let an image lie in a constellation of which a folder was deleted, and is not yet emptied."""
    space = Workspace(client)
    assert client.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200


def _upload_group(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key and without; a deleted image makes room for what is known of its file."""
    configure(monkeypatch, bytes_per_user=10**9)
    monkeypatch.setattr(file_store, "MOST_KNOWN", 1)
    for headers in (KEY, {}):
        form = {"image": [File("a.png", pictures.long()), File("b.gif", b"no picture")]}
        answer = world.call(
            "share_upload_images", event("POST", "/api/upload/batch", form=form, headers=headers, caller=ANNA)
        )
        made, refused = answer.json["results"]
        assert (made["status"], refused["status"]) == (201, 422)
        image = store.get(made["image"]["id"])
        assert image
        assert store.delete(image, keeps_bytes=False, now=world.now)


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


def _reduced(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One image is from before there were reductions, those of one are damaged, and one is deleted meanwhile."""
    client = Client(world)
    configure(monkeypatch, reductions=False)
    first, second = client.image(pictures.long()), client.image(pictures.long())
    configure(monkeypatch)
    for image_id in (first, second):
        assert link(world, f"{image_id}.png", {"w": "9"}).status == 200
    image = store.get(first)
    assert image
    with meanwhile("PutObject", lambda: store.delete(image, keeps_bytes=False, now=world.now)):
        assert world.deliver(REDUCING) == 2
    aws.call("s3", "put_object", Bucket=ORIGINALS.physical_name, Key=f"reductions/{second}", Body=b"")
    assert link(world, f"{second}.png", {"w": "8"}).status == 200
    assert world.deliver(REDUCING) == 1


def _publishing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tagged image becomes public."""
    client = Client(world)
    image_id = client.image()
    assert client.ask("PUT", f"/api/image/{image_id}/tags", json={"tags": ["a"]}).status == 204
    _filed(client, image_id)
    change = {"isPublic": True, "access": "signed", "focus": "auto", "description": "lake"}
    assert client.ask("PATCH", f"/api/image/{image_id}", json=change).status == 204


def _finding(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(world)
    _filed(client, client.image())
    answer = client.ask("POST", "/api/images/exists", json={"sha256": [sha256(SMALL).hexdigest()]})
    assert answer.json["found"]


SCENARIOS: dict[str, Scenario] = {
    "share_upload_image": _upload("share_upload_image", "/api/upload"),
    "share_upload_image_as_guest": _upload("share_upload_image_as_guest", "/api/guest/upload"),
    "share_upload_image_by_key": _upload("share_upload_image_by_key", "/api/external/upload"),
    "share_upload_images": _upload_group,
    "reduce_image": _reduced,
    "share_find_files": _finding,
    "share_get_image": _asked("share_get_image", "GET", "/api/image/{}/detail"),
    "share_change_image": _publishing,
    "share_delete_image": _asked("share_delete_image", "DELETE", "/api/image/{}"),
}
