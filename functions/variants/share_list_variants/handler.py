"""List the caller's own variants (second contract, 3)."""

from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import ListQuery
from constellation.runtime.request import Caller
from constellation.variants.outputs import VariantList
from constellation.variants.params import OwnPlace, page


@endpoint("GET /api/variants", dialect=sharing, scope="images:read", uses=[page], headers=["Link"])
def handler(place: OwnPlace, query: Query[ListQuery], caller: Caller) -> Reply[VariantList]:
    """GET /api/variants: list the caller's own variants, newest first."""
    return page(place, "/api/variants", query, caller)
