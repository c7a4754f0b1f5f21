"""A firmware image without its binary (document 002)."""

from typing import Annotated

from constellation.common.errors import Forbidden, NotFound, Unavailable
from constellation.firmware.access import FIRMWARE_ACCESS
from constellation.firmware.delete import TAKE_AWAY, take_away
from constellation.firmware.model import Firmware
from constellation.firmware.outputs import Result
from constellation.firmware.params import firmware_for
from constellation.runtime.binding import Now
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


@endpoint(
    "DELETE /image/{image_id}/binary",
    dialect=firmware,
    grants=[*FIRMWARE_ACCESS, *TAKE_AWAY],
    errors=[Forbidden, NotFound, Unavailable],
)
def handler(found: Annotated[Firmware, firmware_for(Operation.CHANGE_FIRMWARE)], now: Now) -> Result:
    """DELETE /image/{image_id}/binary: take a firmware image its binary, if it has one."""
    take_away(found, now)
    return {"result": "ok"}
