"""Upload an image with an API key (document 003)."""

from constellation.images.ingest import ingest
from constellation.images.inputs import Upload
from constellation.images.model import Image
from constellation.images.outputs import ExternallyUploaded, externally_uploaded, location
from constellation.runtime.binding import Form, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import WHOLE_CPU, Reply, endpoint
from constellation.runtime.idempotency import Once
from constellation.runtime.request import Caller


def answer(image: Image) -> Reply[ExternallyUploaded]:
    """Return the response for a new image."""
    return Reply(externally_uploaded(image), location(image))


@endpoint(
    "POST|PUT /api/external/upload",
    dialect=sharing,
    security="api_key",
    uses=[ingest],
    status=201,
    headers=["Location"],
    memory=WHOLE_CPU,
)
def handler(form: Form[Upload], caller: Caller, now: Now, once: Once) -> Reply[ExternallyUploaded]:
    """POST|PUT /api/external/upload: upload an image for the owner of the key, and return its public links."""
    also = once.keeping(answer)
    return answer(ingest(form.image, caller.user_id, form.description, form.isPublic, form.access, now, also=also))
