"""The grammar of public links: ``{id}.{ext}?w=&h=&crop=`` to one rendition key (contract, "Sharing").

The CDN's edge function speaks the same grammar from the constants here; one table of vectors holds both to it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from constellation.common.errors import Invalid, NotFound, Violation
from constellation.common.ids import parse_id
from constellation.images.model import NO_SUCH_IMAGE, Image

MAX_SIDE = 4096
"""The largest width or height, in pixels, that a link can ask for."""

THUMBNAIL_SUFFIX = "_thumbnail"
THUMBNAIL_SIDE = 300
"""A thumbnail is a square of this many pixels, cut from the centre."""

THUMBNAIL_MARK = "thumbnail=true"
"""The query that the edge function leaves on a thumbnail's rendition key, for the access log alone."""

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
"""Extensions that share another's renditions."""

SIDES: tuple[tuple[str, str], ...] = (("w", "width"), ("h", "height"))
"""The two names of each side in a query."""

CROP = "crop"


BAD_SIZE = f"This value should be a whole number between 1 and {MAX_SIDE}."
BAD_CROP = "This value should be true or false."
GIVEN_TWICE = "This parameter should be given once."


_SIDE = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_KEY = re.compile(r"/([^/]+)/(?:full|([0-9]*)x([0-9]*)(c?))\.([a-z]+)", re.ASCII)


class Transform(NamedTuple):
    """What a link asks of the picture: sides in pixels, None where none was given.

    Without ``crop`` the picture fits inside the sides; with it, it covers them and is cut from the centre,
    and then both sides are set. Without sides it is the whole picture.
    """

    width: int | None
    height: int | None
    crop: bool

    @property
    def is_whole(self) -> bool:
        """Whether the picture keeps its size."""
        return self.width is None and self.height is None


WHOLE = Transform(None, None, False)
THUMBNAIL = Transform(THUMBNAIL_SIDE, THUMBNAIL_SIDE, True)


class Link(NamedTuple):
    """One rendition of one image; equal links have equal keys."""

    image_id: str
    transform: Transform
    extension: str

    @property
    def key(self) -> str:
        """The rendition's object key: ``{id}/{w}x{h}[c].{ext}``, a missing side empty, or ``{id}/full.{ext}``."""
        wanted = self.transform
        if wanted.is_whole:
            return f"{self.image_id}/full.{self.extension}"
        return f"{self.image_id}/{wanted.width or ''}x{wanted.height or ''}{'c' * wanted.crop}.{self.extension}"

    @property
    def media_type(self) -> str:
        """The media type of the rendition."""
        return EXTENSIONS[self.extension]


def parse_link(file: str, query: Mapping[str, Sequence[str]]) -> Link:
    """The link that the last path segment ``file`` (``{id}.{ext}`` or ``{id}_thumbnail.{ext}``) and a query spell.

    The query is ignored on a thumbnail, and so are parameters of other names. Raises NotFound for another
    spelling of the file, Invalid with one violation for each wrong parameter.
    """
    name, _, extension = file.partition(".")
    image_id = parse_id(name.removesuffix(THUMBNAIL_SUFFIX))
    if image_id is None or extension not in EXTENSIONS:
        raise NotFound(NO_SUCH_IMAGE)
    transform = THUMBNAIL if name.endswith(THUMBNAIL_SUFFIX) else _parse_query(query)
    return Link(image_id, transform, ALIASES.get(extension, extension))


def parse_key(path: str) -> Link:
    """The link whose key is ``path`` without its leading slash; NotFound for any other spelling of it."""
    matched = _KEY.fullmatch(path)
    if matched is None:
        raise NotFound(NO_SUCH_IMAGE)
    image_id, width, height, crop, extension = matched.groups()
    query = {"w": [width], "h": [height], CROP: ["true" if crop else "false"]}
    try:
        link = parse_link(f"{image_id}.{extension}", {name: value for name, value in query.items() if value[0]})
    except Invalid:
        raise NotFound(NO_SUCH_IMAGE) from None
    if f"/{link.key}" != path:
        raise NotFound(NO_SUCH_IMAGE)
    return link


def output_size(width: int, height: int, transform: Transform) -> tuple[int, int]:
    """The exact width and height, in pixels, that ``transform`` gives a picture of ``width`` by ``height``.

    Fit: both sides times min(w / width, h / height, 1), rounded half up, at least 1. Crop: the smaller of
    what was asked and what is there. Never larger than the picture.
    """
    wanted_width, wanted_height = transform.width or width, transform.height or height
    if transform.crop:
        return min(wanted_width, width), min(wanted_height, height)
    if wanted_width * height <= wanted_height * width:
        numerator, denominator = min(wanted_width, width), width
    else:
        numerator, denominator = min(wanted_height, height), height
    return _scaled(width, numerator, denominator), _scaled(height, numerator, denominator)


def _scaled(side: int, numerator: int, denominator: int) -> int:
    return max(1, (2 * side * numerator + denominator) // (2 * denominator))


def _parse_query(query: Mapping[str, Sequence[str]]) -> Transform:
    violations: list[Violation] = []
    width, height = (_parse_side(query, names, violations) for names in SIDES)
    crop = _parse_crop(query.get(CROP, ("false",)), violations)
    if violations:
        raise Invalid(*violations)
    if width is None and height is None:
        return WHOLE
    if crop:
        return Transform(width or height, height or width, True)
    return Transform(width, height, False)


def _parse_side(query: Mapping[str, Sequence[str]], names: Sequence[str], violations: list[Violation]) -> int | None:
    given = [(name, value) for name in names for value in query.get(name, ())]
    if not given:
        return None
    name, value = given[0]
    if len(given) > 1:
        violations.append(Violation(name, GIVEN_TWICE))
    elif _SIDE.fullmatch(value) is None or int(value) > MAX_SIDE:
        violations.append(Violation(name, BAD_SIZE))
    else:
        return int(value)
    return None


def _parse_crop(values: Sequence[str], violations: list[Violation]) -> bool:
    if len(values) > 1:
        violations.append(Violation(CROP, GIVEN_TWICE))
    elif values[0].lower() not in ("true", "false"):
        violations.append(Violation(CROP, BAD_CROP))
    return values[0].lower() == "true"


TAGS_METADATA = "cache-tag"
"""The metadata of an object that names its tags."""

TAGS_HEADER = f"x-amz-meta-{TAGS_METADATA}"
"""The header in which S3 answers that metadata, and a function its tags."""


def tags(image: Image) -> str:
    """The tags of all that is answered of an image, as the header has them."""
    return f"{image.id},{image.location.folder}" if image.location else image.id
