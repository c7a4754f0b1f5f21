"""Response bodies of constellations and folders."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypedDict

from constellation.accounts.model import User
from constellation.common.ids import Id
from constellation.workspaces.model import Membership
from constellation.workspaces.rights import Right, RightName
from constellation.workspaces.tree import File, Folder, order


class Message(TypedDict):
    """A sentence that says what was done."""

    message: str


class ConstellationName(TypedDict):
    """A constellation's name."""

    name: str


class ConstellationEntry(ConstellationName):
    """A constellation of which the caller is a member."""

    constellation_uuid: Id


class ListedConstellation(ConstellationEntry):
    """A constellation with the right that the caller has there."""

    rights: RightName


class ConstellationDetail(ConstellationName):
    """A constellation with its root folder, and the right that the caller has there."""

    root_folder_uuid: Id
    rights: RightName


class Member(TypedDict):
    """A member and its right: READ, COMMENT, WRITE or ADMIN."""

    uuid: Id
    name: str
    rights: RightName


class FolderDetail(TypedDict):
    """A folder. The root has no parent."""

    folder_uuid: Id
    name: str
    parent_folder_uuid: Id | None
    constellation_uuid: Id


class Node(TypedDict):
    """A child of a folder. Its ``type`` is ``folder`` or ``file``; a file is an image."""

    uuid: Id
    name: str
    type: Literal["folder", "file"]


class FolderContent(FolderDetail):
    """A folder with its children, and the right that the caller has there."""

    rights: RightName
    children: list[Node]


def listed_constellation(member: Membership) -> ListedConstellation:
    """Return a constellation as it is listed for a member."""
    constellation = member.constellation
    return {"constellation_uuid": constellation.id, "name": constellation.name, "rights": member.right.name}


def constellation_detail(member: Membership) -> ConstellationDetail:
    """Return a constellation with its root folder, for a member."""
    constellation = member.constellation
    return {"root_folder_uuid": constellation.root, "name": constellation.name, "rights": member.right.name}


def members(rights: Mapping[str, Right], users: Mapping[str, User]) -> list[Member]:
    """Return the members that still have an account, by name."""
    known = sorted(
        (users[id_] for id_ in rights if id_ in users), key=lambda user: (user.display_name.casefold(), user.id)
    )
    return [{"uuid": user.id, "name": user.display_name, "rights": rights[user.id].name} for user in known]


def folder_detail(folder: Folder) -> FolderDetail:
    """Return a folder without its children."""
    return {
        "folder_uuid": folder.id,
        "name": folder.name,
        "parent_folder_uuid": folder.parent,
        "constellation_uuid": folder.constellation,
    }


def folder_content(folder: Folder, right: Right, folders: Iterable[Folder], files: Iterable[File]) -> FolderContent:
    """Return a folder with the caller's right and its children, folders first."""
    nodes: list[Node] = [
        {"uuid": child.id, "name": child.name, "type": "folder" if isinstance(child, Folder) else "file"}
        for child in sorted((*folders, *files), key=order)
    ]
    return {**folder_detail(folder), "rights": right.name, "children": nodes}
