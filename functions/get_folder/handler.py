"""A folder and what lies in it (contract, "Constellations")."""

from typing import Annotated

from constellation.domain.constellations import Constellation
from constellation.domain.errors import NotFound, TooLarge
from constellation.domain.rights import Operation
from constellation.domain.trees import Folder
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import folder_for
from constellation.services.access import FOLDER_ACCESS
from constellation.stores.folders import LIST, children
from constellation.views.constellations import FolderContent, folder_content


@endpoint(
    "GET /folders/{folder_uuid}",
    dialect=constellations,
    grants=[*FOLDER_ACCESS, LIST],
    errors=[NotFound, TooLarge],
)
def handler(found: Annotated[tuple[Folder, Constellation], folder_for(Operation.SEE_FOLDER)]) -> FolderContent:
    """GET /folders/{folder_uuid}: a folder and what lies in it, without what lies deeper."""
    folder, _ = found
    return folder_content(folder, *children(folder.constellation, folder.id))
