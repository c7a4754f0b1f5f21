"""Put the images of a collection in order (second contract, 5)."""

from constellation.collections.inputs import Order
from constellation.collections.items import arrange
from constellation.collections.params import OwnCollection
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint


@endpoint(
    "PATCH /api/collections/{collection_id}/order", dialect=sharing, scope="images:write", uses=[arrange], status=204
)
def handler(collection: OwnCollection, body: Body[Order], now: Now) -> None:
    """PATCH /api/collections/{collection_id}/order: put some images of a collection first, in the order of `ids`.

    The others follow in the order that they had.
    """
    arrange(collection, body.ids, now)
