"""Create, change and delete collections."""

from collections.abc import Callable, Sequence
from datetime import datetime

from constellation.aws.table import Part
from constellation.collections import clean_up_request, store
from constellation.collections.model import NO_SUCH_COLLECTION, Collection
from constellation.common.errors import NotFound
from constellation.runtime.operation import operation

_DELETED_TOGETHER = 25


@operation(grants=[store.CREATE])
def create(collection: Collection, also: Callable[[Collection], Sequence[Part]]) -> Collection:
    """Create a collection without images. Write ``also`` in the same transaction."""
    store.create(collection, also(collection))
    return collection


@operation(grants=[store.CHANGE], errors=[NotFound])
def change(collection: Collection, name: str | None, description: str | None, now: datetime) -> None:
    """Give a collection another name, another description or both; what is None stays."""
    wanted = (name or collection.name, collection.description if description is None else description)
    if wanted == (collection.name, collection.description):
        return
    try:
        store.change(collection.id, name, description, now)
    except store.Gone:
        raise NotFound(NO_SUCH_COLLECTION) from None


@operation(grants=[store.DELETE], uses=[clean_up_request.ask], errors=[NotFound])
def delete(collection: Collection, now: datetime) -> None:
    """Delete a collection. Its images stay. If the clean-up is not asked for, the reconciliation does so."""
    try:
        store.delete(collection, now)
    except store.Gone:
        raise NotFound(NO_SUCH_COLLECTION) from None
    clean_up_request.ask({collection.id: 0})


@operation(grants=[store.LIST, store.DELETE], uses=[clean_up_request.ask])
def delete_some_of(user_id: str, now: datetime) -> bool:
    """Delete some collections of a user, and return whether there are more. Safe to repeat."""
    found = store.of_user(user_id, "", _DELETED_TOGETHER)
    for collection in found:
        try:
            delete(collection, now)
        except NotFound:  # by another request
            continue
    return len(found) == _DELETED_TOGETHER
