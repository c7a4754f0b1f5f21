"""Connect a user to a constellation, or change a member's right (document 001)."""

from typing import Annotated

from constellation.runtime.binding import Now, OptionalBody, Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.inputs import Connection, connected
from constellation.workspaces.members import connect
from constellation.workspaces.model import Membership
from constellation.workspaces.outputs import Message
from constellation.workspaces.params import member_for
from constellation.workspaces.rights import Operation


@endpoint(
    "POST /constellations/{constellation_uuid}/connect",
    dialect=constellations,
    scope="constellations:write",
    uses=[connect],
)
def handler(
    member: Annotated[Membership, member_for(Operation.CONNECT_MEMBER)],
    body: OptionalBody[Connection],
    query: Query[Connection],
    now: Now,
) -> Message:
    """POST /constellations/{constellation_uuid}/connect: make a user a member, or change a member's right."""
    user_id, right = connected(body, query)
    connect(member, user_id, right, now)
    return {"message": "User connected to constellation"}
