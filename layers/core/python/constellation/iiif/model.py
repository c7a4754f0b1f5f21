"""Requests of the IIIF Image API 3.0: what can be asked, and what it means for one image (second contract, 4).

``iiif.syntax`` reads a request without knowing the image. ``settled`` fits it to the size of the image. The result has
one spelling, the canonical one, and so one rendition.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from constellation.common.errors import BadRequest
from constellation.images.model import Image
from constellation.imaging.options import MAX_SIDE, WHOLE, Options, Region
from constellation.links.model import Link, tags

BASE = "/iiif/3"
"""The beginning of every path."""

CONTEXT = "http://iiif.io/api/image/3/context.json"
PROFILE = "http://iiif.io/api/image/3/level2.json"

MAX_AREA = MAX_SIDE * MAX_SIDE
"""The most pixels of a result. Its sides are ``MAX_SIDE`` at most, so it holds by itself."""

FORMATS = ("jpg", "png", "webp", "gif", "avif")
QUALITIES = ("default", "color", "gray", "bitonal")

EXTRA_FORMATS = tuple(name for name in FORMATS if name not in ("jpg", "png"))
EXTRA_QUALITIES = tuple(name for name in QUALITIES if name != "default")
EXTRA_FEATURES = ("canonicalLinkHeader", "mirroring", "profileLinkHeader")
"""What there is besides what level 2 requires."""

MEDIA_TYPES: Mapping[bool, str] = {
    False: f'application/ld+json;profile="{CONTEXT}"',
    True: "application/json",
}
"""The media types of the information on an image, by whether its caller prefers plain JSON."""

TILE = 512
"""Pixels of a side of the tiles that viewers are told to ask for."""

Ratio = tuple[int, int]
"""A numerator and a denominator."""

Size = tuple[int, int]

_OUTSIDE = "The region lies outside of the image"
_TOO_SMALL = "Each side of the region and of the size should be at least one pixel"
_TOO_LARGE = f"Without upscaling, a size is at most that of its region, and at most {MAX_SIDE} pixels wide and high"


class AskedRegion(NamedTuple):
    """A region as it is asked: ``kind`` is ``full``, ``square``, ``px`` or ``pct``; the last two have four numbers."""

    kind: str
    numbers: Sequence[Ratio] = ()


class AskedSize(NamedTuple):
    """A size as it is asked.

    ``kind`` is ``max``, ``pct`` with one number, ``wh`` with a width, a height or both, or ``inside`` with both.
    """

    kind: str
    percent: Ratio = (100, 1)
    width: int | None = None
    height: int | None = None


class Asked(NamedTuple):
    """A request whose syntax is right. ``degrees`` are clockwise, after mirroring."""

    region: AskedRegion
    size: AskedSize
    mirrored: bool
    degrees: int
    quality: str
    format: str


class Settled(NamedTuple):
    """A request for an image of a known size: the region in its pixels, and the size of the result before it is turned.

    ``is_full`` and ``is_max`` tell that these are all there is. Equal requests are equal.
    """

    region: Region
    size: Size
    is_full: bool
    is_max: bool
    mirrored: bool
    degrees: int
    quality: str
    format: str

    @property
    def canonical(self) -> str:
        """Return the canonical spelling (Image API 3.0, 4.7): what follows the image's id in the path."""
        region = "full" if self.is_full else ",".join(map(str, self.region))
        size = "max" if self.is_max else "{},{}".format(*self.size)
        return f"{region}/{size}/{'!' * self.mirrored}{self.degrees}/{self.quality}.{self.format}"

    def link(self, image_id: str, frames: int) -> Link:
        """Return the link that gives the same picture. An animation gives its first one.

        The whole picture in its own size, of an image with one frame, is what an ordinary link gives.
        """
        bitonal = self.quality == "bitonal"
        options = Options(
            mirrored=self.mirrored, turn=self.degrees, grey=bitonal or self.quality == "gray", bitonal=bitonal
        )
        if frames > 1 or not self.is_full or self.size != self.region[2:]:
            options = options._replace(region=self.region, width=self.size[0], height=self.size[1])
        return Link(image_id, options, self.format)


