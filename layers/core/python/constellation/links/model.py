"""Public links: ``{id}.{ext}`` or ``{id}_thumbnail.{ext}`` with options, to one rendition key (contract, "Sharing").

The CDN's edge function reads the same links; one table of test vectors compares the two.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from constellation.common.errors import Invalid, NotFound, Violation
from constellation.common.ids import parse_id
from constellation.images.model import CENTER, DELIVERY_HEADERS, NO_SUCH_IMAGE, Image
from constellation.imaging.grammar import (
    GIVEN_TWICE,
    OPTIONS,
    key_of,
    parse_focus,
    parse_options,
    parse_options_key,
)
from constellation.imaging.options import ALIASES, AUTO, EXTENSIONS, THUMBNAIL, WHOLE, Options, options_in
from constellation.links.accept import FORMATS, accepted
from constellation.variants.model import NAME, place_of

THUMBNAIL_SUFFIX = "_thumbnail"

MEDIA_TYPES = tuple(dict.fromkeys(EXTENSIONS.values()))
"""The formats in which a link can ask for a picture."""

THUMBNAIL_MARK = "thumbnail=true"
"""The query that the edge function leaves on the rendition key of a thumbnail, for the access log alone."""

TAGS_METADATA = "cache-tag"
"""The metadata of an object that names its cache tags."""

TAGS_HEADER = f"x-amz-meta-{TAGS_METADATA}"
"""The header in which S3 returns that metadata, and a function its cache tags."""


EMBEDDING: Mapping[str, str] = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Timing-Allow-Origin": "*",
}
"""The headers of every answer to a link: any page may show the picture, under COEP too, and see how long it took."""


AUTOMATIC = (AUTO, *(f"{AUTO}-{name}" for name in FORMATS))
"""The extensions of keys that leave the format to the function: the edge does not know whether a picture moves."""

UNSIGNED = "This link needs a valid signature"
"""What an unsigned link of an image gets whose links must be signed."""

VARIANT, DPR = "variant", "dpr"
"""The parameter that names a variant, and the only option that can stand beside it."""

BESIDE_VARIANT = "Beside a variant there can be no other option than dpr."

VARIANT_SECONDS = 300
CACHED_VARIANT = f"public, max-age={VARIANT_SECONDS}, s-maxage=31536000, stale-while-revalidate=3600"
"""What caches may do with what a variant gives: browsers ask again, the CDN is told to forget."""

KEPT_BY_CDN = "public, max-age=0, s-maxage=31536000"
"""What the CDN may do with what a signed link gives. For browsers, the edge writes how long their link is valid."""

_SIGNED = "signed/"
_VARIANT_MARK = "~"
_VARIANT_KEY = re.compile(f"~({NAME})(?:@([0-9_]+))?", re.ASCII)


class Overlay(NamedTuple):
    """A watermark as one result has it: the image, with what is known of its bytes, and how it is laid.

    ``margin`` is in pixels of the result. ``folder`` is where the image lies, empty outside of constellations.
    """

    image_id: str
    sha256: str
    media_type: str
    width: int
    height: int
    position: str
    opacity: float
    scale: float
    margin: int
    frames: int = 1
    reductions: str = ""
    folder: str = ""

    @property
    def mark(self) -> str:
        """Return a digest of all that shows in a result: the last three fields do not."""
        return hashlib.sha256(repr(tuple(self)[:-3]).encode()).hexdigest()[:16]


class Link(NamedTuple):
    """Name one rendition of one image; equal links have equal keys.

    One whose extension is ``AUTOMATIC`` names a rendition only when it is ``settled``. One with a ``variant`` has no
    options until it is known what the variant asks. ``dpr`` stands beside it, as a query spells it.

    ``signed``: the CDN's edge has verified the signature. What it gives has a key of its own, so that no unsigned link
    finds it in a cache or in the bucket.
    """

    image_id: str
    options: Options
    extension: str
    signed: bool = False
    variant: str = ""
    dpr: str = ""
    overlay: Overlay | None = None

    @property
    def key(self) -> str:
        """Return the rendition's object key: ``{id}/[signed/]{what is asked}.{ext}``."""
        return f"{self.image_id}/{_SIGNED * self.signed}{self._file}"

    @property
    def name(self) -> str:
        """Return what a signature covers, apart from the expiry: ``{id}/{what is asked}.{ext}``."""
        return f"{self.image_id}/{self._file}"

    @property
    def _file(self) -> str:
        """Return ``{what is asked}.{ext}``: by ``imaging.grammar``, or ``~{variant}[@{dpr}]``.

        A watermark, which only the function knows of, is a digest after the options.
        """
        if self.variant:
            dpr = f"@{self.dpr.replace('.', '_')}" if self.dpr else ""
            return f"{_VARIANT_MARK}{self.variant}{dpr}.{self.extension}"
        mark = ""
        if self.overlay:
            mark = _VARIANT_MARK + self.overlay.mark
        return f"{key_of(self.options)}{mark}.{self.extension}"

    @property
    def follows_focus(self) -> bool:
        """Tell whether it is cut around the image's own focus."""
        return self.options.fit == "cover" and self.options.focus is None

    @property
    def is_automatic(self) -> bool:
        """Tell whether the format is left to what the caller accepts."""
        return self.extension in AUTOMATIC

    @property
    def accepts(self) -> str:
        """Return the format that the caller of an automatic link accepts, the best one of ours, or an empty string."""
        return self.extension.removeprefix(AUTO).removeprefix("-")

    @property
    def cache_control(self) -> str:
        """Return what caches may do with what it gives.

        What a signed one gives is the CDN's for as long as others, because the edge verifies each request first.
        """
        if self.signed:
            return KEPT_BY_CDN
        return CACHED_VARIANT if self.variant else DELIVERY_HEADERS["Cache-Control"]

    @property
    def media_type(self) -> str:
        """Return the media type of the rendition."""
        return EXTENSIONS[self.extension]

    def settled(self, extension: str) -> "Link":
        """Return the link in a format."""
        return self._replace(options=options_in(self.options, extension), extension=extension)

    def around_focus(self, image: Image) -> "Link":
        """Return the link with the focus of its image, if it is cut around it and the image has one of its own."""
        if not self.follows_focus or image.focus == CENTER:
            return self
        return self._replace(options=self.options._replace(focus=parse_focus(image.focus)))


