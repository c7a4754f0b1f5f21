"""Delete a collection (second contract, 5)."""

from constellation.collections.change import delete
from constellation.collections.params import OwnCollection
from constellation.runtime.binding import Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint


@endpoint("DELETE /api/collections/{collection_id}", dialect=sharing, scope="images:write", uses=[delete], status=204)
def handler(collection: OwnCollection, now: Now) -> None:
    """DELETE /api/collections/{collection_id}: delete a collection. Its images stay."""
    delete(collection, now)
