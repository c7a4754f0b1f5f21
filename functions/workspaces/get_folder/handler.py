"""A folder and what lies in it (contract, "Constellations")."""

from typing import Annotated

from constellation.common.errors import NotFound, TooLarge
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.access import FOLDER_ACCESS
from constellation.workspaces.folder_store import LIST, children
from constellation.workspaces.model import Constellation
from constellation.workspaces.outputs import FolderContent, folder_content
from constellation.workspaces.params import folder_for
from constellation.workspaces.rights import Operation
from constellation.workspaces.tree import Folder


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
