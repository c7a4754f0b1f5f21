"""A form for a file past the gateway's limit."""

from constellation.common.errors import BadRequest, Forbidden, Invalid, NotFound
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Caller
from constellation.uploads.begin import BEGIN, begin
from constellation.uploads.inputs import NewUpload
from constellation.uploads.model import limit_of
from constellation.uploads.outputs import UploadForm, form, location


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
