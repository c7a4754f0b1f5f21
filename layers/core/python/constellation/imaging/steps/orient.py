"""Turning a picture the way its EXIF block says, and leaving everything but its pixels behind."""

from PIL import Image

_ORIENTATION = 0x0112
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
    """What an EXIF block asks for; None for nothing, and for a block that cannot be read."""
    try:
        block = Image.Exif()
        block.load(exif or b"")
        return _TURNS.get(block.get(_ORIENTATION, 1))
    except Exception:  # a broken block must not cost the picture, and every parser in it raises in its own way
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
