"""The way back into a constellation for who left it (contract, "Constellations")."""

from constellation.common.errors import NotFound
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.members import ACCEPT, accept
from constellation.workspaces.params import ConstellationId


@endpoint(
    "POST /constellations/{constellation_uuid}/accept",
    dialect=constellations,
    grants=ACCEPT,
    status=204,
    errors=[NotFound],
)
def handler(constellation_uuid: ConstellationId, caller: Caller) -> None:
    """POST /constellations/{constellation_uuid}/accept: allow others to connect the caller again after it has left.

    Gives no right by itself. A member gets `204` too; who never left gets `404`.
    """
    accept(constellation_uuid, caller.user_id)
