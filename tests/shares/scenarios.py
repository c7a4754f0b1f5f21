"""What uses every grant of each function of this part."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.support.sharing import Client
from tests.support.workspace import Workspace, created
from tests.support.world import Scenario, World, configure


def _share(client: Client, type_: str, id_: str, **fields: Any) -> Any:
    body = {"target": {"type": type_, "id": id_}, **fields}
    return created(client.ask("POST", "/api/shares", json=body, headers={"Idempotency-Key": f"{id_} {fields}"}))


def _shown(world: World, anna: Client, space: Workspace, **fields: Any) -> list[Any]:
    """Shares of everything, also of an image with a watermark, in a constellation from which folders were deleted."""
    folder, lost = space.folder(), space.folder()
    inner = space.folder(parent=folder)
    image, own = space.image(folder=inner, access="signed"), anna.image(access="signed")
    mark = {"image_uuid": own, "position": "center", "opacity": 1, "scale": 0.1, "margin": 0}
    answer = anna.ask("PUT", f"{space.path}/variants/stamp", json={"watermark": mark})
    assert answer.status == 201
    bea = Client(world, "bea")
    space.connect(bea)
    collection = created(bea.ask("POST", "/api/collections", json={"name": "Best"}))["id"]
    gone = bea.image()
    for each in (image, gone):
        assert bea.ask("PUT", f"/api/collections/{collection}/items/{each}").status == 204
    targets = (("image", own), ("image", image), ("folder", folder), ("constellation", space.id))
    made = [*(_share(anna, *target, **fields) for target in targets), _share(bea, "collection", collection, **fields)]
    assert bea.ask("DELETE", f"/api/image/{gone}").status == 204
    assert anna.ask("DELETE", f"/folders/{lost}").status == 200
    return made


def _asked(name: str, ask: Callable[[Client, Workspace, Any], Mapping[str, Any]], **fields: Any) -> Scenario:
    """A request about each of the shares, of which the fifth is Bea's."""

    def run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("constellation.shares.count.FEW", 0)
        anna = Client(world)
        space = Workspace(anna)
        for share in _shown(world, anna, space, **fields):
            for few in (25, 1):
                monkeypatch.setattr("constellation.workspaces.newest.FEW", few)
                world.advance(minutes=1)
                asked = dict(ask(anna, space, share))
                answer = world.request(asked.pop("method", "GET"), asked.pop("path"), **asked)
                assert answer.status in (200, 201, 204, 401, 403, 404), answer.body
        assert world.used[name]

    return run


def _token(client: Client, share: Any) -> dict[str, str]:
    if not share["hasPassword"]:
        return {}
    answer = client.world.request("POST", f"/api/s/{share['code']}/unlock", json={"password": "sesame"})
    return {"Authorization": f"Share {answer.json['token']}"}


def _ending(anna: Client, share: Any, **asked: Any) -> dict[str, Any]:
    """A request that ends links, which the share has given."""
    assert anna.world.request("GET", f"/api/s/{share['code']}/items").status in (200, 401, 404)
    return {"path": f"/api/shares/{share['id']}", "token": anna.token, **asked}


def _creating(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = Client(world)
    _shown(world, anna, Workspace(anna))
    public = Client(world, "cleo").image(isPublic="true")
    body = {"target": {"type": "image", "id": public}}
    assert anna.ask("POST", "/api/shares", json=body).status == 403


def _items_of(anna: Client, _: Workspace, share: Any) -> dict[str, Any]:
    return {"path": f"/api/s/{share['code']}/items", "headers": _token(anna, share)}


def _listing_items(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The items of all shares, and of one that is used up, without its token."""
    ask = _asked("list_share_items", _items_of, password="sesame")
    ask(world, monkeypatch)
    dora = Client(world, "dora")
    share = _share(dora, "image", dora.image(), maxViews=1)
    assert world.request("GET", f"/api/s/{share['code']}/items").status == 401


def _showing_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages of all shares, and of one in front of which there is a door."""
    ask = _asked("show_page", lambda anna, space, share: {"path": f"/s/{share['code']}"})
    ask(world, monkeypatch)
    dora = Client(world, "dora")
    share = _share(dora, "image", dora.image(), maxViews=1)
    assert world.request("GET", f"/s/{share['code']}").status == 200


def _sending(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is sent into a folder, beside which another was deleted."""
    configure(monkeypatch, guest_uploads_per_day=9)
    anna = Client(world)
    space = Workspace(anna)
    share = _share(anna, "folder", space.folder(), allowUpload=True)
    assert anna.ask("DELETE", f"/folders/{space.folder()}").status == 200
    assert world.request("POST", f"/api/s/{share['code']}/uploads", json={"fileName": "a.gif"}).status == 201
    for type_, id_ in (("image", space.image()), ("image", anna.image()), ("constellation", space.id)):
        share = _share(anna, type_, id_, maxViews=1)
        assert world.request("POST", f"/api/s/{share['code']}/uploads", json={"fileName": "a.gif"}).status == 401


SCENARIOS: dict[str, Scenario] = {
    "create_share": _creating,
    "open_share": _asked("open_share", lambda anna, space, share: {"path": f"/api/s/{share['code']}"}, maxViews=1),
    "unlock_share": _asked(
        "unlock_share",
        lambda anna, space, share: {
            "method": "POST",
            "path": f"/api/s/{share['code']}/unlock",
            "json": {"password": "sesame"},
        },
        maxViews=5,
        password="sesame",
    ),
    "list_share_items": _listing_items,
    "list_shares": _asked("list_shares", lambda anna, space, share: {"path": "/api/shares", "token": anna.token}),
    "get_share": _asked(
        "get_share", lambda anna, space, share: {"path": f"/api/shares/{share['id']}", "token": anna.token}
    ),
    "change_share": _asked(
        "change_share",
        lambda anna, space, share: _ending(anna, share, method="PATCH", json={"maxViews": 5, "password": "sesame"}),
    ),
    "delete_share": _asked(
        "delete_share",
        lambda anna, space, share: _ending(anna, share, method="DELETE"),
    ),
    "workspace_list_shares": _asked(
        "workspace_list_shares",
        lambda anna, space, share: {"path": f"{space.path}/shares", "token": anna.token},
    ),
    "workspace_get_share": _asked(
        "workspace_get_share",
        lambda anna, space, share: {"path": f"{space.path}/shares/{share['id']}", "token": anna.token},
    ),
    "workspace_delete_share": _asked(
        "workspace_delete_share",
        lambda anna, space, share: _ending(anna, share, method="DELETE", path=f"{space.path}/shares/{share['id']}"),
    ),
    "show_page": _showing_pages,
    "open_page": _asked(
        "open_page",
        lambda anna, space, share: {"method": "POST", "path": f"/s/{share['code']}", "form": {"password": "sesame"}},
        maxViews=1,
        password="sesame",
    ),
    "create_share_upload": _sending,
}
