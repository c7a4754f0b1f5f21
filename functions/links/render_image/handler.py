"""Public links (document 003): what the CDN asks for when it has not got a picture, and an ordinary route."""

from typing import Annotated

from constellation.common.errors import Invalid, NotFound, Unavailable
from constellation.images.model import DELIVERY_HEADERS
from constellation.links.deliver import DELIVER, deliver, signed_url
from constellation.links.model import TAGS_HEADER, Link, parse_key, parse_link
from constellation.runtime.binding import Load, Now
from constellation.runtime.dialects import links
from constellation.runtime.endpoint import NO_STORE, WHOLE_CPU, Reply, endpoint
from constellation.runtime.ranges import is_known, length_alone, representation
from constellation.runtime.request import Request


def named_link(request: Request) -> Link:
    """The link in a path and query, or in the rendition key that the CDN's edge has made of them."""
    if request.from_cdn:
        return parse_key(request.path)
    return parse_link(request.path_parameters["image_id"], request.query)


@endpoint(
    "GET|HEAD /api/image/{image_id}",
    dialect=links,
    security="public",
    grants=DELIVER,
    errors=[Invalid, NotFound, Unavailable],
    media_type="image/*",
    memory=WHOLE_CPU,
    function_url=True,
)
def handler(link: Annotated[Link, Load(named_link)], request: Request, now: Now) -> Reply[bytes] | Reply[None]:
    """GET|HEAD /api/image/{image_id}: the picture a public link names, in its size and format.

    It needs no credential. More than 4.5 MB are redirected to, where S3 refuses a request with an `Authorization`
    header (400).
    """
    picture = deliver(link, now)
    ranges = {"Accept-Ranges": "bytes"} if picture.has_slot else {}
    tags = {TAGS_HEADER: picture.tags} if request.from_cdn else {}
    headers = {**DELIVERY_HEADERS, **ranges, **tags, "Content-Type": link.media_type}
    if picture.data is None and not is_known(request, picture.etag):
        if request.method == "HEAD":
            return length_alone(picture.size, {**headers, "ETag": picture.etag})
        return Reply(None, {"Location": signed_url(link), "Cache-Control": NO_STORE}, 302)
    return representation(request, picture.data or b"", picture.etag, headers)
