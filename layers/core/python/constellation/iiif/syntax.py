"""Read the path of a request of the IIIF Image API 3.0, without knowing the image."""

import re
from urllib.parse import unquote

from constellation.common.errors import BadRequest, NotFound
from constellation.common.ids import parse_id
from constellation.iiif.model import BASE, FORMATS, QUALITIES, Asked, AskedRegion, AskedSize, Ratio
from constellation.images.model import NO_SUCH_IMAGE

_LONGEST = 200
"""Characters of a part of a path. What has more is no number that anybody means."""

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_FOUR = ",".join(["({0})"] * 4)
_REGION = re.compile(f"{_FOUR.format('[0-9]+')}|pct:{_FOUR.format(_NUMBER)}", re.ASCII)
_SIZE = re.compile(rf"pct:({_NUMBER})|(!?)([0-9]*),([0-9]*)", re.ASCII)
_ROTATION = re.compile(r"(!?)(0|90|180|270)", re.ASCII)

_REFUSALS = {
    "region": "The region should be full, square, x,y,w,h or pct:x,y,w,h",
    "size": "The size should be max, w,h with one or both of them, pct:n or !w,h; upscaling (^) is not offered",
    "rotation": "The rotation should be 0, 90, 180 or 270, or one of these after !",
    "quality": f"The quality should be one of {', '.join(QUALITIES)}",
    "format": f"The format should be one of {', '.join(FORMATS)}",
}


def parse_path(path: str) -> tuple[str, Asked]:
    """Return the id of an image and what a path asks of it. Parts of the path can be percent-encoded.

    Raises BadRequest for a wrong syntax, before NotFound for what can be no image.
    """
    name, *parts = map(unquote, path.removeprefix(f"{BASE}/").split("/"))
    if len(parts) != 4 or not path.startswith(f"{BASE}/"):
        raise NotFound(NO_SUCH_IMAGE)
    asked = parse(*parts)
    image_id = parse_id(name)
    if image_id is None:
        raise NotFound(NO_SUCH_IMAGE)
    return image_id, asked


def parse(region: str, size: str, rotation: str, file: str) -> Asked:
    """Return what the four parts of a request ask. Raises BadRequest."""
    if max(map(len, (region, size, rotation, file))) > _LONGEST:
        raise BadRequest("This is too long")
    asked_region, asked_size = _region(region), _size(size)
    turned = _ROTATION.fullmatch(rotation)
    if turned is None:
        raise BadRequest(_REFUSALS["rotation"])
    quality, _, format_ = file.partition(".")
    if quality not in QUALITIES:
        raise BadRequest(_REFUSALS["quality"])
    if format_ not in FORMATS:
        raise BadRequest(_REFUSALS["format"])
    return Asked(asked_region, asked_size, bool(turned[1]), int(turned[2]), quality, format_)


def _region(text: str) -> AskedRegion:
    if text in ("full", "square"):
        return AskedRegion(text)
    found = _REGION.fullmatch(text)
    if found is None:
        raise BadRequest(_REFUSALS["region"])
    kind = "px" if found[1] else "pct"
    return AskedRegion(kind, [_ratio(number) for number in found.groups() if number is not None])


def _size(text: str) -> AskedSize:
    if text == "max":
        return AskedSize(text)
    found = _SIZE.fullmatch(text)
    if found and found[1]:
        return AskedSize("pct", _ratio(found[1]))
    if found is None or not (found[3] or found[4]) or (found[2] and not (found[3] and found[4])):
        raise BadRequest(_REFUSALS["size"])
    width, height = (int(side) if side else None for side in (found[3], found[4]))
    if 0 in (width, height):
        raise BadRequest(_REFUSALS["size"])
    return AskedSize("inside" if found[2] else "wh", width=width, height=height)


def _ratio(number: str) -> Ratio:
    """Return a decimal number as a numerator and a power of ten."""
    whole, _, part = number.partition(".")
    return int(whole + part), 10 ** len(part)
