"""Begin an upload past the gateway's limit, or by an address."""

from typing import Annotated

from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.idempotency import Once
from constellation.runtime.request import Caller
from constellation.uploads.begin import Signed, begin
from constellation.uploads.inputs import NewUpload
from constellation.uploads.outputs import UploadForm, UploadStatus, begun, location
from constellation.uploads.params import MAY_UPLOAD


@endpoint(
    "POST /api/uploads",
    dialect=sharing,
    scope=("images:write", "firmware:write"),
    status=201,
    headers=["Location"],
    uses=[begin],
)
def handler(
    new: Body[NewUpload], caller: Annotated[Caller, MAY_UPLOAD], now: Now, once: Once
) -> Reply[UploadForm | UploadStatus]:
    """POST /api/uploads: get a form for posting a large file to S3, or have an image fetched from a URL.

    A form is for an image or a binary of firmware. With a `sourceUrl` the response is the status of the upload.
    """
    upload = new.upload(caller.user_id, now)

    def answer(signed: Signed | None) -> Reply[UploadForm | UploadStatus]:
        return Reply(begun(upload, signed), location(upload))

    return answer(begin(upload, caller, once.keeping(answer)))
