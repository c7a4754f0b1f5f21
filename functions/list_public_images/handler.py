"""Every public image, page by page (document 003)."""

from constellation.domain.errors import Invalid
from constellation.domain.images import PUBLIC
from constellation.http.binding import Query
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.loading import PageNumber
from constellation.http.paging import meta, selected
from constellation.http.request import Caller
from constellation.inputs.listing import ImageList
from constellation.services.listing import LIST_PUBLIC, page_of
from constellation.stores import accounts
from constellation.views.sharing import ImagePage, listed


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
