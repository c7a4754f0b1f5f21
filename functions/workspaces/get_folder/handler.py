"""Return a folder with its children (contract, "Constellations")."""

from typing import Annotated

from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.model import Membership
from constellation.workspaces.outputs import FolderContent, folder_content
from constellation.workspaces.params import folder_for
from constellation.workspaces.rights import Operation
from constellation.workspaces.structure import children
from constellation.workspaces.tree import Folder


@endpoint("GET /folders/{folder_uuid}", dialect=constellations, scope="constellations:read", uses=[children])
def handler(found: Annotated[tuple[Folder, Membership], folder_for(Operation.SEE_FOLDER)]) -> FolderContent:
    """GET /folders/{folder_uuid}: return a folder with its children, without their contents."""
    folder, member = found
    return folder_content(folder, member.right, *children(folder))
