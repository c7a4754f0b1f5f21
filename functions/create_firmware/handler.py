"""A new firmware image (document 002)."""

from typing import Annotated

from constellation.domain.errors import BadRequest, Forbidden, Invalid, NotFound
from constellation.domain.versions import parse_version
from constellation.http.binding import Body, Load, Now
from constellation.http.dialects import firmware_fields
from constellation.http.endpoint import Reply, endpoint
from constellation.http.loading import require_json
from constellation.http.request import Caller
from constellation.inputs.firmware import NewFirmware
from constellation.services.firmware import CREATE, create
from constellation.views.firmware import CreatedFirmware, address, created


@endpoint(
    "POST /image",
    dialect=firmware_fields,
    grants=CREATE,
    status=201,
    errors=[BadRequest, Forbidden, NotFound, Invalid],
)
def handler(
    new: Body[NewFirmware], caller: Caller, now: Now, _json: Annotated[None, Load(require_json)]
) -> Reply[CreatedFirmware]:
    """POST /image: make a firmware image of the caller's, or of a constellation's, yet without its binary."""
    firmware = create(caller.user_id, new.constellation_uuid, new.label, parse_version(new.fw_version), now)
    return Reply(created(firmware), {"Location": address(firmware)})
