"""A folder's name and place (contract, "Constellations")."""

from typing import Annotated

from constellation.common.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.runtime.binding import Body
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.change_folder import CHANGE, change
from constellation.workspaces.inputs import FolderChange
from constellation.workspaces.model import Constellation
from constellation.workspaces.outputs import FolderDetail, folder_detail
from constellation.workspaces.params import folder_for
from constellation.workspaces.rights import Operation
from constellation.workspaces.tree import Folder


@endpoint(
    "PATCH /folders/{folder_uuid}",
    dialect=constellations,
    grants=CHANGE,
    errors=[BadRequest, Forbidden, NotFound, Invalid, Unavailable],
)
def handler(
    found: Annotated[tuple[Folder, Constellation], folder_for(Operation.CHANGE_FOLDER)],
    wanted: Body[FolderChange],
    caller: Caller,
) -> FolderDetail:
    """PATCH /folders/{folder_uuid}: rename a folder, move it, or both."""
    return folder_detail(change(*found, caller.user_id, wanted.name, wanted.parent_folder_uuid))
