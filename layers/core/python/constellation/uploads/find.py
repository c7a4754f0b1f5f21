"""Find an upload of a user."""

from constellation.common.errors import NotFound
from constellation.uploads import store as uploads
from constellation.uploads.model import NO_SUCH_UPLOAD, Upload


def find(upload_id: str, user_id: str) -> Upload:
    """An upload of a user's. Raises NotFound."""
    found = uploads.get(upload_id)
    if found is None or found.user_id != user_id:
        raise NotFound(NO_SUCH_UPLOAD)
    return found
