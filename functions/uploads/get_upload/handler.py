"""Report the status of an upload."""

from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.uploads.access import own_upload
from constellation.uploads.outputs import UploadStatus, status
from constellation.uploads.params import UploadId


@endpoint("GET /api/uploads/{upload_id}", dialect=sharing, scope=("images:read", "firmware:read"), uses=[own_upload])
def handler(upload_id: UploadId, caller: Caller) -> UploadStatus:
    """GET /api/uploads/{upload_id}: report whether an upload of the caller is pending, ready or failed."""
    return status(own_upload(upload_id, caller))
