"""The binary of a firmware image (document 002)."""

from typing import Annotated

from constellation.common.errors import BadRequest, Forbidden, Invalid, NotFound, TooLarge, Unsupported
from constellation.firmware.access import FIRMWARE_ACCESS
from constellation.firmware.inputs import BinaryUpload
from constellation.firmware.model import Firmware
from constellation.firmware.outputs import UploadedBinary
from constellation.firmware.params import firmware_for
from constellation.firmware.upload_binary import UPLOAD, upload
from constellation.runtime.binding import Form, Now
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import WHOLE_CPU, endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.rights import Operation


@endpoint(
    "POST /image/{image_id}/binary",
    dialect=firmware,
    grants=[*FIRMWARE_ACCESS, *UPLOAD],
    errors=[BadRequest, Forbidden, NotFound, TooLarge, Unsupported, Invalid],
    memory=WHOLE_CPU,
)
def handler(
    found: Annotated[Firmware, firmware_for(Operation.CHANGE_FIRMWARE)],
    form: Form[BinaryUpload],
    caller: Caller,
    now: Now,
) -> UploadedBinary:
    """POST /image/{image_id}/binary: give a firmware image its binary, which confirms it.

    A file that begins with `:` is checked as Intel HEX, line by line; any other is kept as it is.
    """
    upload(found, form.image.data, caller.user_id, now)
    return {"image": found.id, "message": "image uploaded"}
