"""An image itself, or what is known of it (document 000)."""

from typing import Annotated

from constellation.domain.errors import NotFound
from constellation.domain.images import Image
from constellation.domain.links import DELIVERY_HEADERS
from constellation.domain.rights import Operation
from constellation.http.dialects import constellations
from constellation.http.endpoint import NO_STORE, Reply, endpoint
from constellation.http.loading import image_for
from constellation.http.representations import asks_for_json, is_known, representation
from constellation.http.request import Request
from constellation.services.access import IMAGE_ACCESS
from constellation.services.originals import FETCH, fetch, signed_url
from constellation.settings import DIRECT_FILE_LIMIT
from constellation.views.constellations import ImageMetadata, image_metadata

HEADERS = {**DELIVERY_HEADERS, "Cache-Control": NO_STORE, "Accept-Ranges": "bytes", "Vary": "Accept"}


@endpoint(
    "GET /images/{image_uuid}",
    dialect=constellations,
    grants=[*IMAGE_ACCESS, *FETCH],
    errors=[NotFound],
    media_type="image/*",
)
def handler(
    image: Annotated[Image, image_for(Operation.SEE_IMAGE)], request: Request
) -> Reply[bytes] | Reply[ImageMetadata] | Reply[None]:
    """GET /images/{image_uuid}: the image's bytes, or with `Accept: application/json` what is known of it.

    An image that is too large for one answer is redirected to.
    """
    if asks_for_json(request):
        return Reply(image_metadata(image), {"Vary": "Accept"})
    etag, headers = f'"{image.sha256}"', {**HEADERS, "Content-Type": image.media_type}
    if is_known(request, etag):
        return Reply(b"", {**headers, "ETag": etag}, 304)
    if image.size > DIRECT_FILE_LIMIT:
        return Reply(None, {"Location": signed_url(image.id)}, 302)
    return representation(request, fetch(image.id), etag, headers)
