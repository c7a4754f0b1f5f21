"""Decode a PNG, tell whether it is whole and whether it holds anything else, and write one."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import struct
import zlib
from typing import Any

from PIL.Image import Image
from PIL.ImageFile import ImageFile

from constellation.imaging.codecs import files
from constellation.imaging.inspect import png_chunks
from constellation.imaging.inspect.png_chunks import Png
from constellation.imaging.inspect.sniff import PNG, Corrupt
from constellation.imaging.pillow_internals import mark_as_decoded, png_decoder

_STREAM_BEGINS = b"\x78\x01"
"""The header of a stream whose blocks are stored (RFC 1950, 2.2)."""


def decoded(parsed: Png) -> tuple[ImageFile, bool]:
    """Return a PNG, decoded, and whether its stream is made of its rows and nothing else.

    Raises Corrupt where its data ends before its rows do, or whatever Pillow raises.
    """
    image = files.opened(parsed.data, PNG)
    return (image, True) if _is_exact(image, parsed) else (_whole(parsed), False)


def saved(image: Image, profile: bytes | None, **options: Any) -> bytes:
    """Return a PNG with all pixels in one chunk, as a stream comes that is kept as it is."""
    parsed = png_chunks.parse(files.saved(image, "png", **options))
    return png_chunks.written(parsed, parsed.palette, parsed.clear, profile)


def _is_exact(image: ImageFile, parsed: Png) -> bool:
    """Decode a picture whose stream is exactly its rows; tell whether it is.

    The stream is unpacked once: what was counted and checked is handed to the decoder in stored blocks.
    """
    decoder, count = png_decoder(image), 0
    done, fault = decoder.decode(_STREAM_BEGINS)
    try:
        for piece in parsed.unpacked():
            count += len(piece)
            if count > parsed.rows or fault:
                return False
            if piece:
                size = len(piece)
                done, fault = decoder.decode(struct.pack("<BHH", 0, size, size ^ 0xFFFF) + piece)
    except (zlib.error, Corrupt):
        return False
    mark_as_decoded(image)
    return done < 0 and not fault and count == parsed.rows


def _whole(parsed: Png) -> ImageFile:
    """Return a PNG, decoded, whatever follows its rows.

    Pillow takes a stream for whole when the stream says so, and leaves missing rows black or clear. So where the last
    row looks like that, the bytes in the stream are counted.
    """
    image = files.opened(parsed.data, PNG)
    image.load()
    width, height = image.size
    last = image.crop((0, height - 1, width, height)).tobytes()
    if (parsed.is_interlaced or not last.strip(b"\0")) and not parsed.has_all_rows():
        raise Corrupt(PNG)
    return image
