"""Decoding a JPEG at a part of its size, in a part of the time: of each block of 8 pixels it makes 1, 2, 3 or 4."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.JpegImagePlugin import JpegImageFile

_GAP = 1.1
"""How much larger than its target a picture is decoded: at exactly the target's size detail is lost."""

_PARTS = (1, 2, 3, 4)
"""The pixels that can become of eight."""


def draft(image: "JpegImageFile", target: tuple[int, int]) -> tuple[float, float]:
    """Have a JPEG decoded as small as is enough for ``target``, brightness and colour apart; its exact size then.

    A picture that is needed whole stays as it is.
    """
    width, height = image.size
    needed = max(target[0] / width, target[1] / height)
    if needed >= 1:
        return width, height
    part = next((part for part in _PARTS if part / 8 >= needed * _GAP and (part != 3 or _knows_three())), 8)
    if part == 3:
        _draft_three(image)
    else:
        image.draft("YCbCr", (width * part // 8, height * part // 8))
    return width * part / 8, height * part / 8


def _draft_three(image: "JpegImageFile") -> None:
    """What Pillow's own ``draft`` does, for the one part that the decoder knows and Pillow does not ask for.

    Told to divide by three the decoder takes the smallest part that is no smaller: three of eight.
    """
    image.draft("YCbCr", image.size)
    width, height = image.size
    size = -(-width * 3 // 8), -(-height * 3 // 8)
    image._size = size  # pyright: ignore[reportPrivateUsage]
    image.tile = [image.tile[0]._replace(extents=(0, 0, *size))]
    image.decoderconfig = (3, 0)


def _knows_three() -> bool:
    """Whether the decoder is libjpeg-turbo; an older library knows halves only, and would write past the picture."""
    from PIL import features

    return bool(features.check_feature("libjpeg_turbo"))
