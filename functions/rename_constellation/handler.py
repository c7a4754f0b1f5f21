"""A constellation's name (document 001)."""

from typing import Annotated

from constellation.domain.constellations import NO_SUCH_CONSTELLATION, Membership
from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound
from constellation.domain.rights import Operation
from constellation.http.binding import Body
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import member_for
from constellation.inputs.constellations import Named
from constellation.services.access import CONSTELLATION_ACCESS
from constellation.stores.constellations import RENAME, rename
from constellation.views.constellations import ConstellationName


@endpoint(
    "PATCH /constellations/{constellation_uuid}",
    dialect=constellations,
    grants=[*CONSTELLATION_ACCESS, RENAME],
    errors=[BadRequest, Forbidden, NotFound, Invalid],
)
def handler(
    member: Annotated[Membership, member_for(Operation.RENAME_CONSTELLATION)], change: Body[Named]
) -> ConstellationName:
    """PATCH /constellations/{constellation_uuid}: give a constellation, and its root folder, another name."""
    if not rename(member.constellation.id, change.name):
        raise NotFound(NO_SUCH_CONSTELLATION)
    return {"name": change.name}
