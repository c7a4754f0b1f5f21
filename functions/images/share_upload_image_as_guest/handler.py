"""Upload without an account (document 003)."""

from datetime import datetime
from typing import Annotated

from constellation.accounts import limits
from constellation.common import times
from constellation.common.errors import BadRequest, Invalid, TooLarge, TooManyRequests, Unauthenticated, Unsupported
from constellation.common.settings import settings
from constellation.images.ingest import INGEST, ingest
from constellation.images.inputs import GuestUpload
from constellation.images.outputs import Uploaded, location, uploaded
from constellation.runtime.binding import Form, Load, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import WHOLE_CPU, Reply, endpoint
from constellation.runtime.request import Request
from constellation.runtime.viewer import viewer_network


def visitor(request: Request) -> str:
    """The guest's network, where guests may upload at all."""
    if not settings().guest_uploads:
        raise Unauthenticated("Guest uploads are disabled")
    return viewer_network(request)


def admit(network: str, now: datetime) -> None:
    """Count an upload against its network's quota of the day."""
    if not limits.within("guest_uploads", network, settings().guest_uploads_per_day, now):
        raise TooManyRequests("Too many uploads from this address today", times.seconds_left(now))


@endpoint(
    "POST|PUT /api/guest/upload",
    dialect=sharing,
    security="public",
    grants=[*INGEST, limits.COUNT],
    status=201,
    errors=[BadRequest, Unauthenticated, TooLarge, Unsupported, Invalid, TooManyRequests],
    memory=WHOLE_CPU,
)
def handler(network: Annotated[str, Load(visitor)], form: Form[GuestUpload], now: Now) -> Reply[Uploaded]:
    """POST|PUT /api/guest/upload: store a public image that nobody owns."""
    admit(network, now)
    image = ingest(form.image, "image", None, form.description, True, now)
    return Reply(uploaded(image), location(image))
