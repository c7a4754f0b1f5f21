"""What uses every grant of each function of this part."""

from typing import Any

import pytest

from tests.support import pictures
from tests.support.sharing import ANNA, Client
from tests.support.workspace import Workspace
from tests.support.world import File, Scenario, World, configure, event

KEY = {"Idempotency-Key": "key"}


def _upload(name: str, path: str) -> Scenario:
    def run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        configure(monkeypatch, bytes_per_user=10**9, guest_uploads_per_day=10)
        form: dict[str, str | File] = {"image": File("a.png", pictures.still("PNG"))}
        assert world.call(name, event("POST", path, form=form, headers=KEY, caller=ANNA)).status == 201

    return run


def _filed(client: Client, image_id: str) -> None:
    """Let an image lie in a constellation of which a folder was deleted, and is not yet emptied."""
    space = Workspace(client)
    assert client.ask("PATCH", f"/images/{image_id}", json={"constellation_uuid": space.id}).status == 200
    assert client.ask("DELETE", f"/folders/{space.folder()}").status == 200


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


SCENARIOS: dict[str, Scenario] = {
    "share_upload_image": _upload("share_upload_image", "/api/upload"),
    "share_upload_image_as_guest": _upload("share_upload_image_as_guest", "/api/guest/upload"),
    "share_upload_image_by_key": _upload("share_upload_image_by_key", "/api/external/upload"),
    "share_get_image": _asked("share_get_image", "GET", "/api/image/{}/detail"),
    "share_change_image": _asked(
        "share_change_image", "PATCH", "/api/image/{}", body={"isPublic": False, "access": "signed", "focus": "auto"}
    ),
    "share_delete_image": _asked("share_delete_image", "DELETE", "/api/image/{}"),
}
