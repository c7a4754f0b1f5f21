"""Public links: ``{id}.{ext}`` or ``{id}_thumbnail.{ext}`` with options, to one rendition key (contract, "Sharing").

The CDN's edge function reads the same links; one table of test vectors compares the two.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from constellation.common.errors import NotFound
from constellation.common.ids import parse_id
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.imaging.grammar import key_of, parse_options, parse_options_key
from constellation.imaging.options import ALIASES, AUTO, EXTENSIONS, THUMBNAIL, Options, options_in
from constellation.links.accept import FORMATS, accepted

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


class Link(NamedTuple):
    """Name one rendition of one image; equal links have equal keys.

    One whose extension is ``AUTOMATIC`` names a rendition only when it is ``settled``.
    """

    image_id: str
    options: Options
    extension: str

    @property
    def key(self) -> str:
        """Return the rendition's object key: ``{id}/{what is asked}.{ext}``, as ``imaging.grammar`` spells it."""
        return f"{self.image_id}/{key_of(self.options)}.{self.extension}"

    @property
    def is_automatic(self) -> bool:
        """Tell whether the format is left to what the caller accepts."""
        return self.extension in AUTOMATIC

    @property
    def accepts(self) -> str:
        """Return the format that the caller of an automatic link accepts, the best one of ours, or an empty string."""
        return self.extension.removeprefix(AUTO).removeprefix("-")

    @property
    def media_type(self) -> str:
        """Return the media type of the rendition."""
        return EXTENSIONS[self.extension]

    def settled(self, extension: str) -> "Link":
        """Return the link in a format."""
        return Link(self.image_id, options_in(self.options, extension), extension)


def parse_link(file: str, query: Mapping[str, Sequence[str]], accept: str = "") -> Link:
    """Return the link that ``file``, the last segment of a path, a query and the header ``Accept`` spell.

    A thumbnail's query is ignored. Raises NotFound for any other spelling of the file, Invalid with one violation for
    each wrong option.
    """
    name, _, extension = file.partition(".")
    image_id = parse_id(name.removesuffix(THUMBNAIL_SUFFIX))
    if image_id is None or extension not in (*EXTENSIONS, AUTO):
        raise NotFound(NO_SUCH_IMAGE)
    options = THUMBNAIL if name.endswith(THUMBNAIL_SUFFIX) else parse_options(query)
    extension = ALIASES.get(extension, extension)
    return Link(image_id, options_in(options, extension), accepted(accept) if extension == AUTO else extension)


def parse_key(path: str) -> Link:
    """Return the link whose key is ``path`` without its leading slash. Raises NotFound for any other spelling."""
    start, _, file = path.rpartition("/")
    key, _, extension = file.partition(".")
    image_id, options = parse_id(start.removeprefix("/")), parse_options_key(key)
    if image_id and options is not None and extension in (*EXTENSIONS, *AUTOMATIC):
        format_ = AUTO if extension in AUTOMATIC else ALIASES.get(extension, extension)
        link = Link(image_id, options_in(options, format_), extension)
        if f"/{link.key}" == path and format_ in (AUTO, extension):
            return link
    raise NotFound(NO_SUCH_IMAGE)


def tags(image: Image) -> str:
    """Return the cache tags of every response about an image, as the header holds them."""
    return f"{image.id},{image.location.folder}" if image.location else image.id
