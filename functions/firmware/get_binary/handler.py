"""Download the binary of a firmware image (document 002)."""

from typing import Annotated

from constellation.common.settings import DIRECT_FILE_LIMIT
from constellation.firmware.download_binary import binary_of, read_part, signed_url
from constellation.firmware.model import Firmware
from constellation.firmware.outputs import RefusedRange, refused_range
from constellation.firmware.params import firmware_for
from constellation.runtime.dialects import firmware
from constellation.runtime.digests import whole_file
from constellation.runtime.endpoint import NO_STORE, Reply, endpoint
from constellation.runtime.ranges import OUTSIDE, PARTS, length_alone, part_of
from constellation.runtime.request import Request
from constellation.workspaces.rights import Operation


@endpoint(
    "GET|HEAD /image/{image_id}/binary",
    dialect=firmware,
    scope="firmware:read",
    uses=[binary_of, read_part, signed_url],
    also={**PARTS, 307: None, OUTSIDE: RefusedRange},
    headers=["ETag", "Accept-Ranges", "Repr-Digest", "Content-Disposition"],
    media_types=["application/octet-stream"],
)
def handler(
    found: Annotated[Firmware, firmware_for(Operation.SEE_FIRMWARE)], request: Request
) -> Reply[bytes] | Reply[None] | Reply[RefusedRange]:
    """GET|HEAD /image/{image_id}/binary: download the binary of a firmware image, or a range of it.

    The bytes are exactly those that were uploaded. A request for more than 4.5 MB is redirected to a URL of S3 that is
    valid for a few minutes. A range of up to 4.5 MB is never redirected. The URL holds a credential, and S3
    refuses a request with two of them (400): a client that sends `Authorization` again when it follows a redirect, as
    Python's urllib does, must ask for ranges or leave that header out of its second request. `HEAD` is never redirected
    and returns the number of bytes.
    """
    binary = binary_of(found)
    part = part_of(request, f'"{binary.sha256}"', binary.size)
    if part.status == OUTSIDE:
        return Reply(refused_range(binary.size), part.headers, OUTSIDE)
    headers = {**part.headers, "Cache-Control": NO_STORE, "Content-Disposition": found.disposition}
    if not part.bytes:
        return Reply(b"", headers, part.status)
    headers |= whole_file(binary.sha256)
    if request.method == "HEAD":
        return length_alone(binary.size, headers)
    if len(part.bytes) > DIRECT_FILE_LIMIT:
        return Reply(None, {"Location": signed_url(found, binary)}, 307)
    return Reply(read_part(binary, part.bytes), headers, part.status)
