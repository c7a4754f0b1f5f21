"""Races for constellations over HTTP, on the engine: what must hold whoever is first, looked up in the tables too."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from constellation.aws.resources import CONSTELLATIONS
from constellation.aws.table import Table
from constellation.workspaces import folder_store as folders
from constellation.workspaces.tree import below
from tests.support import pictures
from tests.support.http_user import User, statuses_at_once

PICTURE = pictures.still("PNG", 6, 4)
ADMIN = "ADMIN"


class Workspace:
    """A constellation of two ADMINs and one more user, with two folders, one more in each, and an image in those.

    The stores must reach the product (``Product.reached``).
    """

    def __init__(self, client: httpx.Client) -> None:
        self.admins = [User(client) for _ in range(2)]
        self.other = User(client)
        self.id: str = self.admins[0].gets("POST", "/constellations", {"name": "races"})["constellation_uuid"]
        self.path = f"/constellations/{self.id}"
        self.root: str = self.admins[0].gets("GET", self.path)["root_folder_uuid"]
        self.connect(self.admins[0], self.admins[1])
        self.outer = [self.folder(self.root) for _ in range(2)]
        self.inner = [self.folder(parent) for parent in self.outer]
        self.images = [self.image(parent) for parent in self.inner]
        self.assert_whole()

    def connect(self, by: User, user: User) -> None:
        """Make a user an ADMIN."""
        by.gets("POST", f"{self.path}/connect", {"user_uuid": user.id, "rights": ADMIN})

    def folder(self, parent: str) -> str:
        """The id of a new folder."""
        body = {"name": "folder", "constellation_uuid": self.id, "parent_folder_uuid": parent}
        return self.admins[0].gets("POST", "/folders", body)["folder_uuid"]

    def image(self, parent: str) -> str:
        """The id of a new image."""
        form = {"constellation_uuid": self.id, "folder_uuid": parent}
        return self.admins[0].gets("POST", "/images", data=form, files={"file": ("a.png", PICTURE)})["uuid"]

    def rights(self, by: User) -> dict[str, str]:
        """The rights of the members by their ids."""
        return {member["uuid"]: member["rights"] for member in by.gets("GET", f"{self.path}/users")}

    def assert_whole(self) -> None:
        """There is an ADMIN, as many as are counted, and every folder and image can be reached from the root, once."""
        items = list(Table(CONSTELLATIONS).query("pk = :pk", {"pk": folders.meta_key(self.id)["pk"]}))
        meta = next(item for item in items if item["sk"] == "META")
        admins = [item for item in items if item["sk"].startswith("MEMBER#") and item["rights"] == ADMIN]
        assert meta["admins"] == len(admins) >= 1
        there, files = folders.content(self.id, None)
        assert sorted(folder.id for folder in there) == sorted(self.outer + self.inner)
        assert below(self.root, there) == {self.root, *self.outer, *self.inner}
        assert [folders.get(folder.id) for folder in there] == there
        assert sorted((file.id, file.folder) for file in files) == sorted(zip(self.images, self.inner, strict=True))


def two_admins_end_each_other(workspace: Workspace, rounds: int) -> None:
    """By disconnecting each other, lowering each other, or both leaving: one is left."""
    for number in range(rounds):
        leaving, lowering = number % 4 == 2, number % 4 == 3
        path = f"{workspace.path}/{'connect' if lowering else 'disconnect'}"
        whom = workspace.admins if leaving else workspace.admins[::-1]
        bodies = [{"user_uuid": user.id, "rights": "READ"} for user in whom]
        statuses = together("POST", [(path, body) for body in bodies], workspace.admins)
        ended = statuses.index(200)
        # The second is told that it is the last one, or may not do it any more.
        assert statuses[1 - ended] == (400 if leaving else 403 if lowering else 404)
        left, gone = whom[1 - ended], whom[ended]
        assert workspace.rights(left) == {left.id: ADMIN} | ({gone.id: "READ"} if lowering else {})
        workspace.assert_whole()
        if leaving:
            assert gone.asks("POST", f"{workspace.path}/accept").status_code == 204
        workspace.connect(left, gone)


def connect_against_disconnect(workspace: Workspace, rounds: int) -> None:
    """Two ADMINs disagree about a user: it is a member with the right it was given, or none."""
    ada, ben = workspace.admins
    for number in range(rounds):
        named = {"user_uuid": workspace.other.id, "rights": ("READ", ADMIN)[number % 2]}
        was_there = workspace.other.id in workspace.rights(ada)
        paths = [(f"{workspace.path}/{what}", named) for what in ("connect", "disconnect")]
        connected, disconnected = together("POST", paths, workspace.admins)
        assert connected == 200
        assert disconnected in ((200,) if was_there else (200, 404))
        rights = workspace.rights(ben)
        is_there = workspace.other.id in rights
        assert rights == {ada.id: ADMIN, ben.id: ADMIN} | ({workspace.other.id: named["rights"]} if is_there else {})
        assert workspace.other.asks("GET", f"/folders/{workspace.root}").status_code == (200 if is_there else 404)
        workspace.assert_whole()


def two_opposite_moves(workspace: Workspace, rounds: int) -> None:
    """Each of two folders into the one that lies in the other: one of them moves."""
    everything = sorted([*workspace.outer, *workspace.inner, *workspace.images])
    ada = workspace.admins[0]
    for _ in range(rounds):
        targets = [{"parent_folder_uuid": folder} for folder in reversed(workspace.inner)]
        moves = [(f"/folders/{folder}", target) for folder, target in zip(workspace.outer, targets, strict=True)]
        statuses = together("PATCH", moves, workspace.admins)
        assert sorted(statuses) == [200, 400]
        workspace.assert_whole()
        assert sorted(listed(ada.gets("GET", f"/structure/{workspace.id}"))) == everything
        ada.gets("PATCH", moves[statuses.index(200)][0], {"parent_folder_uuid": workspace.root})


def together(method: str, asked: Sequence[tuple[str, Any]], users: Sequence[User]) -> list[int]:
    """The statuses of requests, one of each user, that are sent at the same moment."""
    pairs = zip(users, asked, strict=True)
    return statuses_at_once(
        [lambda user=user, path=path, body=body: user.asks(method, path, body) for user, (path, body) in pairs]
    )


def listed(tree: Mapping[str, Any]) -> list[str]:
    """The ids of all that lies in a tree."""
    return [id_ for child in tree.get("children", ()) for id_ in (child["uuid"], *listed(child))]


RACES: dict[Callable[[Workspace, int], None], int] = {
    two_admins_end_each_other: 1000,
    connect_against_disconnect: 1000,
    two_opposite_moves: 1000,
}
"""The races, and how many rounds of each the bench runs."""
