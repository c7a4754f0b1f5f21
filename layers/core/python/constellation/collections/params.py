"""Handler parameters of collections: the collection that a path names, which is the caller's."""

from typing import Annotated

from constellation.collections import find
from constellation.collections.model import NO_SUCH_COLLECTION, Collection
from constellation.common.errors import NotFound
from constellation.runtime.binding import Load, PathId
from constellation.runtime.request import Caller

CollectionId = Annotated[str, PathId(lambda _: NotFound(NO_SUCH_COLLECTION))]


def _own(collection_id: CollectionId, caller: Caller) -> Collection:
    return find.own_collection(collection_id, caller)


OwnCollection = Annotated[Collection, Load(_own, uses=(find.own_collection,))]
"""The collection ``{collection_id}`` of the caller's."""
