"""Rename a folder or move it (contract, "Constellations")."""

from typing import Annotated

from constellation.runtime.binding import Body
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.change_folder import change
from constellation.workspaces.inputs import FolderChange
from constellation.workspaces.model import Membership
from constellation.workspaces.outputs import FolderDetail, folder_detail
from constellation.workspaces.params import folder_for
from constellation.workspaces.rights import Operation
from constellation.workspaces.tree import Folder


@endpoint("PATCH /folders/{folder_uuid}", dialect=constellations, scope="constellations:write", uses=[change])
def handler(
    found: Annotated[tuple[Folder, Membership], folder_for(Operation.CHANGE_FOLDER)],
    wanted: Body[FolderChange],
    caller: Caller,
) -> FolderDetail:
    """PATCH /folders/{folder_uuid}: rename a folder, move it to another parent, or both."""
    folder, member = found
    return folder_detail(change(folder, member.constellation, caller, wanted.name, wanted.parent_folder_uuid))
