"""The reductions of images, beside the originals in their bucket: one object an image, which no link leads to."""

from collections.abc import Iterator

from constellation.aws.bucket import Bucket, Listed
from constellation.aws.resources import ORIGINALS, Grant

_REDUCTIONS = "reductions/"
_BYTES = "application/octet-stream"

PUT = Grant(ORIGINALS, ("s3:PutObject",), f"{_REDUCTIONS}*")
GET = Grant(ORIGINALS, ("s3:GetObject",), f"{_REDUCTIONS}*")
DELETE = Grant(ORIGINALS, ("s3:DeleteObject",), f"{_REDUCTIONS}*")
LIST = Grant(ORIGINALS, ("s3:ListBucket",))

_BUCKET = Bucket(ORIGINALS)


def put(image_id: str, data: bytes) -> None:
    """Store the reductions of an image."""
    _BUCKET.put(_key(image_id), data, _BYTES)


def get(image_id: str, part: range) -> bytes:
    """Return a part of the reductions of an image, shorter where they end before it does. Raise Missing."""
    return _BUCKET.get(_key(image_id), part)


def delete(image_id: str) -> None:
    """Delete the reductions of an image. Missing ones count as deleted."""
    _BUCKET.delete(_key(image_id))


def listed(after: str) -> Iterator[Listed]:
    """Return the reductions whose keys come after one."""
    return _BUCKET.list(after, _REDUCTIONS)


def image_of(key: str) -> str:
    """Return the id of the image whose reductions have a key."""
    return key.removeprefix(_REDUCTIONS)


def _key(image_id: str) -> str:
    return f"{_REDUCTIONS}{image_id}"
