"""A folder's name and place (contract, "Constellations")."""

from typing import Annotated

from constellation.domain.constellations import Constellation
from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.domain.rights import Operation
from constellation.domain.trees import Folder
from constellation.http.binding import Body
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import folder_for
from constellation.http.request import Caller
from constellation.inputs.constellations import FolderChange
from constellation.services.folders import CHANGE, change
from constellation.views.constellations import FolderDetail, folder_detail


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
