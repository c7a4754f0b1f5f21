"""Constellations: shared workspaces, what lies where in one, and who may do what there."""

from collections.abc import Collection
from dataclasses import dataclass

from constellation.workspaces.rights import Right

MOST_FOLDERS = 50_000
"""Folders of one constellation."""

MOST_REMOVALS = 1000
"""Deleted folders of a constellation that are still being emptied. Each request there reads their ids."""

NO_SUCH_CONSTELLATION = "Constellation not found"
NO_SUCH_FOLDER = "Folder not found"


INVALID_ID = "Invalid constellation UUID"


@dataclass(frozen=True)
class Location:
    """Where an image lies: the ids of a constellation and of one of its folders."""

    constellation: str
    folder: str


@dataclass(frozen=True)
class Constellation:
    """A workspace; its name is its root folder's too.

    ``removals`` are the deleted folders below which something may be left; while there are any, what is not below
    the root is nobody's. ``version`` grows whenever a folder is moved or deleted. ``may_hold_images`` and
    ``may_hold_firmware`` are False until the first of them is about to come: lists need not look into it before.
    """

    id: str
    name: str
    root: str
    removals: Collection[str]
    version: int
    may_hold_images: bool = True
    may_hold_firmware: bool = True


@dataclass(frozen=True)
class Membership:
    """A constellation as one of its members has it."""

    constellation: Constellation
    user_id: str
    right: Right


PARENT = "parent_folder_uuid"
"""What the contract calls the folder that a folder lies in."""

ROOT_STAYS = "The root folder cannot be moved or deleted"


@dataclass(frozen=True)
class Removal:
    """A deleted folder that is being emptied. For a deleted constellation it is the root."""

    constellation: str
    folder: str
