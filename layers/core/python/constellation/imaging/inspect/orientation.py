"""Turning a picture the way its EXIF block says, and leaving everything but its pixels behind."""

import struct

from PIL import Image

_NAME = b"Exif\0\0"
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ORIENTATION, _SHORT = 0x0112, 3
_TURNS: dict[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to turn a picture of each EXIF orientation upright (CIPA DC-008, 4.6.5); 1 is upright."""


def turn(exif: bytes | None) -> Image.Transpose | None:
    """What an EXIF block asks for; None for nothing, and for a block that cannot be read.

    Only the directory of the picture itself is looked at (TIFF 6.0, section 2): a whole parser does work without end
    for what the other tags of a forged block say.
    """
    block = (exif or b"").removeprefix(_NAME)
    order = _ORDERS.get(block[:4])
    if not order:
        return None
    try:
        (at,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", block, entry)
            if tag == _ORIENTATION:
                return _TURNS.get(value) if kind == _SHORT else None
    except struct.error:
        return None
    return None


def upright(image: Image.Image, asked: Image.Transpose | None) -> Image.Image:
    """The pixels, turned, in a buffer of their own: no metadata goes along, only a palette."""
    fresh = image.copy() if asked is None else image.transpose(asked)
    fresh.info = {}
    return fresh


def swaps_sides(asked: Image.Transpose | None) -> bool:
    """Whether width and height change places."""
    return asked is not None and asked not in (
        Image.Transpose.FLIP_LEFT_RIGHT,
        Image.Transpose.FLIP_TOP_BOTTOM,
        Image.Transpose.ROTATE_180,
    )
