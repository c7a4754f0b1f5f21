"""Read from an EXIF block how a picture is to be turned."""

import struct

UPRIGHT = 1

_NAME = b"Exif\0\0"
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_ORIENTATION, _SHORT = 0x0112, 3
_ORIENTATIONS = range(1, 9)


def orientation(exif: bytes | None) -> int:
    """Return the orientation, 1 to 8 (CIPA DC-008, 4.6.5); UPRIGHT where a block says none or cannot be read.

    Only the directory of the picture itself is read (TIFF 6.0, section 2): a whole parser would work without end on
    what the other tags of a forged block say.
    """
    block = (exif or b"").removeprefix(_NAME)
    order = _ORDERS.get(block[:4])
    if not order:
        return UPRIGHT
    try:
        (at,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", block, entry)
            if tag == _ORIENTATION:
                return value if kind == _SHORT and value in _ORIENTATIONS else UPRIGHT
    except struct.error:
        pass
    return UPRIGHT


def swaps_sides(orientation: int) -> bool:
    """Tell whether width and height change places when a picture is turned upright."""
    return orientation >= 5