def parse_link(file: str, query: Mapping[str, Sequence[str]], accept: str = "") -> Link:
    """Return the link that ``file``, the last segment of a path, a query and the header ``Accept`` spell.

    A thumbnail's query is ignored. Raises NotFound for any other spelling of the file, Invalid with one violation for
    each wrong option.
    """
    name, _, extension = file.partition(".")
    image_id = parse_id(name.removesuffix(THUMBNAIL_SUFFIX))
    if image_id is None or extension not in (*EXTENSIONS, AUTO):
        raise NotFound(NO_SUCH_IMAGE)
    extension = ALIASES.get(extension, extension)
    format_ = accepted(accept) if extension == AUTO else extension
    is_thumbnail = name.endswith(THUMBNAIL_SUFFIX)
    if VARIANT in query and not is_thumbnail:
        variant, dpr = _parse_variant(query)
        return Link(image_id, WHOLE, format_, variant=variant, dpr=dpr)
    options = THUMBNAIL if is_thumbnail else parse_options(query)
    return Link(image_id, options_in(options, extension), format_)


def parse_key(path: str) -> Link:
    """Return the link whose key is ``path`` without its leading slash. Raises NotFound for any other spelling."""
    name, _, rest = path.removeprefix("/").partition("/")
    key, _, extension = rest.removeprefix(_SIGNED).partition(".")
    image_id, variant = parse_id(name), _VARIANT_KEY.fullmatch(key)
    options = WHOLE if variant else parse_options_key(key)
    if image_id and options is not None and extension in (*EXTENSIONS, *AUTOMATIC):
        format_ = AUTO if extension in AUTOMATIC else ALIASES.get(extension, extension)
        link = Link(image_id, options_in(options, format_), extension, rest.startswith(_SIGNED))
        if variant:
            link = link._replace(variant=variant[1], dpr=(variant[2] or "").replace("_", "."))
        if f"/{link.key}" == path and format_ in (AUTO, extension):
            return link
    raise NotFound(NO_SUCH_IMAGE)


def _parse_variant(query: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Return the name of a variant and the dpr beside it, empty without one.

    Raises Invalid for any other option beside it, NotFound for a name that no variant can have.
    """
    beside = query.get(DPR, ())
    violations = [Violation(VARIANT, GIVEN_TWICE)] if len(query[VARIANT]) > 1 else []
    try:
        parse_options({DPR: beside})
    except Invalid as wrong:
        violations += wrong.violations
    if any(name in query for option in OPTIONS for name in option.names if name != DPR):
        violations.append(Violation(VARIANT, BESIDE_VARIANT))
    if violations:
        raise Invalid(*violations)
    if not re.fullmatch(NAME, query[VARIANT][0], re.ASCII):
        raise NotFound(NO_SUCH_IMAGE)
    return query[VARIANT][0], beside[0] if beside else ""


def tags(image: Image, link: Link, settled: Link) -> str:
    """Return the cache tags of what a link gives, as the header holds them: what the CDN forgets it by.

    ``settled`` is the link as it was rendered. The tags are the image and its folder, its focus if that is followed,
    the variant, and the image of its watermark with its folder: with a folder, the CDN is told to forget it alone.
    """
    folder = image.location.folder if image.location else ""
    named = [
        *(image.id, folder),
        *([image.focus_tag] if link.follows_focus or link.variant else []),
        *([f"{place_of(image)}.{link.variant}"] if link.variant else []),
        *((settled.overlay.image_id, settled.overlay.folder) if settled.overlay else ()),
    ]
    return ",".join(dict.fromkeys(filter(None, named)))
