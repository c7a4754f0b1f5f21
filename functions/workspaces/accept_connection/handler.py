"""Allow a user who left a constellation to be connected again (contract, "Constellations")."""

from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.members import accept
from constellation.workspaces.params import ConstellationId


@endpoint(
    "POST /constellations/{constellation_uuid}/accept",
    dialect=constellations,
    scope="constellations:write",
    uses=[accept],
    status=204,
)
def handler(constellation_uuid: ConstellationId, caller: Caller) -> None:
    """POST /constellations/{constellation_uuid}/accept: allow a new connection after the caller has left.

    This gives no right by itself. The response is `204` for a member too, and `404` for a user who has never left.
    """
    accept(constellation_uuid, caller)
