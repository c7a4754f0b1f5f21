"""Create a folder."""

from constellation.common.errors import BadRequest
from constellation.common.ids import new_id
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store
from constellation.workspaces.locations import folder_within
from constellation.workspaces.model import MOST_FOLDERS, PARENT_FIELD, Constellation, FolderGone, no_such_folder_within
from constellation.workspaces.tree import Folder


@operation(grants=[folder_store.CREATE], uses=[folder_within], errors=[BadRequest])
def create(constellation: Constellation, parent: str, name: str) -> Folder:
    """Create a folder in a parent, or in the root if none is named.

    Raise Invalid where there is no such parent, BadRequest where the constellation has MOST_FOLDERS already.
    """
    folder = Folder(new_id(), constellation.id, name, folder_within(constellation, parent, PARENT_FIELD))
    try:
        folder_store.create(folder, MOST_FOLDERS)
    except folder_store.Full:
        raise BadRequest(f"A constellation has at most {MOST_FOLDERS:,} folders") from None
    except FolderGone:
        raise no_such_folder_within(PARENT_FIELD) from None
    return folder
