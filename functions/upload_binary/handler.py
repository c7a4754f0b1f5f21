"""The binary of a firmware image (document 002)."""

from typing import Annotated

from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound, TooLarge, Unsupported
from constellation.domain.firmware import Firmware
from constellation.domain.rights import Operation
from constellation.http.binding import Form, Now
from constellation.http.dialects import firmware
from constellation.http.endpoint import WHOLE_CPU, endpoint
from constellation.http.loading import firmware_for
from constellation.http.request import Caller
from constellation.inputs.firmware import BinaryUpload
from constellation.services.access import FIRMWARE_ACCESS
from constellation.services.binaries import UPLOAD, upload
from constellation.views.firmware import UploadedBinary


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
