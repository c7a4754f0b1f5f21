"""List the images of a collection (second contract, 5)."""

from constellation.accounts.users import find_users
from constellation.collections.items import page
from constellation.collections.params import OwnCollection
from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import ListQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.runtime.request import Caller
from constellation.search.outputs import ListedImages, listed_images


@endpoint(
    "GET /api/collections/{collection_id}/items",
    dialect=sharing,
    scope="images:read",
    uses=[page, find_users],
    headers=["Link"],
)
def handler(collection: OwnCollection, query: Query[ListQuery], caller: Caller) -> Reply[ListedImages]:
    """GET /api/collections/{collection_id}/items: list the images of a collection, in its order.

    Unless the collection has been put in order, this is the order in which the images were added.
    """
    scope = ("items", caller.reader, collection.id)
    found = page(collection, caller, position_after(query.cursor, *scope), query.limit)
    images = [access.image for access in found.items]
    users = find_users({image.owner for image in images if image.owner})
    cursor = cursor_at(found.following, *scope)
    link = next_link(f"/api/collections/{collection.id}/items", cursor, limit=query.limit)
    return Reply(listed_images(images, users, caller.user_id, cursor), link)
