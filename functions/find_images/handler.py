"""Some of the caller's own images by their ids (document 003)."""

from constellation.domain.errors import Invalid
from constellation.http.binding import Query
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.request import Caller
from constellation.inputs.listing import ImageIds
from constellation.services.access import STANDING, own
from constellation.stores import accounts, images
from constellation.views.sharing import ListedImage, listed


@endpoint(
    "GET /api/images", dialect=sharing, grants=[images.READ_MANY, *STANDING, accounts.READ_MANY], errors=[Invalid]
)
def handler(query: Query[ImageIds], caller: Caller) -> list[ListedImage]:
    """GET /api/images?uuid[]=: the caller's own among these images, in the order asked."""
    found = images.get_many(query.ids)
    seen = own([found[id_] for id_ in dict.fromkeys(query.ids) if id_ in found], caller.user_id)
    users = accounts.find_many([caller.user_id])
    return [listed(image, users, caller.user_id) for image in seen]
