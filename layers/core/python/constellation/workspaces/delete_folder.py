"""Delete a folder: out of everybody's sight in one transaction, emptied by a queue."""

from datetime import datetime

from constellation.aws import queues
from constellation.aws.resources import REMOVALS
from constellation.common.errors import BadRequest, Unavailable
from constellation.workspaces import access
from constellation.workspaces import folder_store as folders
from constellation.workspaces import removal_store as removals
from constellation.workspaces.access import FOLDER_ACCESS
from constellation.workspaces.model import MOST_REMOVALS, ROOT_STAYS, Removal
from constellation.workspaces.removal_request import message
from constellation.workspaces.rights import Operation
from constellation.workspaces.tree import Folder

_TRIES = 10


REMOVE_FOLDER = (*FOLDER_ACCESS, folders.REMOVE, removals.BEGIN, queues.ASK_FOR_REMOVAL)
"""What a function that deletes folders needs."""


def remove_folder(folder: Folder, user_id: str, now: datetime) -> None:
    """Delete a folder with all below it.

    Raises BadRequest for the root, NotFound when it is gone already, Unavailable while too many others are emptied.
    """
    if folder.parent is None:
        raise BadRequest(ROOT_STAYS)
    removal = Removal(folder.constellation, folder.id)
    queues.send(REMOVALS, message(removal), queues.SETTLED_SECONDS)
    for _ in range(_TRIES):
        if folders.remove(folder, MOST_REMOVALS, removals.beginning(removal, now)):
            queues.send(REMOVALS, message(removal))
            return
        folder, constellation = access.folder(folder.id, user_id, Operation.DELETE_FOLDER)
        if len(constellation.removals) >= MOST_REMOVALS:
            raise Unavailable("Many folders of this constellation are being emptied, try again", retry_after=5)
    raise Unavailable
