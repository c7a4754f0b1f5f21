"""Delete a folder: hide it in one transaction, and ask for it to be emptied."""

from datetime import datetime

from constellation.common.errors import BadRequest, Forbidden, Unavailable
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.workspaces import access, folder_store, removal_request, removal_store
from constellation.workspaces.model import MOST_REMOVALS, ROOT_STAYS, Removal
from constellation.workspaces.rights import Operation
from constellation.workspaces.tree import Folder

_TRIES = 10


@operation(
    grants=[folder_store.REMOVE, removal_store.BEGIN],
    uses=[access.folder, removal_request.beginning],
    errors=[BadRequest, Forbidden, Unavailable],
)
def delete(folder: Folder, caller: Caller, now: datetime) -> None:
    """Delete a folder with everything below it.

    Raise BadRequest for the root, NotFound when it is gone already, Unavailable while too many others are emptied.
    """
    if folder.parent is None:
        raise BadRequest(ROOT_STAYS)
    removal = Removal(folder.constellation, folder.id)
    with removal_request.beginning(removal):
        for _ in range(_TRIES):
            if folder_store.remove(folder, MOST_REMOVALS, removal_store.to_begin(removal, now)):
                return
            folder, member = access.folder(folder.id, caller, Operation.DELETE_FOLDER)
            if len(member.constellation.removals) >= MOST_REMOVALS:
                raise Unavailable("Many folders of this constellation are being emptied, try again", retry_after=5)
        raise Unavailable
