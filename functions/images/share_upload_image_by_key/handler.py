"""Upload an image with an API key (document 003)."""

from constellation.images.ingest import ingest
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
    uses=[ingest],
    status=201,
    headers=["Location"],
    memory=WHOLE_CPU,
)
def handler(form: Form[Upload], caller: Caller, now: Now) -> Reply[ExternallyUploaded]:
    """POST|PUT /api/external/upload: upload an image for the owner of the key, and return its public links."""
    image = ingest(form.image, caller.user_id, form.description, form.isPublic, now)
    return Reply(externally_uploaded(image), location(image))
