"""Some of the caller's own images, by their ids (document 003)."""

from constellation.accounts.users import find_users
from constellation.images.access import own
from constellation.images.find import find_images
from constellation.images.inputs import ImageIds
from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.search.outputs import ListedImage, listed


@endpoint("GET /api/images", dialect=sharing, scope="images:read", uses=[find_images, own, find_users])
def handler(query: Query[ImageIds], caller: Caller) -> list[ListedImage]:
    """GET /api/images?uuid[]=: return those of the images that the caller owns, in the requested order."""
    found = find_images(query.ids)
    seen = own([found[id_] for id_ in dict.fromkeys(query.ids) if id_ in found], caller)
    users = find_users([caller.user_id])
    return [listed(image, users, caller.user_id) for image in seen]
