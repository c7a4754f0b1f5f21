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

    Images that are deleted, or that the caller no longer sees, leave the collection and its count within seconds, the
    latter once somebody has come upon them in it.
    """
    return collection_entry(collection, covers([collection], caller, now).get(collection.id))
