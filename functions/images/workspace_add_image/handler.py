"""Upload an image into a constellation, or none (document 000)."""

from constellation.common.names import safe_name
from constellation.common.settings import settings
from constellation.images.ingest import accept, add
from constellation.images.inputs import NewImage
from constellation.images.outputs import StoredImage, stored
from constellation.runtime.binding import Form, Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import WHOLE_CPU, endpoint
from constellation.runtime.idempotency import Once
from constellation.runtime.request import Caller
from constellation.workspaces.locations import location_for_new


@endpoint(
    "POST /images",
    dialect=constellations,
    scope="images:write",
    uses=[accept, location_for_new, add],
    status=201,
    memory=WHOLE_CPU,
)
def handler(form: Form[NewImage], caller: Caller, now: Now, once: Once) -> StoredImage:
    """POST /images: upload an image into a folder of a constellation, or into none."""
    picture = accept(form.file.data, "file", settings().image_size_limit)
    location = location_for_new(form.constellation_uuid, form.folder_uuid, caller)
    name, also = form.name or safe_name(form.file.name), once.keeping(stored)
    image = add(picture, name, caller.user_id, now, location=location, access=form.access, also=also)
    return stored(image)
