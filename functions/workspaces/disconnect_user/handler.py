"""End a user's membership (document 001)."""

from typing import Annotated

from constellation.runtime.binding import OptionalBody, Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.inputs import Disconnection, disconnected
from constellation.workspaces.members import disconnect
from constellation.workspaces.model import Membership
from constellation.workspaces.outputs import Message
from constellation.workspaces.params import member_for
from constellation.workspaces.rights import Operation


@endpoint(
    "POST /constellations/{constellation_uuid}/disconnect",
    dialect=constellations,
    scope="constellations:write",
    uses=[disconnect],
)
def handler(
    member: Annotated[Membership, member_for(Operation.LEAVE)],
    body: OptionalBody[Disconnection],
    query: Query[Disconnection],
) -> Message:
    """POST /constellations/{constellation_uuid}/disconnect: end a user's membership, or the caller's own."""
    disconnect(member, disconnected(body, query))
    return {"message": "User disconnected from constellation"}
