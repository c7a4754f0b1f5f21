"""Folders: made, renamed, moved."""

from dataclasses import replace

from constellation.domain.constellations import MOST_FOLDERS, NO_SUCH_FOLDER, Constellation
from constellation.domain.errors import BadRequest, NotFound, Unavailable
from constellation.domain.ids import new_id
from constellation.domain.rights import Operation
from constellation.domain.trees import Folder, below
from constellation.services import access
from constellation.services.access import FOLDER_ACCESS
from constellation.services.places import PLACING, folder_within, no_such_folder_within
from constellation.stores import constellations, folders

CREATE = (*PLACING, folders.CREATE)
"""What a function that makes folders needs."""

CHANGE = (*FOLDER_ACCESS, folders.LIST, folders.CHANGE)
"""What a function that changes folders needs."""

PARENT = "parent_folder_uuid"
"""What the contract calls the folder that a folder lies in."""

ROOT_STAYS = "The root folder cannot be moved or deleted"
INTO_ITSELF = "A folder cannot be moved into itself or into a folder below it"

_TRIES = 10


def create(constellation: Constellation, parent: str, name: str) -> Folder:
    """A new folder, in the root if no ``parent`` is named.

    Raises Invalid where there is no such parent, BadRequest where there are MOST_FOLDERS already.
    """
    folder = Folder(new_id(), constellation.id, name, folder_within(constellation, parent, PARENT))
    try:
        is_made = folders.create(folder, MOST_FOLDERS)
    except folders.Full:
        raise BadRequest(f"A constellation has at most {MOST_FOLDERS:,} folders") from None
    if not is_made:
        raise no_such_folder_within(PARENT)
    return folder


def change(folder: Folder, constellation: Constellation, user_id: str, name: str, parent: str) -> Folder:
    """Give a folder another name, another parent or both; what is empty stays. The answer is the new state.

    The root's name is its constellation's. Raises BadRequest for a move of the root or into what lies below,
    Invalid for a ``parent`` that is no folder of the constellation's, NotFound when the folder is gone.
    """
    for _ in range(_TRIES):
        if folder.parent is None:
            return _rename_root(folder, constellation, name, parent)
        after = replace(folder, name=name or folder.name, parent=parent or folder.parent)
        if after.parent != folder.parent:
            _check_move(folder, f"{after.parent}", constellation)
        if after == folder or folders.change(folder, after, constellation):
            return after
        folder, constellation = access.folder(folder.id, user_id, Operation.CHANGE_FOLDER)
    raise Unavailable


def _rename_root(folder: Folder, constellation: Constellation, name: str, parent: str) -> Folder:
    if parent:
        raise BadRequest(ROOT_STAYS)
    if name and not constellations.rename(constellation.id, name):
        raise NotFound(NO_SUCH_FOLDER)
    return replace(folder, name=name or folder.name)


def _check_move(folder: Folder, parent: str, constellation: Constellation) -> None:
    """Refuse a move that cannot be, as all folders lie now; the move's transaction sees to it that they still do."""
    everything = folders.in_constellation(constellation.id)
    if parent not in below(constellation.root, everything):
        raise no_such_folder_within(PARENT)
    if parent in below(folder.id, everything):
        raise BadRequest(INTO_ITSELF)
