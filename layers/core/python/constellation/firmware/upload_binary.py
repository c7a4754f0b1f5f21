"""Give a firmware image the binary of a form."""

from datetime import datetime

from constellation.common.errors import BadRequest
from constellation.firmware import binary_store
from constellation.firmware.keep_binary import attach, examine
from constellation.firmware.leftovers import expect_leftover
from constellation.firmware.model import BINARY_EXISTS, Firmware
from constellation.runtime.operation import operation


@operation(grants=[binary_store.PUT], errors=[BadRequest], uses=[examine, expect_leftover, attach])
def upload_binary(found: Firmware, data: bytes, uploader: str, now: datetime) -> None:
    """Give a firmware image its binary.

    Raises BadRequest for a wrong file or where there is a binary already, TooLarge where the uploader has no room for
    the file, NotFound when the image is gone.
    """
    if found.binary:
        raise BadRequest(BINARY_EXISTS)
    binary = examine(found.id, [data], uploader)
    expect_leftover(found.id, binary)
    binary_store.put(binary, data)
    attach(found, binary, now)
