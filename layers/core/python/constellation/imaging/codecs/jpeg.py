"""Decode a JPEG and tell whether it is whole: a matter of its pixels, not of how its file ends."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import hashlib
from typing import TYPE_CHECKING

from PIL.Image import Image

from constellation.imaging.codecs.files import opened_jpeg
from constellation.imaging.inspect.jpeg_segments import END_OF_IMAGE, FILLING, Jpeg
from constellation.imaging.inspect.sniff import JPEG, Corrupt
from constellation.imaging.pillow_internals import jpeg_decoder, mark_as_decoded

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile

_NOISE = bytes.fromhex("6db35c9a47e2718d")
"""Eight bytes that are likely to change a pixel, as are those with every bit turned: no zeros, no bytes of ones."""

_STRIP = 256
"""Rows of a picture that are digested together."""


def whole_jpeg(parsed: Jpeg) -> "JpegImageFile":
    """Return a JPEG, decoded. Raises Corrupt where its data ends before its rows do, or whatever Pillow raises.

    In a file that has an end and scans that leave nothing out, the last few blocks are not checked. In any other, not a
    bit may be missing: what follows the data must not change a pixel. A progressive file that has an end may leave
    finer scans out; without an end, they are what is missing.
    """
    if parsed.is_ended and parsed.is_fine:
        return _followed_by(FILLING, parsed)
    if not (parsed.can_wait and (parsed.is_ended or parsed.is_fine)):
        raise Corrupt(JPEG)
    one = _digest(_followed_by(_NOISE, parsed))
    image = _followed_by(bytes(byte ^ 0xFF for byte in _NOISE), parsed)
    if _digest(image) != one:
        raise Corrupt(JPEG)
    return image


def _followed_by(filling: bytes, parsed: Jpeg) -> "JpegImageFile":
    """Return the picture of the data when ``filling`` follows it instead of an end.

    The decoder reads ahead, so it needs some filling, and stops where it needs more. In a file of several scans it
    looks for a marker after the last scan and passes over every byte that is none. One byte alone is never enough for a
    scan that lacks data, but a first byte may complete what was read ahead: the second one tells. A decoder that waits
    for a restart marker passes over them too; it gets the marker, and then wants data.
    """
    image = opened_jpeg(parsed.content)
    if not parsed.can_wait:
        image.load()
        return image
    content = parsed.content
    if filling != FILLING:
        content = content[: -len(FILLING)].rstrip(b"\xff") + filling
    decoder = jpeg_decoder(image)
    done, fault = decoder.decode(content)
    if not parsed.in_one_scan:
        for more in (b"\0", b"\0", parsed.restart, b"\0", b"\0", END_OF_IMAGE):
            if done >= 0:
                content = content[done:] + more
                done, fault = decoder.decode(content)
            if 0 <= done < len(content):
                break
    if done >= 0 or fault:
        raise Corrupt(JPEG)
    mark_as_decoded(image)
    return image


def _digest(image: Image) -> bytes:
    width, height = image.size
    found = hashlib.blake2b()
    for top in range(0, height, _STRIP):
        found.update(image.crop((0, top, width, min(top + _STRIP, height))).tobytes())
    return found.digest()
