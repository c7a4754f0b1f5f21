"""Delete the binary of a firmware image (document 002)."""

from typing import Annotated

from constellation.firmware.delete import delete_binary
from constellation.firmware.model import Firmware
from constellation.firmware.outputs import Result
from constellation.firmware.params import firmware_for
from constellation.runtime.binding import Now
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


@endpoint("DELETE /image/{image_id}/binary", dialect=firmware, scope="firmware:write", uses=[delete_binary])
def handler(found: Annotated[Firmware, firmware_for(Operation.CHANGE_FIRMWARE)], now: Now) -> Result:
    """DELETE /image/{image_id}/binary: delete the binary of a firmware image, if it has one."""
    delete_binary(found, now)
    return {"result": "ok"}
