"""Change the name or the description of a collection (second contract, 5)."""

from constellation.collections.change import change
from constellation.collections.inputs import CollectionChange
from constellation.collections.params import OwnCollection
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint


@endpoint("PATCH /api/collections/{collection_id}", dialect=sharing, scope="images:write", uses=[change], status=204)
def handler(collection: OwnCollection, body: Body[CollectionChange], now: Now) -> None:
    """PATCH /api/collections/{collection_id}: change the name or the description of a collection."""
    change(collection, body.new_name, body.new_description, now)
