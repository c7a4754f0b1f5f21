"""Rights to uploads."""

from collections.abc import Mapping

from constellation.common.errors import Forbidden, NotFound
from constellation.firmware.access import current
from constellation.runtime.operation import operation
from constellation.runtime.request import Caller
from constellation.runtime.scopes import Scope, narrowed
from constellation.uploads import store
from constellation.uploads.model import FIRMWARE, IMAGE, NO_SUCH_UPLOAD, Upload
from constellation.workspaces.rights import is_within

READING: Mapping[str, Scope] = {IMAGE: "images:read", FIRMWARE: "firmware:read"}
WRITING: Mapping[str, Scope] = {IMAGE: "images:write", FIRMWARE: "firmware:write"}
"""The scope that a token needs for an upload of a kind."""


@operation(grants=[store.READ], errors=[NotFound, Forbidden], uses=[current])
def own_upload(upload_id: str, caller: Caller) -> Upload:
    """Return an upload of a caller. Raises NotFound, and Forbidden for a token that may not read what it is to become.

    A token that is bound to a constellation knows the uploads into that one.
    """
    found = store.get(upload_id)
    if found is None or found.user_id != caller.user_id:
        raise NotFound(NO_SUCH_UPLOAD)
    narrowed(caller, [READING[found.kind]])
    if not is_within(_constellation_of(found) if caller.constellation else "", caller):
        raise NotFound(NO_SUCH_UPLOAD)
    return found


def _constellation_of(upload: Upload) -> str:
    """Return the constellation that an upload goes into, empty for none: for a binary that of its firmware image."""
    if upload.kind == FIRMWARE and not upload.is_dropped:
        return current(upload.firmware).constellation or ""
    return upload.constellation
