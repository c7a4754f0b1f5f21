"""Fetch the binary of a firmware image."""

from constellation.aws.client import Missing
from constellation.common.errors import NotFound
from constellation.common.settings import SIGNED_SECONDS
from constellation.firmware import binary_store as binaries
from constellation.firmware.model import NO_BINARY, Binary, Firmware

FETCH = (binaries.GET,)
"""What a function that gives them needs."""


def existing(found: Firmware) -> Binary:
    """The binary of a firmware image. Raises NotFound where it has none."""
    if found.binary is None:
        raise NotFound(NO_BINARY)
    return found.binary


def fetch(binary: Binary, first: int, last: int) -> bytes:
    """The bytes from the first to the last. Raises NotFound where they have been taken away just now."""
    try:
        return binaries.get(binary, first, last)
    except Missing:
        raise NotFound(NO_BINARY) from None


def signed_url(found: Firmware, binary: Binary) -> str:
    """Where to fetch what is more than a function can answer."""
    return binaries.sign(binary, found.file_name, SIGNED_SECONDS)
