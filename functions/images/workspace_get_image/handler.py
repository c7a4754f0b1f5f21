"""Return an image or its metadata (document 000)."""

from typing import Annotated

from constellation.common.settings import DIRECT_FILE_LIMIT
from constellation.images.access import ImageAccess
from constellation.images.model import DELIVERY_HEADERS, MEDIA_TYPES
from constellation.images.originals import fetch, signed_url
from constellation.images.outputs import ImageMetadata, image_metadata
from constellation.images.params import image_access_for
from constellation.runtime.dialects import constellations
from constellation.runtime.digests import whole_file
from constellation.runtime.endpoint import NO_STORE, Reply, endpoint
from constellation.runtime.ranges import PARTS, asks_for_json, length_alone, part_of
from constellation.runtime.request import Request
from constellation.variants.access import check_bytes
from constellation.workspaces.rights import Operation

HEADERS = {**DELIVERY_HEADERS, "Cache-Control": NO_STORE, "Vary": "Accept"}


@endpoint(
    "GET|HEAD /images/{image_uuid}",
    dialect=constellations,
    scope="images:read",
    uses=[check_bytes, fetch, signed_url],
    also={**PARTS, 302: None},
    headers=["ETag", "Accept-Ranges", "Repr-Digest"],
    media_types=MEDIA_TYPES,
)
def handler(
    found: Annotated[ImageAccess, image_access_for(Operation.SEE_IMAGE)], request: Request
) -> Reply[bytes] | Reply[ImageMetadata] | Reply[None]:
    """GET|HEAD /images/{image_uuid}: return an image, or its metadata with `Accept: application/json`.

    A response of more than 4.5 MB is a redirect to a URL of S3 that is valid for a few minutes; ranges of up to
    4.5 MB are answered directly. That URL holds a credential, and S3 refuses a request with two (400). A client
    that keeps `Authorization` when it follows a redirect, as Python's urllib does, must ask for ranges, or leave out
    that header in its second request. `HEAD` is never redirected, and returns the number of bytes.
    """
    image = found.image
    if asks_for_json(request):
        return Reply(image_metadata(image, found.right), {"Vary": "Accept"})
    check_bytes(found)
    part = part_of(request, f'"{image.sha256}"', image.size, refuses=False)
    headers = {**HEADERS, **part.headers, "Content-Type": image.media_type}
    if not part.bytes:
        return Reply(b"", headers, part.status)
    headers |= whole_file(image.sha256)
    if request.method == "HEAD":
        return length_alone(image.size, headers)
    if len(part.bytes) > DIRECT_FILE_LIMIT:
        return Reply(None, {"Location": signed_url(image.id)}, 302)
    return Reply(fetch(image.id, part.bytes), headers, part.status)
