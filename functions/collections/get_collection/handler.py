"""Return a collection (second contract, 5)."""

from constellation.collections.find import covers
from constellation.collections.outputs import CollectionEntry, collection_entry
from constellation.collections.params import OwnCollection
from constellation.runtime.binding import Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller


@endpoint("GET /api/collections/{collection_id}", dialect=sharing, scope="images:read", uses=[covers])
def handler(collection: OwnCollection, caller: Caller, now: Now) -> CollectionEntry:
    """GET /api/collections/{collection_id}: return a collection of the caller's.

    A deleted image leaves the collection and its count within seconds. So does one that the caller can no longer see,
    once a request has found that.
    """
    return collection_entry(collection, covers([collection], caller, now).get(collection.id))
