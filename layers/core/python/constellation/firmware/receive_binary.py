"""Give a firmware image a binary that has arrived in S3."""

from dataclasses import replace
from datetime import datetime

from constellation.aws.objects import Arrival
from constellation.aws.transactions import Part
from constellation.common.errors import BadRequest, NotFound
from constellation.firmware import binary_store as binaries
from constellation.firmware import store as firmware
from constellation.firmware.examine import examined
from constellation.firmware.leftovers import may_be_left
from constellation.firmware.model import BINARY_EXISTS, Binary, Firmware
from constellation.firmware.upload_binary import UPLOAD, refusal
from constellation.workspaces.model import NO_SUCH_CONSTELLATION

RECEIVE = (*UPLOAD, firmware.CREATE, firmware.CREATE_WITHIN)
"""What a function needs that receives them by S3."""


_RECEIVED_SECONDS = 900
"""After which whoever takes in a file that has come by S3 has ended."""


def receive(found: Firmware, arrival: Arrival, uploader: str, now: datetime, *also: Part) -> None:
    """The same with a file that has come by S3, whatever its size; ``also`` in the same step as the record.

    Raises BadRequest too when what is also to be written cannot be.
    """
    if found.binary:
        raise BadRequest(BINARY_EXISTS)
    if not firmware.attach(found, binary := _received(found.id, arrival, uploader), now, *also):
        raise refusal(found, binary)


def receive_new(new: Firmware, arrival: Arrival, *also: Part) -> None:
    """The same for a firmware image of the uploader's that there is not yet.

    Raises NotFound when its constellation is gone.
    """
    made = replace(new, binary=(binary := _received(new.id, arrival, new.owner)))
    if not firmware.create(made, *also):
        binaries.delete(binary.key)
        raise NotFound(NO_SUCH_CONSTELLATION)


def _received(firmware_id: str, arrival: Arrival, uploader: str) -> Binary:
    """What has come by S3, examined and kept with the binaries."""
    binary = examined(firmware_id, arrival.chunks(), uploader)
    may_be_left(firmware_id, binary, _RECEIVED_SECONDS)
    binaries.copy(binary, arrival.key, arrival.version)
    return binary
