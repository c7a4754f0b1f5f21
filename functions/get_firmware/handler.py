"""One firmware image (document 002)."""

from typing import Annotated

from constellation.domain.errors import NotFound
from constellation.domain.firmware import Firmware
from constellation.domain.rights import Operation
from constellation.http.dialects import firmware
from constellation.http.endpoint import endpoint
from constellation.http.loading import firmware_for
from constellation.services.access import FIRMWARE_ACCESS
from constellation.views.firmware import FirmwareDetail, firmware_detail


@endpoint("GET /image/{image_id}", dialect=firmware, grants=FIRMWARE_ACCESS, errors=[NotFound])
def handler(found: Annotated[Firmware, firmware_for(Operation.SEE_FIRMWARE)]) -> FirmwareDetail:
    """GET /image/{image_id}: all that is known of a firmware image and its binary."""
    return firmware_detail(found)
