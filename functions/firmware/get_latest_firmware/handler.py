"""Find an update for a device (contract, "Firmware")."""

from constellation.firmware.find_latest import find_latest
from constellation.firmware.inputs import UpdateCheck
from constellation.firmware.outputs import FirmwareDetail, firmware_detail
from constellation.firmware.versions import parse_version
from constellation.runtime.binding import Query
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.request import Caller


@endpoint("GET /image/latest", dialect=firmware, scope="firmware:read", uses=[find_latest], also={204: None})
def handler(query: Query[UpdateCheck], caller: Caller) -> Reply[FirmwareDetail] | Reply[None]:
    """GET /image/latest?label=&current=: find the highest version of a label that can be downloaded.

    Only the constellation named by `constellation_uuid` is searched, or without one the caller's own firmware that lies
    in no constellation. The response is `204` if the `current` version of the device is not lower. Pre-releases are
    offered only with `pre=true`.
    """
    found = find_latest(caller, query.constellation_uuid, query.label, pre_releases=query.pre == "true")
    if query.current and parse_version(query.current).precedence >= found.firmware.version.precedence:
        return Reply(None, status=204)
    return Reply(firmware_detail(found.firmware, found.right))
