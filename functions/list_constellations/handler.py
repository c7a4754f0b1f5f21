"""The caller's constellations (document 001)."""

from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.request import Caller
from constellation.stores.constellations import READ, READ_MEMBERSHIPS, memberships, of_user
from constellation.views.constellations import ConstellationEntry, constellation_entry


@endpoint("GET /constellations", dialect=constellations, grants=[READ, READ_MEMBERSHIPS])
def handler(caller: Caller) -> list[ConstellationEntry]:
    """GET /constellations: the constellations that the caller is a member of."""
    found = memberships(caller.user_id, of_user(caller.user_id))
    return [constellation_entry(member.constellation) for member in found.values()]
