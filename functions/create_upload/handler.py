"""A form for a file past the gateway's limit."""

from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound
from constellation.http.binding import Body, Now
from constellation.http.dialects import sharing
from constellation.http.endpoint import Reply, endpoint
from constellation.http.request import Caller
from constellation.inputs.uploads import NewUpload
from constellation.services.uploads import BEGIN, begin, limit_of
from constellation.views.uploads import UploadForm, form, location


@endpoint(
    "POST /api/uploads",
    dialect=sharing,
    grants=BEGIN,
    status=201,
    errors=[BadRequest, Invalid, NotFound, Forbidden],
)
def handler(new: Body[NewUpload], caller: Caller, now: Now) -> Reply[UploadForm]:
    """POST /api/uploads: get a form with which a large file is posted to S3, to become an image or a binary."""
    upload = new.upload(caller.user_id, now)
    url, fields = begin(upload)
    return Reply(form(upload, url, fields, limit_of(upload.kind)), location(upload))
