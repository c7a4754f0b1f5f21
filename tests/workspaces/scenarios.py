"""What uses every grant of each function of this part."""

from typing import Any

import pytest

from constellation.common.ids import new_id
from constellation.images import comment_store as comments
from constellation.images import file_store
from constellation.images.model import Comment
from constellation.runtime.request import Caller
from tests.support.faults import meanwhile
from tests.support.pictures import long
from tests.support.sharing import Client
from tests.support.spaces import ask
from tests.support.workspace import Workspace
from tests.support.world import File, Scenario, World, configure


class Scene:
    """A constellation with two folders, an image in one of them, and a third that is deleted and not yet emptied."""

    def __init__(self, world: World) -> None:
        self.admin, self.other = Client(world), Client(world, "bea")
        self.space = Workspace(self.admin)
        self.folder, self.target = self.space.folder(), self.space.folder()
        self.image = self.space.image(folder=self.folder)
        self.does("DELETE", f"/folders/{self.space.folder()}")

    def does(self, method: str, path: str, **body: Any) -> None:
        """A request of the ADMIN's, and a good one."""
        answer = self.admin.ask(method, path, json=body)
        assert answer.status in (200, 201, 204), answer.body


def _members(world: World, _: pytest.MonkeyPatch) -> None:
    scene = Scene(world)
    path, other = scene.space.path, scene.other.id
    for right in ("READ", "ADMIN"):
        scene.does("POST", f"{path}/connect", user_uuid=other, rights=right)
    scene.does("GET", f"{path}/users")
    scene.does("POST", f"{path}/disconnect", user_uuid=other)
    scene.does("POST", f"{path}/connect", user_uuid=other, rights="READ")
    for right in ("WRITE", "READ"):
        scene.does("POST", f"{path}/connect", user_uuid=other, rights=right)
    scene.does("POST", f"{path}/disconnect", user_uuid=other)
    scene.does("POST", f"{path}/connect", user_uuid=other, rights="ADMIN")
    scene.does("POST", f"{path}/disconnect", user_uuid=scene.admin.id)
    scene.does("POST", f"{path}/accept")


def _constellation(world: World, _: pytest.MonkeyPatch) -> None:
    scene = Scene(world)
    for path in ("/constellations", scene.space.path, f"/structure/{scene.space.id}"):
        scene.does("GET", path)
    scene.does("PATCH", scene.space.path, name="Journey")
    scene.does("DELETE", scene.space.path)


def _folders(world: World, _: pytest.MonkeyPatch) -> None:
    scene = Scene(world)
    path = f"/folders/{scene.folder}"
    scene.does("POST", "/folders", name="Inner", constellation_uuid=scene.space.id, parent_folder_uuid=scene.folder)
    scene.does("GET", path)
    scene.does("PATCH", path, parent_folder_uuid=scene.target)
    scene.does("PATCH", f"/folders/{scene.space.root}", name="Journey")
    scene.does("DELETE", path)


def _images(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(world)
    path = f"/images/{scene.image}"
    scene.does("GET", "/images")
    scene.does("GET", path)
    scene.does("POST", f"{path}/comments", content="Oh.")
    (comment,) = scene.admin.ask("GET", f"{path}/comments").json
    scene.does("DELETE", f"{path}/comments/{comment['comment_uuid']}")
    comments.add(Comment(new_id(), scene.image, scene.admin.id, "Oh.", world.now), 1)
    assert scene.admin.ask("DELETE", f"{path}/comments/{new_id()}").status == 404
    scene.does("PATCH", path, name="b.gif", folder_uuid=scene.target)
    scene.does("PATCH", f"/images/{scene.admin.image()}", constellation_uuid=Workspace(scene.admin).id)
    scene.does("DELETE", path)


def _uploads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is stored again after its deletion; the folder of another goes just before its record would be written."""
    configure(monkeypatch, bytes_per_user=10**9)
    scene = Scene(world)
    caller = Caller(scene.admin.id, session_id="session")
    form = {"file": File("a.png", long()), "constellation_uuid": scene.space.id, "folder_uuid": scene.folder}
    monkeypatch.setattr(file_store, "MOST_KNOWN", 1)
    for headers in ({"Idempotency-Key": "key"}, {}):
        answer = scene.admin.ask("POST", "/images", form=form, headers=headers)
        assert answer.status == 201
        scene.does("DELETE", f"/images/{answer.json['uuid']}")
    with meanwhile("PutObject", lambda: ask(world, "delete_folder", caller, folder_uuid=scene.folder)):
        assert scene.admin.ask("POST", "/images", form=form).status == 400


SCENARIOS: dict[str, Scenario] = {
    "list_constellations": _constellation,
    "create_constellation": _constellation,
    "get_constellation": _constellation,
    "rename_constellation": _constellation,
    "delete_constellation": _constellation,
    "connect_user": _members,
    "disconnect_user": _members,
    "accept_connection": _members,
    "list_members": _members,
    "get_structure": _constellation,
    "create_folder": _folders,
    "get_folder": _folders,
    "change_folder": _folders,
    "delete_folder": _folders,
    "workspace_list_images": _images,
    "workspace_add_image": _uploads,
    "workspace_get_image": _images,
    "workspace_change_image": _images,
    "workspace_delete_image": _images,
    "list_comments": _images,
    "add_comment": _images,
    "delete_comment": _images,
}
