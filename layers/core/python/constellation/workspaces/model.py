"""Constellations and their members, and where an image lies in one."""

from collections.abc import Collection
from dataclasses import dataclass

from constellation.common.errors import Invalid, Violation
from constellation.workspaces.rights import Right

MOST_FOLDERS = 50_000
"""The most folders of one constellation."""

MOST_REMOVALS = 1000
"""The most deleted folders of a constellation that wait to be emptied. Each request there reads their ids."""

CONSTELLATION_FIELD, FOLDER_FIELD, PARENT_FIELD = "constellation_uuid", "folder_uuid", "parent_folder_uuid"
"""What the contract calls the constellation and the folder of an image, and the parent of a folder."""

NO_SUCH_CONSTELLATION = "Constellation not found"
NO_SUCH_FOLDER = "Folder not found"
INVALID_ID = "Invalid constellation UUID"
ROOT_STAYS = "The root folder cannot be moved or deleted"


class FolderGone(Exception):
    """The folder that was to take something in does not exist."""


@dataclass(frozen=True)
class Location:
    """Where an image lies: the ids of a constellation and of one of its folders."""

    constellation: str
    folder: str


@dataclass(frozen=True)
class Constellation:
    """A workspace. Its root folder has its name.

    ``removals`` are the deleted folders that may not be empty yet. While there are any, only what lies below the root
    belongs to the constellation. ``version`` grows whenever a folder is moved or deleted. ``may_hold_images`` and
    ``may_hold_firmware`` are False until the first of them is about to come; until then lists need not look into it.
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
    """A user's right in a constellation."""

    constellation: Constellation
    user_id: str
    right: Right


@dataclass(frozen=True)
class Removal:
    """A deleted folder that is being emptied. For a deleted constellation it is the root."""

    constellation: str
    folder: str


def no_such_folder_within(field: str) -> Invalid:
    """Return the error for a field that names a folder of another constellation, or none."""
    return Invalid(Violation(field, "There is no such folder in this constellation."))
