"""Delete a constellation (document 001)."""

from typing import Annotated

from constellation.runtime.binding import Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.delete_constellation import delete
from constellation.workspaces.model import Membership
from constellation.workspaces.outputs import Message
from constellation.workspaces.params import member_for
from constellation.workspaces.rights import Operation


@endpoint(
    "DELETE /constellations/{constellation_uuid}", dialect=constellations, scope="constellations:write", uses=[delete]
)
def handler(member: Annotated[Membership, member_for(Operation.DELETE_CONSTELLATION)], now: Now) -> Message:
    """DELETE /constellations/{constellation_uuid}: delete a constellation with its members, folders and images."""
    delete(member.constellation, now)
    return {"message": "Constellation deleted"}
