"""Look up collections, and what is shown of them."""

from collections.abc import Sequence
from datetime import datetime

from constellation.collections import clean_up_request, store
from constellation.collections.model import NO_SUCH_COLLECTION, Collection
from constellation.common.errors import NotFound
from constellation.common.pages import Page, page_of
from constellation.images.access import seen
from constellation.images.find import find_images
from constellation.links.sign import thumbnails
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller

COVER_SECONDS = 3600
"""How long a signed link to a cover is valid."""


@operation(grants=[store.READ], errors=[NotFound])
def own_collection(collection_id: str, caller: Caller) -> Collection:
    """Return a collection of the caller's. Raise NotFound, which every collection is for a bound token."""
    found = None if caller.constellation else store.get(collection_id)
    if found is None or found.owner != caller.user_id:
        raise NotFound(NO_SUCH_COLLECTION)
    return found


@operation(grants=[store.LIST])
def page_of_own(position: str, caller: Caller, limit: int) -> Page[Collection]:
    """Return the caller's collections after a position, newest first. A bound token has none."""
    found = [] if caller.constellation else store.of_user(caller.user_id, position, limit + 1)
    return page_of(((each.position, each) for each in found), limit)


@operation(uses=[find_images, seen, thumbnails, clean_up_request.ask])
def covers(collections: Sequence[Collection], caller: Caller, now: datetime) -> dict[str, str]:
    """Return links to the thumbnails of the first images of collections, by the collections' ids.

    A collection whose first image the caller cannot see has none, and its clean-up is asked for.
    """
    firsts = {each.id: each.first for each in collections if each.first}
    visible = seen(find_images(set(firsts.values())).values(), caller)
    known = {access.image.id for access in visible}
    clean_up_request.ask({id_: 0 for id_, first in firsts.items() if first not in known})
    links = thumbnails(visible, COVER_SECONDS, now)
    return {id_: links[first] for id_, first in firsts.items() if first in links}
