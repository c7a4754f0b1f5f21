"""Renditions of images in their bucket. Any of them can be made again at any time."""

from collections.abc import Iterator
from dataclasses import dataclass

from constellation.aws.bucket import Bucket, Listed
from constellation.aws.resources import RENDITIONS, Grant
from constellation.links.model import TAGS_METADATA

GET = Grant(RENDITIONS, ("s3:GetObject",))
PUT = Grant(RENDITIONS, ("s3:PutObject",))
DELETE = Grant(RENDITIONS, ("s3:DeleteObject",))
LIST = Grant(RENDITIONS, ("s3:ListBucket",))

_BUCKET = Bucket(RENDITIONS)


@dataclass(frozen=True)
class StoredRendition:
    """A stored rendition: its strong ETag, quoted, its size, and its bytes, or None if they exceed the limit."""

    etag: str
    size: int
    data: bytes | None


def put(key: str, data: bytes, media_type: str, cache_control: str, tags: str) -> None:
    """Store a rendition under the key of its link, as the CDN serves it. The CDN purges it by its ``tags``."""
    _BUCKET.put(key, data, media_type, cache_control=cache_control, metadata={TAGS_METADATA: tags})


def get(key: str, limit: int) -> StoredRendition:
    """Return a stored rendition. Its bytes are not read if there are more than ``limit``. Raises Missing."""
    download = _BUCKET.open(key)
    if download.size > limit:
        download.close()
        return StoredRendition(download.etag, download.size, None)
    return StoredRendition(download.etag, download.size, download.data())


def delete(key: str) -> None:
    """Delete a rendition. A missing one counts as deleted."""
    _BUCKET.delete(key)


def delete_all(image_id: str) -> None:
    """Delete every rendition of an image."""
    _BUCKET.delete_all(f"{image_id}/")


def listed(after: str) -> Iterator[Listed]:
    """Yield the renditions whose keys come after ``after``."""
    return _BUCKET.list(after)


def image_of(key: str) -> str:
    """Return the id of the image that a rendition belongs to."""
    return key.partition("/")[0]


def sign(key: str, seconds: int) -> str:
    """Return a URL that gives a rendition to whoever holds it, for ``seconds``."""
    return _BUCKET.sign(key, seconds)
