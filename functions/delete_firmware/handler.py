"""Deletion of a firmware image (document 002)."""

from typing import Annotated

from constellation.domain.errors import Forbidden, NotFound, Unavailable
from constellation.domain.firmware import Firmware
from constellation.domain.rights import Operation
from constellation.http.binding import Now
from constellation.http.dialects import firmware
from constellation.http.endpoint import endpoint
from constellation.http.loading import firmware_for
from constellation.services.access import FIRMWARE_ACCESS
from constellation.services.binaries import DELETE, delete
from constellation.views.firmware import RemovedFirmware, firmware_entry


@endpoint(
    "DELETE /image/{image_id}",
    dialect=firmware,
    grants=[*FIRMWARE_ACCESS, *DELETE],
    errors=[Forbidden, NotFound, Unavailable],
)
def handler(found: Annotated[Firmware, firmware_for(Operation.DELETE_FIRMWARE)], now: Now) -> RemovedFirmware:
    """DELETE /image/{image_id}: delete a firmware image with its binary."""
    return {"removed_image": firmware_entry(delete(found, now)), "result": "ok"}
