"""Upload an image as a signed-in user (document 003)."""

from constellation.images.ingest import ingest
from constellation.images.inputs import Upload
from constellation.images.model import Image
from constellation.images.outputs import Uploaded, location, uploaded
from constellation.runtime.binding import Form, Now, Unbound
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import WHOLE_CPU, Reply, endpoint
from constellation.runtime.idempotency import Once
from constellation.runtime.request import Caller


def answer(image: Image) -> Reply[Uploaded]:
    """Return the response for a new image."""
    return Reply(uploaded(image), location(image))


@endpoint(
    "POST|PUT /api/upload",
    dialect=sharing,
    scope="images:write",
    uses=[ingest],
    status=201,
    headers=["Location"],
    memory=WHOLE_CPU,
)
def handler(form: Form[Upload], caller: Caller, now: Now, once: Once, _place: Unbound) -> Reply[Uploaded]:
    """POST|PUT /api/upload: upload an image."""
    also = once.keeping(answer)
    return answer(ingest(form.image, caller.user_id, form.description, form.isPublic, form.access, now, also=also))
