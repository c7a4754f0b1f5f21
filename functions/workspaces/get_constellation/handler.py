"""Return a constellation (document 001)."""

from typing import Annotated

from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.model import Membership
from constellation.workspaces.outputs import ConstellationDetail, constellation_detail
from constellation.workspaces.params import member_for
from constellation.workspaces.rights import Operation


@endpoint("GET /constellations/{constellation_uuid}", dialect=constellations, scope="constellations:read")
def handler(member: Annotated[Membership, member_for(Operation.SEE_CONSTELLATION)]) -> ConstellationDetail:
    """GET /constellations/{constellation_uuid}: return the name and the root folder of a constellation."""
    return constellation_detail(member)
