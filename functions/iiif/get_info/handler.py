"""The information on an image in the IIIF Image API (second contract, 4)."""

from constellation.common.errors import BadRequest
from constellation.iiif.access import is_withheld
from constellation.iiif.model import MEDIA_TYPES, cache_tags
from constellation.iiif.negotiate import prefers_json
from constellation.iiif.outputs import (
    PROFILE_LINK,
    ImageInformation,
    WithheldInformation,
    information,
    withheld_information,
)
from constellation.iiif.params import LinkedImage
from constellation.images.model import DELIVERY_HEADERS
from constellation.links.model import EMBEDDING, TAGS_HEADER
from constellation.runtime.base_url import base_url
from constellation.runtime.dialects import CHALLENGE, iiif
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Request


@endpoint(
    "GET|HEAD /iiif/3/{image_id}/info.json",
    dialect=iiif,
    security="public",
    also={401: WithheldInformation},
    headers=["Link"],
    errors=[BadRequest],
    function_url=True,
    media_types=[kind.partition(";")[0] for kind in MEDIA_TYPES.values()],
)
def handler(image: LinkedImage, request: Request) -> Reply[ImageInformation] | Reply[WithheldInformation]:
    """GET|HEAD /iiif/3/{image_id}/info.json: return the information on an image, by the IIIF Image API 3.0.

    It is JSON-LD, or plain JSON for a caller that prefers `application/json`. An image whose access is `signed` is not
    shown by this API, so its size is left out.
    """
    kind = MEDIA_TYPES[prefers_json(request.headers.get("accept", ""))]
    common = {**EMBEDDING, "Content-Type": kind, "Vary": "Accept", "Link": PROFILE_LINK}
    if is_withheld(image):
        return Reply(withheld_information(base_url(request), image.id), {**common, **CHALLENGE}, 401)
    tags = {TAGS_HEADER: cache_tags(image)} if request.from_cdn else {}
    return Reply(information(base_url(request), image), {**DELIVERY_HEADERS, **common, **tags})
