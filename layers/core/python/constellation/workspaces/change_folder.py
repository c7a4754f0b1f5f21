"""Rename a folder or move it."""

from dataclasses import replace

from constellation.common.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces import access, folder_store, store
from constellation.workspaces.model import (
    NO_SUCH_FOLDER,
    PARENT_FIELD,
    ROOT_STAYS,
    Constellation,
    no_such_folder_within,
)
from constellation.workspaces.rights import Operation
from constellation.workspaces.tree import Folder, below

INTO_ITSELF = "A folder cannot be moved into itself or into a folder below it"

_TRIES = 10


@operation(
    grants=[folder_store.LIST, folder_store.CHANGE],
    uses=[access.folder],
    errors=[BadRequest, Forbidden, Invalid, Unavailable],
)
def change(folder: Folder, constellation: Constellation, caller: Caller, name: str, parent: str) -> Folder:
    """Give a folder another name, another parent or both, and return its new state. What is empty stays.

    A root is renamed together with its constellation. Raise BadRequest for a move of the root or of a folder into
    itself, Invalid where the constellation has no folder ``parent``, NotFound when the folder is gone.
    """
    for _ in range(_TRIES):
        if folder.parent is None:
            return _rename_root(folder, constellation, name, parent)
        after = replace(folder, name=name or folder.name, parent=parent or folder.parent)
        if after.parent != folder.parent:
            _check_move(folder, f"{after.parent}", constellation)
        if after == folder or folder_store.change(folder, after, constellation):
            return after
        folder, member = access.folder(folder.id, caller, Operation.CHANGE_FOLDER)
        constellation = member.constellation
    raise Unavailable


def _rename_root(folder: Folder, constellation: Constellation, name: str, parent: str) -> Folder:
    if parent:
        raise BadRequest(ROOT_STAYS)
    if name and not store.rename(constellation.id, name):
        raise NotFound(NO_SUCH_FOLDER)
    return replace(folder, name=name or folder.name)


def _check_move(folder: Folder, parent: str, constellation: Constellation) -> None:
    """Refuse an impossible move, judged by the tree as it is now. The transaction of the move checks that it stays."""
    folders = folder_store.in_constellation(constellation.id)
    if parent not in below(constellation.root, folders):
        raise no_such_folder_within(PARENT_FIELD)
    if parent in below(folder.id, folders):
        raise BadRequest(INTO_ITSELF)
