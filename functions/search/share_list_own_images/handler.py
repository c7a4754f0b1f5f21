"""The caller's own images, page by page (document 003)."""

from constellation.accounts import store as accounts
from constellation.accounts.model import NO_SUCH_USER
from constellation.common.errors import Invalid, NotFound
from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.search.inputs import ImageList
from constellation.search.outputs import HistoryPage, past
from constellation.search.pages import LIST_OWN, page_of
from constellation.search.params import PageNumber, meta, selected


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
