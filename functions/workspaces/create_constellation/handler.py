"""A new constellation (document 001)."""

from constellation.common.errors import BadRequest, Invalid
from constellation.common.ids import new_id
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.inputs import Named
from constellation.workspaces.outputs import ConstellationEntry
from constellation.workspaces.store import CREATE, create


@endpoint("POST /constellations", dialect=constellations, grants=[CREATE], status=201, errors=[BadRequest, Invalid])
def handler(new: Body[Named], caller: Caller, now: Now) -> ConstellationEntry:
    """POST /constellations: make a constellation with a root folder, of which the caller is the ADMIN."""
    constellation_id = new_id()
    create(constellation_id, new_id(), new.name, caller.user_id, now)
    return {"constellation_uuid": constellation_id, "name": new.name}
