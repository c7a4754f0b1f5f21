"""Create or replace a variant for the images in a constellation (second contract, 3)."""

from typing import Annotated

from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Caller
from constellation.variants.change import put
from constellation.variants.inputs import NewVariant
from constellation.variants.outputs import VariantEntry
from constellation.variants.params import checked_name, place_for, put_reply
from constellation.workspaces.rights import Operation


@endpoint(
    "PUT /constellations/{constellation_uuid}/variants/{name}",
    dialect=constellations,
    scope="images:write",
    uses=[put],
    also={201: VariantEntry},
)
def handler(
    place: Annotated[str, place_for(Operation.CHANGE_VARIANTS)],
    name: str,
    wanted: Body[NewVariant],
    caller: Caller,
    now: Now,
) -> Reply[VariantEntry]:
    """PUT /constellations/{constellation_uuid}/variants/{name}: create or replace a variant for the images in it.

    Links name it by `?variant=name`. They follow a change within a minute.
    """
    return put_reply(put(wanted.variant(place, checked_name(name), now), caller), now)
