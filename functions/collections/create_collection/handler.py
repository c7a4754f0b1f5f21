"""Create a collection (second contract, 5)."""

from constellation.collections.change import create
from constellation.collections.inputs import NewCollection
from constellation.collections.model import Collection
from constellation.collections.outputs import CollectionEntry, collection_entry
from constellation.runtime.binding import Body, Now, Unbound
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.idempotency import Once
from constellation.runtime.request import Caller


@endpoint("POST /api/collections", dialect=sharing, scope="images:write", uses=[create], status=201)
def handler(new: Body[NewCollection], caller: Caller, now: Now, once: Once, _place: Unbound) -> CollectionEntry:
    """POST /api/collections: create a collection.

    A collection holds up to 10,000 images: the caller's own, and those that the caller can see in constellations.
    """

    def answer(collection: Collection) -> CollectionEntry:
        return collection_entry(collection, None)

    return answer(create(new.collection(caller.user_id, now), once.keeping(answer)))
