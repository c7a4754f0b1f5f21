"""A constellation's name (document 001)."""

from typing import Annotated

from constellation.common.errors import BadRequest, Forbidden, Invalid, NotFound
from constellation.runtime.binding import Body
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.access import CONSTELLATION_ACCESS
from constellation.workspaces.inputs import Named
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, Membership
from constellation.workspaces.outputs import ConstellationName
from constellation.workspaces.params import member_for
from constellation.workspaces.rights import Operation
from constellation.workspaces.store import RENAME, rename


@endpoint(
    "PATCH /constellations/{constellation_uuid}",
    dialect=constellations,
    grants=[*CONSTELLATION_ACCESS, RENAME],
    errors=[BadRequest, Forbidden, NotFound, Invalid],
)
def handler(
    member: Annotated[Membership, member_for(Operation.RENAME_CONSTELLATION)], change: Body[Named]
) -> ConstellationName:
    """PATCH /constellations/{constellation_uuid}: give a constellation, and its root folder, another name."""
    if not rename(member.constellation.id, change.name):
        raise NotFound(NO_SUCH_CONSTELLATION)
    return {"name": change.name}
