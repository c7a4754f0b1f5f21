"""One constellation (document 001)."""

from typing import Annotated

from constellation.domain.constellations import Membership
from constellation.domain.errors import BadRequest, NotFound
from constellation.domain.rights import Operation
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import member_for
from constellation.services.access import CONSTELLATION_ACCESS
from constellation.views.constellations import ConstellationDetail


@endpoint(
    "GET /constellations/{constellation_uuid}",
    dialect=constellations,
    grants=CONSTELLATION_ACCESS,
    errors=[BadRequest, NotFound],
)
def handler(member: Annotated[Membership, member_for(Operation.SEE_CONSTELLATION)]) -> ConstellationDetail:
    """GET /constellations/{constellation_uuid}: a constellation's name and root folder."""
    return {"root_folder_uuid": member.constellation.root, "name": member.constellation.name}
