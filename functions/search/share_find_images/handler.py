"""Some of the caller's own images by their ids (document 003)."""

from constellation.accounts import store as accounts
from constellation.common.errors import Invalid
from constellation.images import store as images
from constellation.images.access import own
from constellation.images.inputs import ImageIds
from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.search.outputs import ListedImage, listed


@endpoint(
    "GET /api/images", dialect=sharing, uses=[own], grants=[images.READ_MANY, accounts.READ_MANY], errors=[Invalid]
)
def handler(query: Query[ImageIds], caller: Caller) -> list[ListedImage]:
    """GET /api/images?uuid[]=: the caller's own among these images, in the order asked."""
    found = images.get_many(query.ids)
    seen = own([found[id_] for id_ in dict.fromkeys(query.ids) if id_ in found], caller.user_id)
    users = accounts.find_many([caller.user_id])
    return [listed(image, users, caller.user_id) for image in seen]
