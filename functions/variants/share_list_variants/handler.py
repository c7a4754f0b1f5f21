"""List the caller's own variants (second contract, 3)."""

from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import ListQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller
from constellation.variants.list import page_in
from constellation.variants.outputs import VariantList, variant_list
from constellation.variants.params import OwnPlace


@endpoint("GET /api/variants", dialect=sharing, scope="images:read", uses=[page_in], headers=["Link"])
def handler(place: OwnPlace, query: Query[ListQuery], caller: Caller) -> Reply[VariantList]:
    """GET /api/variants: list the caller's own variants, newest first."""
    scope = ("variants", caller.user_id, place)
    page = page_in(place, position_after(query.cursor, *scope), query.limit)
    cursor = cursor_at(page.following, *scope)
    return Reply(variant_list(page.items, cursor), next_link("/api/variants", cursor, limit=query.limit))
