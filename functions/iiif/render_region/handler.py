"""Pictures of the IIIF Image API (second contract, 4): what the CDN requests when it has no copy."""

from constellation.iiif.outputs import links_of
from constellation.iiif.params import AskedPicture
from constellation.iiif.show import show
from constellation.links.answer import answer
from constellation.links.model import MEDIA_TYPES
from constellation.runtime.base_url import base_url
from constellation.runtime.binding import Now
from constellation.runtime.dialects import iiif
from constellation.runtime.endpoint import WHOLE_CPU, Reply, endpoint
from constellation.runtime.ranges import PARTS
from constellation.runtime.request import Request


@endpoint(
    "GET|HEAD /iiif/3/{image_id}/{region}/{size}/{rotation}/{file}",
    dialect=iiif,
    security="public",
    uses=[show, answer],
    also={**PARTS, 302: None},
    headers=["ETag", "Accept-Ranges", "Link"],
    media_types=MEDIA_TYPES,
    memory=WHOLE_CPU,
    function_url=True,
)
def handler(picture: AskedPicture, request: Request, now: Now) -> Reply[bytes] | Reply[None]:
    """GET|HEAD /iiif/3/{image_id}/{region}/{size}/{rotation}/{file}: return a part of an image, or all of it.

    The path is that of the IIIF Image API 3.0. Its last part is `{quality}.{format}`. An animation is shown by its
    first picture. `Link` names the canonical request. For a picture of more than 4.5 MB, the response is a redirect to
    S3.
    """
    base, shown = base_url(request), show(*picture, now)
    return answer(request, shown.picture, {"Link": links_of(base, picture.image_id, shown.canonical)})
