"""A firmware image without its binary (document 002)."""

from typing import Annotated

from constellation.domain.errors import Forbidden, NotFound, Unavailable
from constellation.domain.firmware import Firmware
from constellation.domain.rights import Operation
from constellation.http.binding import Now
from constellation.http.dialects import firmware
from constellation.http.endpoint import endpoint
from constellation.http.loading import firmware_for
from constellation.services.access import FIRMWARE_ACCESS
from constellation.services.binaries import TAKE_AWAY, take_away
from constellation.views.firmware import Result


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