def cache_tags(image: Image) -> str:
    """Return the tags by which the CDN forgets the information on an image: those of its plain link."""
    link = Link(image.id, WHOLE, image.extension)
    return tags(image, link, link)


def settled(asked: Asked, width: int, height: int) -> Settled:
    """Return what a request means for an image of that size. Raises BadRequest for what the image cannot give."""
    region = _region(asked.region, width, height)
    size, largest = _size(asked.size, *region[2:]), _largest(*region[2:])
    if size != largest:
        _check(size, region[2:])
    if min(size) < 1:
        raise BadRequest(_TOO_SMALL)
    return Settled(
        region=region,
        size=size,
        is_full=region == (0, 0, width, height),
        is_max=size == largest,
        mirrored=asked.mirrored,
        degrees=asked.degrees,
        quality="default" if asked.quality == "color" else asked.quality,
        format=asked.format,
    )


def scale_factors(width: int, height: int) -> Sequence[int]:
    """Return by how much an image is made smaller for its tiles: by powers of two, until it is one tile."""
    factors = [1]
    while max(width, height) > TILE * factors[-1]:
        factors.append(factors[-1] * 2)
    return factors


def sizes(width: int, height: int) -> Sequence[Size]:
    """Return the sizes of the whole image by its scale factors, those that can be asked for, the smallest first."""
    every = [(half_up(width, factor), half_up(height, factor)) for factor in scale_factors(width, height)]
    return [size for size in reversed(every) if min(size) >= 1 and max(size) <= MAX_SIDE]


def half_up(numerator: int, denominator: int) -> int:
    """Return a ratio that is not negative, rounded to the nearest whole number, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def _region(asked: AskedRegion, width: int, height: int) -> Region:
    """Return the part of an image that is asked for, without what lies outside."""
    match asked.kind:
        case "full":
            return 0, 0, width, height
        case "square":
            side = min(width, height)
            return (width - side) // 2, (height - side) // 2, side, side
        case _:
            hundred = 100 if asked.kind == "pct" else 1
            wholes = (width, height) * 2 if asked.kind == "pct" else (1,) * 4
            left, top, across, down = (
                half_up(number * whole, scale * hundred)
                for (number, scale), whole in zip(asked.numbers, wholes, strict=True)
            )
    if not (across and down):
        raise BadRequest(_TOO_SMALL)
    if left >= width or top >= height:
        raise BadRequest(_OUTSIDE)
    return left, top, min(across, width - left), min(down, height - top)


def _size(asked: AskedSize, width: int, height: int) -> Size:
    """Return the size that is asked for a region of that size, rounded half up. It can still be too large."""
    match asked:
        case AskedSize("max"):
            return _largest(width, height)
        case AskedSize("inside", _, int(wide), int(high)):
            return _inside(width, height, min(wide, MAX_SIDE), min(high, MAX_SIDE))
        case AskedSize("pct", (number, scale)):
            if number > 100 * scale:
                raise BadRequest(_TOO_LARGE)
            return half_up(width * number, 100 * scale), half_up(height * number, 100 * scale)
        case AskedSize(_, _, int(wide), None):
            return wide, half_up(height * wide, width)
        case AskedSize(_, _, None, int(high)):
            return half_up(width * high, height), high
        case _:
            return asked.width or 0, asked.height or 0


def _largest(width: int, height: int) -> Size:
    return _inside(width, height, MAX_SIDE, MAX_SIDE)


def _inside(width: int, height: int, wide: int, high: int) -> Size:
    """Return the largest size of the same shape inside of a box, not larger than it is."""
    if width <= wide and height <= high:
        return width, height
    if wide * height <= high * width:
        return wide, half_up(height * wide, width)
    return half_up(width * high, height), high


def _check(size: Size, region: Size) -> None:
    if any(side > min(most, MAX_SIDE) for side, most in zip(size, region, strict=True)):
        raise BadRequest(_TOO_LARGE)
