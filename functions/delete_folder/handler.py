"""Deletion of a folder (contract, "Constellations")."""

from typing import Annotated

from constellation.domain.constellations import Constellation
from constellation.domain.errors import BadRequest, Forbidden, NotFound, Unavailable
from constellation.domain.rights import Operation
from constellation.domain.trees import Folder
from constellation.http.binding import Now
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import folder_for
from constellation.http.request import Caller
from constellation.services.removal import REMOVE_FOLDER, remove_folder
from constellation.views.constellations import Message


@endpoint(
    "DELETE /folders/{folder_uuid}",
    dialect=constellations,
    grants=REMOVE_FOLDER,
    errors=[BadRequest, Forbidden, NotFound, Unavailable],
)
def handler(
    found: Annotated[tuple[Folder, Constellation], folder_for(Operation.DELETE_FOLDER)], caller: Caller, now: Now
) -> Message:
    """DELETE /folders/{folder_uuid}: delete a folder with all folders and images below it."""
    remove_folder(found[0], caller.user_id, now)
    return {"message": "Folder deleted"}
