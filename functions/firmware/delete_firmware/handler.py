"""Delete a firmware image (document 002)."""

from typing import Annotated

from constellation.firmware.delete import delete
from constellation.firmware.model import Firmware
from constellation.firmware.outputs import RemovedFirmware, firmware_entry
from constellation.firmware.params import firmware_for
from constellation.runtime.binding import Now
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


@endpoint("DELETE /image/{image_id}", dialect=firmware, scope="firmware:write", uses=[delete])
def handler(found: Annotated[Firmware, firmware_for(Operation.DELETE_FIRMWARE)], now: Now) -> RemovedFirmware:
    """DELETE /image/{image_id}: delete a firmware image with its binary."""
    return {"removed_image": firmware_entry(delete(found, now)), "result": "ok"}
