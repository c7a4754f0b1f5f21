"""The binary of a firmware image (document 002)."""

from typing import Annotated

from constellation.common.errors import NotFound
from constellation.common.settings import DIRECT_FILE_LIMIT
from constellation.firmware.access import FIRMWARE_ACCESS
from constellation.firmware.binary_store import attachment
from constellation.firmware.download_binary import FETCH, existing, fetch, signed_url
from constellation.firmware.model import Firmware
from constellation.firmware.outputs import RefusedRange, refused_range
from constellation.firmware.params import firmware_for
from constellation.runtime.dialects import firmware
from constellation.runtime.endpoint import NO_STORE, Reply, endpoint
from constellation.runtime.ranges import OUTSIDE, length_alone, part_of
from constellation.runtime.request import Request
from constellation.workspaces.rights import Operation


@endpoint(
    "GET|HEAD /image/{image_id}/binary",
    dialect=firmware,
    grants=[*FIRMWARE_ACCESS, *FETCH],
    errors=[NotFound],
    media_type="application/octet-stream",
)
def handler(
    found: Annotated[Firmware, firmware_for(Operation.SEE_FIRMWARE)], request: Request
) -> Reply[bytes] | Reply[None] | Reply[RefusedRange]:
    """GET|HEAD /image/{image_id}/binary: exactly the bytes that were uploaded, or a range of them.

    More than 4.5 MB are redirected to, for some minutes; ranges of up to 4.5 MB are not. The address is S3's and
    holds a credential, and S3 refuses a request with two (400). So a client that keeps `Authorization` when it follows
    a redirect, as Python's urllib does, asks for ranges, or leaves that header out of its second request.
    `HEAD` is never redirected, and says how many bytes there are.
    """
    binary = existing(found)
    part = part_of(request, f'"{binary.sha256}"', binary.size)
    if part.status == OUTSIDE:
        return Reply(refused_range(binary.size), part.headers, OUTSIDE)
    headers = {**part.headers, "Cache-Control": NO_STORE, "Content-Disposition": attachment(found.file_name)}
    if not part.bytes:
        return Reply(b"", headers, part.status)
    if request.method == "HEAD":
        return length_alone(binary.size, headers)
    if len(part.bytes) > DIRECT_FILE_LIMIT:
        return Reply(None, {"Location": signed_url(found, binary)}, 307)
    return Reply(fetch(binary, part.bytes[0], part.bytes[-1]), headers, part.status)
