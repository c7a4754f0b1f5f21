"""A member and its right (document 001)."""

from typing import Annotated

from constellation.common.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.runtime.binding import Now, OptionalBody, Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.inputs import Connection, connected
from constellation.workspaces.members import CONNECT, connect
from constellation.workspaces.model import Membership
from constellation.workspaces.outputs import Message
from constellation.workspaces.params import member_for
from constellation.workspaces.rights import Operation


@endpoint(
    "POST /constellations/{constellation_uuid}/connect",
    dialect=constellations,
    grants=CONNECT,
    errors=[BadRequest, Forbidden, NotFound, Invalid, Unavailable],
)
def handler(
    member: Annotated[Membership, member_for(Operation.CONNECT_MEMBER)],
    body: OptionalBody[Connection],
    query: Query[Connection],
    now: Now,
) -> Message:
    """POST /constellations/{constellation_uuid}/connect: make a user a member, or give a member another right."""
    user_id, right = connected(body, query)
    connect(member, user_id, right, now)
    return {"message": "User connected to constellation"}
