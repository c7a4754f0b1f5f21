"""From bytes to pixels: the one Pillow plugin that the type needs, and no other (no plugin registry, no guessing).

Whether a picture is whole is a matter of its pixels, not of how its file ends: every row has to be decoded.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# Pillow's annotations name types of numpy, which is not here.

import hashlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PIL import Image, ImageFile

from constellation.imaging.inspect.faults import Corrupt
from constellation.imaging.inspect.jpeg_segments import END_OF_IMAGE, FILLING, Jpeg
from constellation.imaging.inspect.png_chunks import Png
from constellation.imaging.inspect.sniff import JPEG, PNG

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile

_NOISE = bytes.fromhex("6db35c9a47e2718d")
"""Eight bytes that are likely to change a pixel, and so are those with every bit turned: no zeros, no bytes of ones."""

_STRIP = 256
"""Rows of a picture that are looked at together."""


def opened(data: bytes, media_type: str) -> ImageFile.ImageFile:
    """A JPEG, PNG or WebP with its header read and no pixel decoded. Raises whatever Pillow raises."""
    if media_type == JPEG:
        return jpeg(data)
    if media_type == PNG:
        from PIL.PngImagePlugin import PngImageFile

        return PngImageFile(io.BytesIO(data))
    from PIL.WebPImagePlugin import WebPImageFile

    return WebPImageFile(io.BytesIO(data))


def jpeg(data: bytes) -> "JpegImageFile":
    """A JPEG with its header read; of a file of several pictures (CIPA DC-007) the first."""
    from PIL.JpegImagePlugin import JpegImageFile

    image = JpegImageFile(io.BytesIO(data))
    image.decodermaxblock = len(data)  # in one piece: each further one is joined to what is left of the last
    return image


def whole_jpeg(parsed: Jpeg) -> "JpegImageFile":
    """A JPEG, decoded. Raises Corrupt where its data ends before its rows do, or whatever Pillow raises.

    Where the file has an end, and scans that leave nothing out, the last few blocks are not looked at. In any other not
    a bit may be missing: what is behind the data must not change a pixel. A progressive one that has an end may leave
    finer scans out; without an end they are what is missing.
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
    """The picture of data that ``filling`` follows instead of an end.

    The decoder reads ahead, so it needs some of it, and stops where it needs more. In a file of several scans it looks
    for a marker after the last, and passes over every byte that is none. One byte alone is never enough for a scan that
    lacks data; but a first one may complete what was read ahead, so it is the second that tells. One that waits for a
    restart passes over them too, and gets it: then it wants data.
    """
    image = jpeg(parsed.content)
    if not parsed.can_wait:
        image.load()
        return image
    content = parsed.content
    if filling != FILLING:
        content = content[: -len(FILLING)].rstrip(b"\xff") + filling
    image.load_prepare()
    decoder = Image._getdecoder(image.mode, "jpeg", image.tile[0].args)  # pyright: ignore[reportPrivateUsage]
    decoder.setimage(image.im, (0, 0, *image.size))
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
    image.tile = []
    return image


def whole_png(parsed: Png) -> ImageFile.ImageFile:
    """A PNG, decoded. Raises Corrupt where its data ends before its rows do, or whatever Pillow raises.

    Pillow takes a stream for whole that says of itself that it is, and leaves the rows that are missing black or clear:
    where the last row looks like that, what is in the stream is counted.
    """
    image = opened(parsed.data, PNG)
    image.load()
    width, height = image.size
    last = image.crop((0, height - 1, width, height)).tobytes()
    if (parsed.is_interlaced or not last.strip(b"\0")) and not parsed.has_all_rows():
        raise Corrupt(PNG)
    return image


def pictures(image: ImageFile.ImageFile, count: int) -> Iterator[Image.Image]:
    """The first ``count`` pictures of a file, decoded in full: one object, so use each before the next."""
    for index in range(count):
        image.seek(index)
        image.load()
        yield image


def _digest(image: Image.Image) -> bytes:
    width, height = image.size
    found = hashlib.blake2b()
    for top in range(0, height, _STRIP):
        found.update(image.crop((0, top, width, min(top + _STRIP, height))).tobytes())
    return found.digest()
