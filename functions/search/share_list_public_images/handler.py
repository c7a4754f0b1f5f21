"""Every public image, page by page (document 003)."""

from constellation.accounts import store as accounts
from constellation.common.errors import Invalid
from constellation.images.model import PUBLIC
from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.search.inputs import ImageList
from constellation.search.outputs import ImagePage, listed
from constellation.search.pages import LIST_PUBLIC, page_of
from constellation.search.params import PageNumber, meta, selected


@endpoint("GET /api/images/{page}", dialect=sharing, grants=LIST_PUBLIC, errors=[Invalid])
def handler(page: PageNumber, query: Query[ImageList], caller: Caller) -> ImagePage:
    """GET /api/images/{page}: a page of all public images, or of those that a search finds.

    Words are searched by their beginnings, an image's id by its first eight digits or more, alone or as it stands in
    `fileName`.

    A search looks through its index, which follows what is uploaded, and through the newest 200 images beyond that.
    Where it has left out others, `meta` has `notSearched`: they last changed after `after`, which is null for the
    beginning of the list, and not after `until`.
    """
    found = page_of(selected(PUBLIC, query, page, caller))
    users = accounts.find_many({image.owner for image in found.images if image.owner})
    data = [listed(image, users, caller.user_id) for image in found.images]
    return {"meta": meta(found, PUBLIC, query, page, caller), "data": data}
