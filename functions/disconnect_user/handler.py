"""The end of a membership (document 001)."""

from typing import Annotated

from constellation.domain.constellations import Membership
from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound, Unavailable
from constellation.domain.rights import Operation
from constellation.http.binding import OptionalBody, Query
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import member_for
from constellation.inputs.constellations import Disconnection, disconnected
from constellation.services.members import DISCONNECT, disconnect
from constellation.views.constellations import Message


@endpoint(
    "POST /constellations/{constellation_uuid}/disconnect",
    dialect=constellations,
    grants=DISCONNECT,
    errors=[BadRequest, Forbidden, NotFound, Invalid, Unavailable],
)
def handler(
    member: Annotated[Membership, member_for(Operation.LEAVE)],
    body: OptionalBody[Disconnection],
    query: Query[Disconnection],
) -> Message:
    """POST /constellations/{constellation_uuid}/disconnect: end a user's membership, or the caller's own."""
    disconnect(member, disconnected(body, query))
    return {"message": "User disconnected from constellation"}
