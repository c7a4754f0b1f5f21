"""Describe a firmware image (document 002)."""

from typing import Annotated

from constellation.firmware.access import FirmwareAccess
from constellation.firmware.outputs import FirmwareDetail, firmware_detail
from constellation.firmware.params import firmware_access_for
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import endpoint
from constellation.workspaces.rights import Operation


@endpoint("GET /image/{image_id}", dialect=firmware, scope="firmware:read")
def handler(found: Annotated[FirmwareAccess, firmware_access_for(Operation.SEE_FIRMWARE)]) -> FirmwareDetail:
    """GET /image/{image_id}: describe a firmware image and its binary."""
    return firmware_detail(found.firmware, found.right)
