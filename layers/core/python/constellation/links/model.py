"""Public links: ``{id}.{ext}`` or ``{id}_thumbnail.{ext}`` with options, to one rendition key (contract, "Sharing").

The CDN's edge function reads the same links; one table of test vectors compares the two.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from constellation.common.errors import NotFound
from constellation.common.ids import parse_id
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.imaging.options import ALIASES, EXTENSIONS, THUMBNAIL, Options, parse_options, parse_options_key

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


class Link(NamedTuple):
    """Name one rendition of one image; equal links have equal keys."""

    image_id: str
    options: Options
    extension: str

    @property
    def key(self) -> str:
        """Return the rendition's object key: ``{id}/{w}x{h}[c].{ext}`` or ``{id}/full.{ext}``."""
        return f"{self.image_id}/{self.options.key}.{self.extension}"

    @property
    def media_type(self) -> str:
        """Return the media type of the rendition."""
        return EXTENSIONS[self.extension]


def parse_link(file: str, query: Mapping[str, Sequence[str]]) -> Link:
    """Return the link that ``file``, the last segment of a path, and a query spell.

    A thumbnail's query is ignored. Raises NotFound for any other spelling of the file, Invalid with one violation for
    each wrong option.
    """
    name, _, extension = file.partition(".")
    image_id = parse_id(name.removesuffix(THUMBNAIL_SUFFIX))
    if image_id is None or extension not in EXTENSIONS:
        raise NotFound(NO_SUCH_IMAGE)
    options = THUMBNAIL if name.endswith(THUMBNAIL_SUFFIX) else parse_options(query)
    return Link(image_id, options, ALIASES.get(extension, extension))


def parse_key(path: str) -> Link:
    """Return the link whose key is ``path`` without its leading slash. Raises NotFound for any other spelling."""
    start, _, file = path.rpartition("/")
    key, _, extension = file.partition(".")
    image_id, options = parse_id(start.removeprefix("/")), parse_options_key(key)
    if image_id and options is not None and extension in EXTENSIONS:
        link = Link(image_id, options, ALIASES.get(extension, extension))
        if f"/{link.key}" == path:
            return link
    raise NotFound(NO_SUCH_IMAGE)


def tags(image: Image) -> str:
    """Return the cache tags of every response about an image, as the header holds them."""
    return f"{image.id},{image.location.folder}" if image.location else image.id
