"""Upload the binary of a firmware image (document 002)."""

from typing import Annotated

from constellation.firmware.inputs import BinaryUpload
from constellation.firmware.model import Firmware
from constellation.firmware.outputs import UploadedBinary
from constellation.firmware.params import firmware_for
from constellation.firmware.upload_binary import upload_binary
from constellation.runtime.binding import Form, Now
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import WHOLE_CPU, endpoint
from constellation.runtime.request import Caller
from constellation.workspaces.rights import Operation


@endpoint(
    "POST /image/{image_id}/binary", dialect=firmware, scope="firmware:write", uses=[upload_binary], memory=WHOLE_CPU
)
def handler(
    found: Annotated[Firmware, firmware_for(Operation.CHANGE_FIRMWARE)],
    form: Form[BinaryUpload],
    caller: Caller,
    now: Now,
) -> UploadedBinary:
    """POST /image/{image_id}/binary: upload the binary of a firmware image, which confirms it.

    A file that begins with `:` is checked as Intel HEX, line by line. Any other file is stored as it is.
    """
    upload_binary(found, form.image.data, caller.user_id, now)
    return {"image": found.id, "message": "image uploaded"}
