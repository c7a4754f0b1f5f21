"""Delete a folder (contract, "Constellations")."""

from typing import Annotated

from constellation.runtime.binding import Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.delete_folder import delete
from constellation.workspaces.model import Membership
from constellation.workspaces.outputs import Message
from constellation.workspaces.params import folder_for
from constellation.workspaces.rights import Operation
from constellation.workspaces.tree import Folder


@endpoint("DELETE /folders/{folder_uuid}", dialect=constellations, scope="constellations:write", uses=[delete])
def handler(
    found: Annotated[tuple[Folder, Membership], folder_for(Operation.DELETE_FOLDER)], caller: Caller, now: Now
) -> Message:
    """DELETE /folders/{folder_uuid}: delete a folder with all folders and images below it."""
    delete(found[0], caller, now)
    return {"message": "Folder deleted"}
