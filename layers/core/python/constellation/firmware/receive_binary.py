"""Give a firmware image a binary that has come by S3, whatever its size."""

from dataclasses import replace
from datetime import datetime

from constellation.aws.bucket import Download
from constellation.aws.table import Part
from constellation.common.errors import BadRequest, NotFound
from constellation.firmware import binary_store, store
from constellation.firmware.keep_binary import attach, examine
from constellation.firmware.leftovers import expect_leftover
from constellation.firmware.model import BINARY_EXISTS, Binary, Firmware
from constellation.images.usage_store import COUNT
from constellation.runtime.operation import operation
from constellation.workspaces.model import NO_SUCH_CONSTELLATION

_RECEIVED_SECONDS = 900
"""A delay after which the function that receives a file has ended."""

_RECEIVE = (binary_store.PUT, binary_store.DELETE)


@operation(grants=_RECEIVE, errors=[BadRequest, NotFound], uses=[examine, expect_leftover, attach])
def receive_binary(found: Firmware, download: Download, uploader: str, now: datetime, *also: Part) -> None:
    """Give a firmware image the binary that is downloaded, and write ``also`` in the same transaction.

    Raises BadRequest for a wrong file, where there is a binary already or a condition of ``also`` fails, TooLarge
    where the uploader has no room for the file, NotFound when the image is gone.
    """
    if found.binary:
        raise BadRequest(BINARY_EXISTS)
    attach(found, _stored(found.id, download, uploader), now, *also)


@operation(grants=[*_RECEIVE, *store.CREATE, COUNT], errors=[BadRequest, NotFound], uses=[examine, expect_leftover])
def receive_firmware(new: Firmware, download: Download, *also: Part) -> None:
    """Create a firmware image with the binary that is downloaded, and write ``also`` in the same transaction.

    Raises BadRequest for a wrong file, TooLarge where the owner has no room for it, NotFound when the constellation is
    gone or a condition of ``also`` fails.
    """
    binary = _stored(new.id, download, new.owner)
    if not store.create(replace(new, binary=binary), *also):
        binary_store.delete(binary.key)
        raise NotFound(NO_SUCH_CONSTELLATION)


def _stored(firmware_id: str, download: Download, uploader: str) -> Binary:
    """Examine a file and store it with the binaries."""
    binary = examine(firmware_id, download.chunks(), uploader)
    expect_leftover(firmware_id, binary, _RECEIVED_SECONDS)
    binary_store.copy(binary, download)
    return binary
