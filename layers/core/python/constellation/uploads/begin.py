"""Begin an upload: register it and sign the form that its file is posted with."""

from constellation.common.errors import BadRequest
from constellation.common.sizes import check_size
from constellation.firmware import access
from constellation.firmware.access import FIRMWARE_ACCESS
from constellation.firmware.model import BINARY_EXISTS
from constellation.runtime.operation import needs_of
from constellation.uploads import incoming_store as incoming
from constellation.uploads import store as uploads
from constellation.uploads.model import FIRMWARE, FORM_LIFE, Upload, limit_of
from constellation.workspaces.locations import location_for_new
from constellation.workspaces.rights import Operation

BEGIN = (*needs_of(location_for_new).grants, *FIRMWARE_ACCESS, uploads.REGISTER, incoming.POST)
"""What a function that gives out forms needs."""


def begin(upload: Upload) -> tuple[str, dict[str, str]]:
    """Register an upload, and give the address and the fields of a form that its file can be posted with.

    Raises Invalid, NotFound and Forbidden as the uploads of forms do, for what is known of the file already.
    """
    least, most = 1, limit_of(upload.kind)
    if upload.size is not None:
        check_size(upload.size, field="size", limit=most)
        least = most = upload.size
    if upload.kind == FIRMWARE:
        _check_firmware(upload)
    else:
        location_for_new(upload.constellation, upload.folder, upload.user_id)
    uploads.register(upload)
    return incoming.sign_form(upload.key, least, most, int(FORM_LIFE.total_seconds()))


def _check_firmware(upload: Upload) -> None:
    found = access.firmware_image(upload.firmware, upload.user_id, Operation.CHANGE_FIRMWARE)
    if found.binary:
        raise BadRequest(BINARY_EXISTS)
