"""Public links (document 003): what the CDN requests when it has no copy of a picture, and an ordinary route."""

from typing import Annotated

from constellation.common.errors import Invalid, NotFound
from constellation.images.model import DELIVERY_HEADERS
from constellation.links.deliver import deliver, signed_url
from constellation.links.model import EMBEDDING, MEDIA_TYPES, TAGS_HEADER, Link, parse_key, parse_link
from constellation.runtime.binding import Load, Now
from constellation.runtime.dialects import links
from constellation.runtime.endpoint import NO_STORE, WHOLE_CPU, Reply, endpoint
from constellation.runtime.ranges import PARTS, is_known, length_alone, representation
from constellation.runtime.request import Request


def named_link(request: Request) -> Link:
    """Return the link that a path and a query name, or the rendition key that the CDN's edge makes of them."""
    if request.from_cdn:
        return parse_key(request.path)
    accept = request.headers.get("accept", "")
    return parse_link(request.path_parameters["image_id"], request.query, accept)


@endpoint(
    "GET|HEAD /api/image/{image_id}",
    dialect=links,
    security="public",
    uses=[deliver, signed_url],
    also={**PARTS, 302: None},
    headers=["ETag", "Accept-Ranges"],
    media_types=MEDIA_TYPES,
    memory=WHOLE_CPU,
    function_url=True,
)
def handler(
    link: Annotated[Link, Load(named_link, errors=(Invalid, NotFound))], request: Request, now: Now
) -> Reply[bytes] | Reply[None]:
    """GET|HEAD /api/image/{image_id}: return the picture that a public link names, in its size and format.

    No credential is needed. A picture of more than 4.5 MB is answered with a redirect to S3, which refuses a request
    with an `Authorization` header (400).
    """
    varies = {"Vary": "Accept"} if link.is_automatic else {}
    picture = deliver(link, now)
    ranges = {"Accept-Ranges": "bytes"} if picture.has_slot else {}
    tags = {TAGS_HEADER: picture.tags} if request.from_cdn else {}
    headers = {**DELIVERY_HEADERS, **EMBEDDING, **varies, **ranges, **tags, "Cache-Control": link.cache_control}
    headers["Content-Type"] = picture.link.media_type
    if picture.data is None and not is_known(request, picture.etag):
        if request.method == "HEAD":
            return length_alone(picture.size, {**headers, "ETag": picture.etag})
        kept = {"Location": signed_url(picture.link), "Cache-Control": NO_STORE}
        return Reply(None, {**EMBEDDING, **varies, **kept}, 302)
    return representation(request, picture.data or b"", picture.etag, headers)
