"""A new folder (contract, "Constellations")."""

from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound
from constellation.domain.rights import Operation
from constellation.http.binding import Body
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.request import Caller
from constellation.inputs.constellations import NewFolder
from constellation.services.access import membership
from constellation.services.folders import CREATE, create
from constellation.views.constellations import FolderDetail, folder_detail


@endpoint(
    "POST /folders",
    dialect=constellations,
    grants=CREATE,
    status=201,
    errors=[BadRequest, Forbidden, NotFound, Invalid],
)
def handler(new: Body[NewFolder], caller: Caller) -> FolderDetail:
    """POST /folders: make a folder in another one, or in the root of a constellation."""
    member = membership(new.constellation_uuid, caller.user_id, Operation.CREATE_FOLDER)
    return folder_detail(create(member.constellation, new.parent_folder_uuid, new.name))
