"""What a device asks (contract, "Firmware")."""

from constellation.common.errors import Invalid, NotFound
from constellation.firmware.inputs import UpdateCheck
from constellation.firmware.latest import OFFER, latest
from constellation.firmware.outputs import FirmwareDetail, firmware_detail
from constellation.firmware.versions import parse_version
from constellation.runtime.binding import Query
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Caller


@endpoint("GET /image/latest", dialect=firmware, grants=OFFER, errors=[Invalid, NotFound])
def handler(query: Query[UpdateCheck], caller: Caller) -> Reply[FirmwareDetail] | Reply[None]:
    """GET /image/latest?label=&current=: the highest version of a label that can be downloaded.

    Looks in one place only: the constellation named by `constellation_uuid`, else the caller's own firmware that lies
    in none. `204` where the device has it already. Pre-releases are offered with `pre=true` only.
    """
    found = latest(caller.user_id, query.constellation_uuid, query.label, pre_releases=query.pre == "true")
    if query.current and parse_version(query.current).precedence >= found.version.precedence:
        return Reply(None, status=204)
    return Reply(firmware_detail(found))
