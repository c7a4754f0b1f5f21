"""Upload by a signed-in user (document 003)."""

from constellation.domain.errors import BadRequest, Invalid, TooLarge, Unsupported
from constellation.http.binding import Form, Now
from constellation.http.dialects import sharing
from constellation.http.endpoint import WHOLE_CPU, Reply, endpoint
from constellation.http.request import Caller
from constellation.inputs.sharing import Upload
from constellation.services.ingest import INGEST_OWNED, ingest
from constellation.views.sharing import Uploaded, location, uploaded


@endpoint(
    "POST|PUT /api/upload",
    dialect=sharing,
    grants=INGEST_OWNED,
    status=201,
    errors=[BadRequest, TooLarge, Unsupported, Invalid],
    memory=WHOLE_CPU,
)
def handler(form: Form[Upload], caller: Caller, now: Now) -> Reply[Uploaded]:
    """POST|PUT /api/upload: store an image of the caller's."""
    image = ingest(form.image, "image", caller.user_id, form.description, form.isPublic, now)
    return Reply(uploaded(image), location(image))
