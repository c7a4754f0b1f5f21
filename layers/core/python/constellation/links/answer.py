"""Answer a request with the picture that was delivered for it."""

from collections.abc import Mapping

from constellation.images.model import DELIVERY_HEADERS
from constellation.links.deliver import Delivery, signed_url
from constellation.links.model import EMBEDDING, TAGS_HEADER
from constellation.runtime.endpoint import NO_STORE, Reply
from constellation.runtime.operation import operation
from constellation.runtime.ranges import is_known, length_alone, representation
from constellation.runtime.request import Request


@operation(uses=[signed_url])
def answer(request: Request, picture: Delivery, own: Mapping[str, str]) -> Reply[bytes] | Reply[None]:
    """Return the picture, or what the client has of it already, or where one is that is too large for one response.

    ``own`` are the headers that the request adds or changes.
    """
    ranges = {"Accept-Ranges": "bytes"} if picture.has_slot else {}
    tags = {TAGS_HEADER: picture.tags} if request.from_cdn else {}
    headers = {**DELIVERY_HEADERS, **EMBEDDING, **ranges, **tags, **own, "Content-Type": picture.link.media_type}
    if picture.data is None and not is_known(request, picture.etag):
        if request.method == "HEAD":
            return length_alone(picture.size, {**headers, "ETag": picture.etag})
        kept = {"Location": signed_url(picture.link), "Cache-Control": NO_STORE}
        return Reply(None, {**EMBEDDING, **own, **kept}, 302)
    return representation(request, picture.data or b"", picture.etag, headers)
