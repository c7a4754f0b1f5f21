"""Deletion of a constellation (document 001)."""

from typing import Annotated

from constellation.domain.constellations import Membership
from constellation.domain.errors import BadRequest, Forbidden, NotFound
from constellation.domain.rights import Operation
from constellation.http.binding import Now
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import member_for
from constellation.services.removal import REMOVE_CONSTELLATION, remove_constellation
from constellation.views.constellations import Message


@endpoint(
    "DELETE /constellations/{constellation_uuid}",
    dialect=constellations,
    grants=REMOVE_CONSTELLATION,
    errors=[BadRequest, Forbidden, NotFound],
)
def handler(member: Annotated[Membership, member_for(Operation.DELETE_CONSTELLATION)], now: Now) -> Message:
    """DELETE /constellations/{constellation_uuid}: delete a constellation with its members, folders and images."""
    remove_constellation(member.constellation, now)
    return {"message": "Constellation deleted"}
