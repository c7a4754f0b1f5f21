"""The caller's own images, page by page (document 003)."""

from constellation.accounts.users import get_user
from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Caller
from constellation.search.inputs import ImageList
from constellation.search.list_images import list_own_images
from constellation.search.outputs import HistoryPage, past
from constellation.search.params import PageNumber, meta, neighbours, selected


@endpoint("GET /api/images/history/{page}", dialect=sharing, scope="images:read", uses=[get_user, list_own_images])
def handler(page: PageNumber, query: Query[ImageList], caller: Caller) -> Reply[HistoryPage]:
    """GET /api/images/history/{page}: list the caller's own images, or those that a search finds, page by page.

    A word is found by its beginning. An image's id is found by its first eight digits or more, alone or as part of
    `fileName`. With `searchBy=tag`, the search finds images with one whole tag or a tag below it: `trips` finds
    `trips/2025`. In the order of creation, the cost of a page does not depend on the number of images.

    The header `Link` holds the URLs of the next page and the previous one (`rel="next"`, `rel="prev"`).

    A search uses an index, which follows uploads and changes with a delay, and the newest 200 images that are not in it
    yet. When it has left out other images, `meta` has `notSearched`: the time range of their last changes, later than
    `after`, which is null at the beginning of the list, and not later than `until`.
    """
    user = get_user(caller.user_id)
    found = list_own_images(selected(user.id, query, page, caller), caller)
    data = [past(image, user) for image in found.images]
    said = meta(found, user.id, query, page, caller)
    return Reply({"meta": said, "data": data}, neighbours("/api/images/history", said, query))
