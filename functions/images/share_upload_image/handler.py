"""Upload by a signed-in user (document 003)."""

from constellation.common.errors import BadRequest, Invalid, TooLarge, Unsupported
from constellation.images.ingest import INGEST_OWNED, ingest
from constellation.images.inputs import Upload
from constellation.images.outputs import Uploaded, location, uploaded
from constellation.runtime.binding import Form, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import WHOLE_CPU, Reply, endpoint
from constellation.runtime.request import Caller


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
