"""Upload an image without an account (document 003)."""

from datetime import datetime
from typing import Annotated

from constellation.accounts import limits
from constellation.common import times
from constellation.common.errors import TOO_MANY_UPLOADS, TooManyRequests, Unauthenticated
from constellation.common.settings import settings
from constellation.images.ingest import ingest_as_guest
from constellation.images.inputs import GuestUpload
from constellation.images.outputs import Uploaded, location, uploaded
from constellation.runtime.binding import Form, Load, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import WHOLE_CPU, Reply, endpoint
from constellation.runtime.request import Request
from constellation.runtime.viewer import viewer_network


def visitor(request: Request) -> str:
    """Return the guest's network. Raise Unauthenticated where guests may not upload."""
    if not settings().guest_uploads:
        raise Unauthenticated("Guest uploads are disabled")
    return viewer_network(request)


def admit(network: str, now: datetime) -> None:
    """Count an upload against its network's quota of the day. Raise TooManyRequests when it is used up."""
    if not limits.within("guest_uploads", network, settings().guest_uploads_per_day, now):
        raise TooManyRequests(TOO_MANY_UPLOADS, times.seconds_left(now))


@endpoint(
    "POST|PUT /api/guest/upload",
    dialect=sharing,
    security="public",
    uses=[limits.within, ingest_as_guest],
    status=201,
    headers=["Location"],
    errors=[TooManyRequests],
    memory=WHOLE_CPU,
)
def handler(
    network: Annotated[str, Load(visitor, errors=(Unauthenticated,))], form: Form[GuestUpload], now: Now
) -> Reply[Uploaded]:
    """POST|PUT /api/guest/upload: upload a public image without an account."""
    admit(network, now)
    image = ingest_as_guest(form.image, form.description, now)
    return Reply(uploaded(image), location(image))
