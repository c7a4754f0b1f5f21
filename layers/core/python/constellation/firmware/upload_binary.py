"""Give a firmware image the binary of a form."""

from datetime import datetime

from constellation.accounts import usage_store as lists
from constellation.aws import queues
from constellation.common.errors import BadRequest
from constellation.firmware import binary_store as binaries
from constellation.firmware import store as firmware
from constellation.firmware.again import again
from constellation.firmware.examine import examined
from constellation.firmware.leftovers import may_be_left
from constellation.firmware.model import BINARY_EXISTS, Binary, Firmware

UPLOAD = (
    firmware.READ,
    firmware.CHANGE,
    lists.COUNT,
    lists.READ,
    binaries.PUT,
    binaries.DELETE,
    queues.NOTE_LEFTOVERS,
)
"""What a function that takes binaries needs."""


def upload(found: Firmware, data: bytes, uploader: str, now: datetime) -> None:
    """Give a firmware image its binary: the bytes first, then the record, which alone makes them its own.

    Raises BadRequest for a file that is wrong or where there is a binary already, TooLarge where the user who uploads
    it has no room for it, NotFound when the image is gone.
    """
    if found.binary:
        raise BadRequest(BINARY_EXISTS)
    binary = examined(found.id, [data], uploader)
    may_be_left(found.id, binary)
    binaries.put(binary, data)
    if not firmware.attach(found, binary, now):
        raise refusal(found, binary)


def refusal(found: Firmware, binary: Binary) -> BadRequest:
    """Why a binary cannot be a firmware image's; its bytes go. Raises NotFound when the image is gone."""
    binaries.delete(binary.key)
    again(found)
    return BadRequest(BINARY_EXISTS)
