"""Rename a folder or move it."""

from dataclasses import replace

from constellation.common.errors import BadRequest, NotFound, Unavailable
from constellation.workspaces import access
from constellation.workspaces import folder_store as folders
from constellation.workspaces import store as constellations
from constellation.workspaces.access import FOLDER_ACCESS
from constellation.workspaces.locations import no_such_folder_within
from constellation.workspaces.model import NO_SUCH_FOLDER, PARENT, ROOT_STAYS, Constellation
from constellation.workspaces.rights import Operation
from constellation.workspaces.tree import Folder, below

_TRIES = 10


CHANGE = (*FOLDER_ACCESS, folders.LIST, folders.CHANGE)
"""What a function that changes folders needs."""


INTO_ITSELF = "A folder cannot be moved into itself or into a folder below it"


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
