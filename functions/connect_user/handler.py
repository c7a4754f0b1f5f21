"""A member and its right (document 001)."""

from typing import Annotated

from constellation.domain.constellations import Membership
from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.domain.rights import Operation
from constellation.http.binding import Now, OptionalBody, Query
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import member_for
from constellation.inputs.constellations import Connection, connected
from constellation.services.members import CONNECT, connect
from constellation.views.constellations import Message


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
