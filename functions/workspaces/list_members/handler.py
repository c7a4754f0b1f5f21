"""List the members of a constellation (document 001)."""

from typing import Annotated

from constellation.accounts.users import find_users
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.workspaces import outputs, store
from constellation.workspaces.model import Membership
from constellation.workspaces.outputs import Member
from constellation.workspaces.params import member_there_for
from constellation.workspaces.rights import Operation


@endpoint(
    "GET /constellations/{constellation_uuid}/users",
    dialect=constellations,
    scope="constellations:read",
    uses=[find_users],
    grants=[store.READ_MEMBERS],
)
def handler(member: Annotated[Membership, member_there_for(Operation.SEE_MEMBERS)]) -> list[Member]:
    """GET /constellations/{constellation_uuid}/users: list the members of a constellation and their rights."""
    rights = store.members(member.constellation.id)
    return outputs.members(rights, find_users(rights))
