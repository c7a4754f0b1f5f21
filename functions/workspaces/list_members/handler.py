"""The members of a constellation (document 001)."""

from typing import Annotated

from constellation.accounts import store as accounts
from constellation.common.errors import NotFound
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.access import CONSTELLATION_ACCESS
from constellation.workspaces.model import Membership
from constellation.workspaces.outputs import Member
from constellation.workspaces.outputs import members as listed
from constellation.workspaces.params import member_there_for
from constellation.workspaces.rights import Operation
from constellation.workspaces.store import READ_MEMBERS, members


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
