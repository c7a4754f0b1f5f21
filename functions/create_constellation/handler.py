"""A new constellation (document 001)."""

from constellation.domain.errors import BadRequest, Invalid
from constellation.domain.ids import new_id
from constellation.http.binding import Body, Now
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.request import Caller
from constellation.inputs.constellations import Named
from constellation.stores.constellations import CREATE, create
from constellation.views.constellations import ConstellationEntry


@endpoint("POST /constellations", dialect=constellations, grants=[CREATE], status=201, errors=[BadRequest, Invalid])
def handler(new: Body[Named], caller: Caller, now: Now) -> ConstellationEntry:
    """POST /constellations: make a constellation with a root folder, of which the caller is the ADMIN."""
    constellation_id = new_id()
    create(constellation_id, new_id(), new.name, caller.user_id, now)
    return {"constellation_uuid": constellation_id, "name": new.name}
