"""Download the binary of a firmware image."""

from constellation.aws.client import Missing
from constellation.common.errors import NotFound
from constellation.common.settings import SIGNED_SECONDS
from constellation.firmware import binary_store
from constellation.firmware.model import NO_BINARY, Binary, Firmware
from constellation.runtime.operation import operation


@operation(errors=[NotFound])
def binary_of(found: Firmware) -> Binary:
    """Return the binary of a firmware image. Raises NotFound where it has none."""
    if found.binary is None:
        raise NotFound(NO_BINARY)
    return found.binary


@operation(grants=[binary_store.GET], errors=[NotFound])
def read_part(binary: Binary, part: range) -> bytes:
    """Return the bytes in a part of a binary. Raises NotFound where they have been deleted just now."""
    try:
        return binary_store.get(binary, part)
    except Missing:
        raise NotFound(NO_BINARY) from None


@operation(grants=[binary_store.GET])
def signed_url(found: Firmware, binary: Binary) -> str:
    """Return the URL from which S3 gives a binary that is too large for the answer of a function."""
    return binary_store.sign(binary, found.disposition, SIGNED_SECONDS)
