"""The caller's own images, page by page (document 003)."""

from constellation.domain.accounts import NO_SUCH_USER
from constellation.domain.errors import Invalid, NotFound
from constellation.http.binding import Query
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.loading import PageNumber
from constellation.http.paging import meta, selected
from constellation.http.request import Caller
from constellation.inputs.listing import ImageList
from constellation.services.listing import LIST_OWN, page_of
from constellation.stores import accounts
from constellation.views.sharing import HistoryPage, past


@endpoint(
    "GET /api/images/history/{page}",
    dialect=sharing,
    grants=[*LIST_OWN, accounts.READ],
    errors=[Invalid, NotFound],
)
def handler(page: PageNumber, query: Query[ImageList], caller: Caller) -> HistoryPage:
    """GET /api/images/history/{page}: a page of the caller's own images, or of those that a search finds.

    Words are searched by their beginnings, an image's id by its first eight digits or more, alone or as it stands in
    `fileName`.

    A search looks through its index, which follows what is uploaded, and through the newest 200 images beyond that.
    Where it has left out others, `meta` has `notSearched`: they last changed after `after`, which is null for the
    beginning of the list, and not after `until`.
    """
    user = accounts.find(caller.user_id)
    if user is None:
        raise NotFound(NO_SUCH_USER)
    found = page_of(selected(user.id, query, page, caller))
    data = [past(image, user) for image in found.images]
    return {"meta": meta(found, user.id, query, page, caller), "data": data}
