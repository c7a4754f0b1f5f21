"""Create a constellation (document 001)."""

from constellation.common.ids import new_id
from constellation.runtime.binding import Body, Now, Unbound
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.workspaces import store
from constellation.workspaces.inputs import Named
from constellation.workspaces.outputs import ConstellationEntry


@endpoint(
    "POST /constellations", dialect=constellations, scope="constellations:write", grants=[store.CREATE], status=201
)
def handler(new: Body[Named], caller: Caller, now: Now, _place: Unbound) -> ConstellationEntry:
    """POST /constellations: create a constellation with a root folder. The caller becomes its ADMIN."""
    constellation_id = new_id()
    store.create(constellation_id, new_id(), new.name, caller.user_id, now)
    return {"constellation_uuid": constellation_id, "name": new.name}
