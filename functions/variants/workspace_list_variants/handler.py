"""List the variants of a constellation (second contract, 3)."""

from typing import Annotated

from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import ListQuery
from constellation.runtime.request import Caller
from constellation.variants.outputs import VariantList
from constellation.variants.params import page, place_for
from constellation.workspaces.rights import Operation


@endpoint(
    "GET /constellations/{constellation_uuid}/variants",
    dialect=constellations,
    scope="images:read",
    uses=[page],
    headers=["Link"],
)
def handler(
    place: Annotated[str, place_for(Operation.SEE_VARIANTS)], query: Query[ListQuery], caller: Caller
) -> Reply[VariantList]:
    """GET /constellations/{constellation_uuid}/variants: list the variants of a constellation, newest first."""
    return page(place, f"/constellations/{place}/variants", query, caller)
