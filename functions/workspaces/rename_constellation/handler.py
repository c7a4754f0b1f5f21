"""Rename a constellation (document 001)."""

from typing import Annotated

from constellation.common.errors import NotFound
from constellation.runtime.binding import Body
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces import store
from constellation.workspaces.inputs import Named
from constellation.workspaces.model import NO_SUCH_CONSTELLATION, Membership
from constellation.workspaces.outputs import ConstellationName
from constellation.workspaces.params import member_for
from constellation.workspaces.rights import Operation


@endpoint(
    "PATCH /constellations/{constellation_uuid}",
    dialect=constellations,
    scope="constellations:write",
    grants=[store.RENAME],
    errors=[NotFound],
)
def handler(
    member: Annotated[Membership, member_for(Operation.RENAME_CONSTELLATION)], change: Body[Named]
) -> ConstellationName:
    """PATCH /constellations/{constellation_uuid}: rename a constellation and its root folder."""
    if not store.rename(member.constellation.id, change.name):
        raise NotFound(NO_SUCH_CONSTELLATION)
    return {"name": change.name}
