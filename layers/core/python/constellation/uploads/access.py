"""Rights to uploads."""

from constellation.common.errors import NotFound
from constellation.runtime.operation import operation
from constellation.uploads import store
from constellation.uploads.model import NO_SUCH_UPLOAD, Upload


@operation(grants=[store.READ], errors=[NotFound])
def own_upload(upload_id: str, user_id: str) -> Upload:
    """Return an upload of a user. Raises NotFound."""
    found = store.get(upload_id)
    if found is None or found.user_id != user_id:
        raise NotFound(NO_SUCH_UPLOAD)
    return found
