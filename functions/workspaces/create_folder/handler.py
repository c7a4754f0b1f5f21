"""Create a folder (contract, "Constellations")."""

from constellation.common.errors import Forbidden
from constellation.runtime.binding import Body
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.access import membership
from constellation.workspaces.create_folder import create
from constellation.workspaces.inputs import NewFolder
from constellation.workspaces.outputs import FolderDetail, folder_detail
from constellation.workspaces.rights import Operation


@endpoint(
    "POST /folders",
    dialect=constellations,
    scope="constellations:write",
    uses=[membership, create],
    status=201,
    errors=[Forbidden],
)
def handler(new: Body[NewFolder], caller: Caller) -> FolderDetail:
    """POST /folders: create a folder in another one, or in the root of a constellation."""
    member = membership(new.constellation_uuid, caller, Operation.CREATE_FOLDER)
    return folder_detail(create(member.constellation, new.parent_folder_uuid, new.name))
