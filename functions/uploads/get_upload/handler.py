"""What has come of an upload."""

from constellation.common.errors import NotFound
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.uploads import store as uploads
from constellation.uploads.find import find
from constellation.uploads.outputs import UploadStatus, status
from constellation.uploads.params import UploadId


@endpoint("GET /api/uploads/{upload_id}", dialect=sharing, grants=[uploads.READ], errors=[NotFound])
def handler(upload_id: UploadId, caller: Caller) -> UploadStatus:
    """GET /api/uploads/{upload_id}: whether an upload of the caller's is pending, ready or failed."""
    return status(find(upload_id, caller.user_id))
