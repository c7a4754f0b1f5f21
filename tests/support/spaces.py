"""Constellations in tests, by calls of the functions as the gateway makes them.

The functions may run interleaved (``tests.support.interleaving``), so their AWS calls are not checked against grants.
"""

import base64
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from constellation.accounts import store as accounts
from constellation.accounts.model import User
from constellation.aws.resources import REMOVALS
from constellation.cleanup import clean_up_folder
from constellation.common.ids import new_id
from constellation.runtime.request import Caller
from constellation.workspaces.rights import Right
from tests.support.sharing import SMALL
from tests.support.world import Answer, File, World, event, load, queue_event


def newcomer(world: World) -> Caller:
    """Make a user."""
    name = new_id()
    user = User(new_id(), f"{name}@example.com", name, name, "hash", world.now)
    assert accounts.create(user) == []
    return Caller(user.id, session_id="session")


def ask(
    world: World, function: str, caller: Caller, body: Any = None, *, form: Any = None, query: Any = None, **path: str
) -> Answer:
    """Return a function's answer to a request of ``caller``, which is never a 5xx. ``path`` are its path parameters."""
    handler: Any = load(function)
    happening = event("POST", "/", json=body, form=form, query=query, path_parameters=path, caller=caller)
    result = handler(happening, None, now=world.now)
    assert result["statusCode"] < 500, result
    data = result["body"]
    return Answer(result["statusCode"], {}, base64.b64decode(data) if result["isBase64Encoded"] else data.encode())


def work_off(world: World) -> None:
    """Give the messages of the queue of removals to its consumer, one by one, until none is left that is due."""
    while contents := world.take(REMOVALS):
        for content in contents:
            _removes(world, content)


def _removes(world: World, content: Any) -> None:
    consumer: Any = load("clean_up_folder")
    answer = consumer(queue_event(REMOVALS, {"message": content}), None, now=world.now)
    assert answer == {"batchItemFailures": []}


def empty(space: "Space", folder: str) -> None:
    """Give the consumer the message about a deleted folder once more, as a queue may do."""
    content = {"constellation": space.id, "folder": folder, "closed": False}
    _removes(space.world, content)


def own_image(world: World, owner: Caller) -> str:
    """Make an image outside all constellations and return its id."""
    answer = ask(world, "share_upload_image", owner, form={"image": File("a.gif", SMALL)})
    assert answer.status == 201, answer.body
    return answer.json["id"]


@contextmanager
def small_parts() -> Generator[None]:
    """Have removals take several messages for a handful of images."""
    with patch.multiple(clean_up_folder, PART=4, _FOLDERS_TOGETHER=2):
        yield


class Space:
    """A constellation and its first ADMIN, who sends every request for which no other caller is named."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.owner = newcomer(world)
        self.id: str = self._made("create_constellation", {"name": "Space"})["constellation_uuid"]
        self.root: str = self.ask("get_constellation").json["root_folder_uuid"]

    def ask(self, function: str, body: Any = None, *, caller: Caller | None = None, **parts: Any) -> Answer:
        """Return the answer to a request about this constellation, or about what the path parameters name."""
        return ask(self.world, function, caller or self.owner, body, **({"constellation_uuid": self.id} | parts))

    def member(self, right: Right) -> Caller:
        """Make a user and connect it."""
        user = newcomer(self.world)
        assert self.connect(user, right).status == 200
        return user

    def connect(self, user: Caller, right: Right, by: Caller | None = None) -> Answer:
        return self.ask("connect_user", {"user_uuid": user.user_id, "rights": right.name}, caller=by)

    def disconnect(self, user: Caller, by: Caller | None = None) -> Answer:
        return self.ask("disconnect_user", {"user_uuid": user.user_id}, caller=by)

    def add_folder(self, parent: str = "", name: str = "folder") -> Answer:
        return self.ask(
            "create_folder", {"name": name, "constellation_uuid": self.id, "parent_folder_uuid": parent or self.root}
        )

    def change_folder(self, folder: str, **fields: str) -> Answer:
        return self.ask("change_folder", fields, folder_uuid=folder)

    def move_folder(self, folder: str, parent: str) -> Answer:
        return self.change_folder(folder, parent_folder_uuid=parent)

    def delete_folder(self, folder: str) -> Answer:
        return self.ask("delete_folder", folder_uuid=folder)

    def add_image(self, folder: str = "") -> Answer:
        form = {"file": File("a.gif", SMALL), "constellation_uuid": self.id, "folder_uuid": folder or self.root}
        return self.ask("workspace_add_image", form=form)

    def change_image(self, image: str, **fields: str) -> Answer:
        return self.ask("workspace_change_image", fields, image_uuid=image)

    def move_image(self, image: str, folder: str) -> Answer:
        return self.change_image(image, folder_uuid=folder)

    def share(self, image: str, **fields: Any) -> Answer:
        return self.ask("share_change_image", fields, image_id=image)

    def unshare(self, image: str) -> Answer:
        return self.ask("share_delete_image", image_id=image)

    def delete_image(self, image: str) -> Answer:
        return self.ask("workspace_delete_image", image_uuid=image)

    def add_comment(self, image: str) -> Answer:
        return self.ask("add_comment", {"content": "Oh."}, image_uuid=image)

    def folder(self, parent: str = "", name: str = "folder") -> str:
        """Make a folder and return its id."""
        return self._id(self.add_folder(parent, name), "folder_uuid")

    def image(self, folder: str = "") -> str:
        """Make an image and return its id."""
        return self._id(self.add_image(folder), "uuid")

    def comment(self, image: str) -> str:
        """Make a comment and return its id."""
        return self._id(self.add_comment(image), "comment_uuid")

    def parents(self) -> Mapping[str, str]:
        """Return the parent of each folder and image that ``GET /structure`` shows below the root."""
        found: dict[str, str] = {}
        waiting = [self.ask("get_structure").json]
        while waiting:
            folder = waiting.pop()
            for child in folder["children"]:
                found[child["uuid"]] = folder["uuid"]
                waiting += [child] if "children" in child else []
        return found

    def _made(self, function: str, body: Any) -> Any:
        return ask(self.world, function, self.owner, body).json

    def _id(self, answer: Answer, field: str) -> str:
        assert answer.status == 201, answer.body
        return answer.json[field]
