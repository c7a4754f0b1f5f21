"""The members of a constellation (document 001)."""

from typing import Annotated

from constellation.domain.constellations import Membership
from constellation.domain.errors import NotFound
from constellation.domain.rights import Operation
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.loading import member_there_for
from constellation.services.access import CONSTELLATION_ACCESS
from constellation.stores import accounts
from constellation.stores.constellations import READ_MEMBERS, members
from constellation.views.constellations import Member
from constellation.views.constellations import members as listed


@endpoint(
    "GET /constellations/{constellation_uuid}/users",
    dialect=constellations,
    grants=[*CONSTELLATION_ACCESS, READ_MEMBERS, accounts.READ_MANY],
    errors=[NotFound],
)
def handler(member: Annotated[Membership, member_there_for(Operation.SEE_MEMBERS)]) -> list[Member]:
    """GET /constellations/{constellation_uuid}/users: the members of a constellation and their rights."""
    rights = members(member.constellation.id)
    return listed(rights, accounts.find_many(rights))
