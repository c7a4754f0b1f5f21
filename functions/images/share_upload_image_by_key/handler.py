"""Upload with an API key (document 003)."""

from constellation.common.errors import BadRequest, Invalid, TooLarge, Unsupported
from constellation.images.ingest import INGEST_OWNED, ingest
from constellation.images.inputs import Upload
from constellation.images.outputs import ExternallyUploaded, externally_uploaded, location
from constellation.runtime.binding import Form, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import WHOLE_CPU, Reply, endpoint
from constellation.runtime.request import Caller


@endpoint(
    "POST|PUT /api/external/upload",
    dialect=sharing,
    security="api_key",
    grants=INGEST_OWNED,
    status=201,
    errors=[BadRequest, TooLarge, Unsupported, Invalid],
    memory=WHOLE_CPU,
)
def handler(form: Form[Upload], caller: Caller, now: Now) -> Reply[ExternallyUploaded]:
    """POST|PUT /api/external/upload: store an image of the key's owner and answer its public links."""
    image = ingest(form.image, "image", caller.user_id, form.description, form.isPublic, now)
    return Reply(externally_uploaded(image), location(image))
