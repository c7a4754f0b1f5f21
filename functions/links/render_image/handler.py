"""Public links (document 003): what the CDN requests when it has no copy of a picture, and an ordinary route."""

from typing import Annotated

from constellation.common.errors import Invalid, NotFound
from constellation.links.answer import answer
from constellation.links.deliver import deliver
from constellation.links.model import MEDIA_TYPES, Link, parse_key, parse_link
from constellation.runtime.binding import Load, Now
from constellation.runtime.dialects import links
from constellation.runtime.endpoint import WHOLE_CPU, Reply, endpoint
from constellation.runtime.ranges import PARTS
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
    uses=[deliver, answer],
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

    No credential is needed. For a picture of more than 4.5 MB, the response is a redirect to S3, which refuses a
    request with an `Authorization` header (400).
    """
    varies = {"Vary": "Accept"} if link.is_automatic else {}
    return answer(request, deliver(link, now), {**varies, "Cache-Control": link.cache_control})
