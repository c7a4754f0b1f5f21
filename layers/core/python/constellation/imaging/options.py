"""Say what can be asked of a picture, whatever it is spelled like, and what size the result has.

How links spell it is in ``imaging.grammar``. Plain Python: whoever reads links need not load what reads pictures.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

MAX_SIDE = 4096
"""The largest width or height, in pixels, that a link can ask for."""

EXTENSIONS: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "avif": "image/avif",
}
"""The extensions of links and their media types."""

ALIASES: Mapping[str, str] = {"jpeg": "jpg"}
"""Extensions that share the renditions of another extension."""

AUTO = "auto"
"""The extension of a link that leaves the format to what its caller accepts."""

Fit = Literal["inside", "cover", "pad"]

Focus = tuple[int, int] | Literal["auto"]
"""What a picture keeps when it is cut: a point in thousandths of its width and height, or its most detailed part."""

WITH_QUALITY = ("jpg", "webp", "avif")
"""The formats in which a quality has a meaning."""

OPAQUE = "jpg"
"""The format without transparency, whose background is white."""

WHITE = "ffffff"

CENTRE: Focus = (500, 500)


Region = tuple[int, int, int, int]
"""A part of a picture: its left and upper border, width and height, in pixels of the upright original."""


class Options(NamedTuple):
    """What is asked of a picture. Options of equal meaning are equal.

    ``width`` and ``height`` are in pixels of the result, None where none was given; without them the picture keeps its
    size, and ``fit`` is ``inside``. A picture is never enlarged. With ``inside`` it fits inside the sides. With
    ``cover`` it covers them and is cut around ``focus``, that of the image where it is None. With ``pad`` it fits
    inside them and is laid on a canvas of exactly that size. In the last two cases both sides are set.

    ``background`` is ``rrggbb`` or ``rrggbbaa``, empty for none. ``quality`` is that of the encoder, None for ours.
    ``mirrored`` exchanges left and right; then ``turn`` turns by so many degrees, clockwise. ``blur`` is the standard
    deviation of a Gaussian, in pixels of the result, 0 for none. ``bitonal`` makes each pixel black or white.

    A ``region`` is what the IIIF Image API asks for: this part alone, in exactly ``width`` by ``height`` pixels before
    it is turned, whatever its shape. Both sides are set, and none is larger than the region's. Of an animation it gives
    the first picture.
    """

    width: int | None = None
    height: int | None = None
    fit: Fit = "inside"
    focus: Focus | None = None
    background: str = ""
    quality: int | None = None
    mirrored: bool = False
    turn: int = 0
    blur: int = 0
    grey: bool = False
    bitonal: bool = False
    region: Region | None = None

    @property
    def swaps_sides(self) -> bool:
        """Tell whether the width of the result comes from the height of the picture."""
        return self.turn in (90, 270)


WHOLE = Options()
"""The picture as it is."""

THUMBNAIL = Options(300, 300, "cover")
"""What a link to a thumbnail asks for: a square of 300 pixels, cut around the image's focus."""


def options_in(options: Options, extension: str) -> Options:
    """Return what the options mean in a format, or with all formats possible in ``auto``; equal ones are equal.

    A quality is for some formats only. ``jpg`` takes a background as opaque, and has a white one without it. Elsewhere
    a clear background is none.
    """
    background = options.background
    if extension == OPAQUE:
        background = "" if background[:6] == WHITE else background[:6]
    elif extension != AUTO and background[6:] == "00":
        background = ""
    has_quality = extension in (*WITH_QUALITY, AUTO)
    return options._replace(background=background, quality=options.quality if has_quality else None)


def output_size(width: int, height: int, options: Options) -> tuple[int, int]:
    """Return the exact width and height, in pixels, that the options give a picture of ``width`` by ``height``."""
    if options.fit == "pad" and options.width and options.height:
        return options.width, options.height
    return shown_size(width, height, options)


def shown_size(width: int, height: int, options: Options) -> tuple[int, int]:
    """Return the exact width and height of the picture in the result, the canvas around it left out.

    Cover: the smaller of what is asked for and what is there. Else both sides times min(w / width, h / height, 1),
    rounded half up, at least 1.
    """
    if options.region and options.width and options.height:
        size = options.width, options.height
        return (size[1], size[0]) if options.swaps_sides else size
    if options.swaps_sides:
        width, height = height, width
    wanted_width, wanted_height = options.width or width, options.height or height
    if options.fit == "cover":
        return min(wanted_width, width), min(wanted_height, height)
    if wanted_width * height <= wanted_height * width:
        numerator, denominator = min(wanted_width, width), width
    else:
        numerator, denominator = min(wanted_height, height), height
    return _scaled(width, numerator, denominator), _scaled(height, numerator, denominator)


def _scaled(side: int, numerator: int, denominator: int) -> int:
    return max(1, (2 * side * numerator + denominator) // (2 * denominator))
