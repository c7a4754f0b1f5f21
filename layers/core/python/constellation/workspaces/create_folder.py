"""Create a folder."""

from constellation.common.errors import BadRequest
from constellation.common.ids import new_id
from constellation.workspaces import folder_store as folders
from constellation.workspaces.locations import PLACING, folder_within, no_such_folder_within
from constellation.workspaces.model import MOST_FOLDERS, PARENT, Constellation
from constellation.workspaces.tree import Folder

CREATE = (*PLACING, folders.CREATE)
"""What a function that makes folders needs."""


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
