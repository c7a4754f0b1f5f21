"""List the variants of a constellation (second contract, 3)."""

from typing import Annotated

from constellation.runtime.binding import Query
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import ListQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller
from constellation.variants.list import page_in
from constellation.variants.outputs import VariantList, variant_list
from constellation.variants.params import place_for
from constellation.workspaces.rights import Operation


@endpoint(
    "GET /constellations/{constellation_uuid}/variants",
    dialect=constellations,
    scope="images:read",
    uses=[page_in],
    headers=["Link"],
)
def handler(
    place: Annotated[str, place_for(Operation.SEE_VARIANTS)], query: Query[ListQuery], caller: Caller
) -> Reply[VariantList]:
    """GET /constellations/{constellation_uuid}/variants: list the variants of a constellation, newest first."""
    scope = ("variants", caller.user_id, place)
    page = page_in(place, position_after(query.cursor, *scope), query.limit)
    cursor = cursor_at(page.following, *scope)
    return Reply(
        variant_list(page.items, cursor), next_link(f"/constellations/{place}/variants", cursor, limit=query.limit)
    )
