"""What has come of an upload."""

from constellation.domain.errors import NotFound
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.loading import UploadId
from constellation.http.request import Caller
from constellation.services.uploads import find
from constellation.stores import uploads
from constellation.views.uploads import UploadStatus, status


@endpoint("GET /api/uploads/{upload_id}", dialect=sharing, grants=[uploads.READ], errors=[NotFound])
def handler(upload_id: UploadId, caller: Caller) -> UploadStatus:
    """GET /api/uploads/{upload_id}: whether an upload of the caller's is pending, ready or failed."""
    return status(find(upload_id, caller.user_id))
