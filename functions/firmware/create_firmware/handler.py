"""Create a firmware image (document 002)."""

from typing import Annotated

from constellation.firmware.create import create
from constellation.firmware.inputs import NewFirmware
from constellation.firmware.model import Firmware
from constellation.firmware.outputs import CreatedFirmware, address, created
from constellation.firmware.params import require_json
from constellation.firmware.versions import parse_version
from constellation.runtime.binding import Body, Load, Now
from constellation.runtime.dialects import firmware_fields
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.idempotency import Once
from constellation.runtime.request import Caller


def answer(firmware: Firmware) -> Reply[CreatedFirmware]:
    """Return the response for a new firmware image."""
    return Reply(created(firmware), {"Location": address(firmware)})


@endpoint(
    "POST /image", dialect=firmware_fields, scope="firmware:write", status=201, uses=[create], headers=["Location"]
)
def handler(
    new: Body[NewFirmware], caller: Caller, now: Now, once: Once, _json: Annotated[None, Load(require_json)]
) -> Reply[CreatedFirmware]:
    """POST /image: create a firmware image, in a constellation if one is named. It has no binary yet."""
    version, also = parse_version(new.fw_version), once.keeping(answer)
    return answer(create(caller, new.constellation_uuid, new.label, version, now, also))
