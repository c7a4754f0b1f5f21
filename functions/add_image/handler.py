"""Upload, into a constellation or none (document 000)."""

from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound, TooLarge, Unsupported
from constellation.domain.uploads import safe_name
from constellation.http.binding import Form, Now
from constellation.http.dialects import constellations
from constellation.http.endpoint import WHOLE_CPU, endpoint
from constellation.http.request import Caller
from constellation.inputs.constellations import NewImage
from constellation.services.ingest import INGEST_PLACED, accept, store
from constellation.services.places import place_for_new
from constellation.settings import settings
from constellation.views.constellations import StoredImage


@endpoint(
    "POST /images",
    dialect=constellations,
    grants=INGEST_PLACED,
    status=201,
    errors=[BadRequest, TooLarge, Unsupported, Invalid, Forbidden, NotFound],
    memory=WHOLE_CPU,
)
def handler(form: Form[NewImage], caller: Caller, now: Now) -> StoredImage:
    """POST /images: store an image of the caller's, in a folder of a constellation or in none."""
    picture = accept(form.file.data, "file", settings().image_size_limit)
    place = place_for_new(form.constellation_uuid, form.folder_uuid, caller.user_id)
    image = store(picture, form.name or safe_name(form.file.name), caller.user_id, now, place=place)
    return {"uuid": image.id, "filename": image.name}
