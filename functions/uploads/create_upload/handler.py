"""Begin an upload past the gateway's limit."""

from typing import Annotated

from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.idempotency import Once
from constellation.runtime.request import Caller
from constellation.uploads.begin import Signed, begin
from constellation.uploads.inputs import NewUpload
from constellation.uploads.model import limit_of
from constellation.uploads.outputs import UploadForm, form, location
from constellation.uploads.params import MAY_UPLOAD


@endpoint(
    "POST /api/uploads",
    dialect=sharing,
    scope=("images:write", "firmware:write"),
    status=201,
    headers=["Location"],
    uses=[begin],
)
def handler(new: Body[NewUpload], caller: Annotated[Caller, MAY_UPLOAD], now: Now, once: Once) -> Reply[UploadForm]:
    """POST /api/uploads: get a form for posting a large file to S3, as an image or a binary of firmware."""
    upload = new.upload(caller.user_id, now)

    def answer(signed: Signed) -> Reply[UploadForm]:
        return Reply(form(upload, *signed, limit_of(upload.kind)), location(upload))

    return answer(begin(upload, caller, once.keeping(answer)))
