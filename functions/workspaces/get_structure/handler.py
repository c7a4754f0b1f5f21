"""Return the tree of a constellation (document 001)."""

from typing import Annotated

from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import JSON_HEADERS, WHOLE_CPU, Reply, endpoint
from constellation.workspaces.model import Membership
from constellation.workspaces.params import member_there_for
from constellation.workspaces.rights import Operation
from constellation.workspaces.structure import Tree, structure


@endpoint(
    "GET /structure/{constellation_uuid}",
    dialect=constellations,
    scope="constellations:read",
    uses=[structure],
    memory=WHOLE_CPU,
)
def handler(member: Annotated[Membership, member_there_for(Operation.SEE_FOLDER)]) -> Reply[Annotated[bytes, Tree]]:
    """GET /structure/{constellation_uuid}: return all folders and images of a constellation as a tree.

    A folder is `{uuid, name, type, children}`. A file is an image and has no `children`. Children are sorted by name,
    folders before files.
    """
    return Reply(structure(member.constellation), JSON_HEADERS)
