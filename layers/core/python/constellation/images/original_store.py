"""The originals of images in their bucket."""

from collections.abc import Iterator

from constellation.aws.bucket import Bucket, Listed
from constellation.aws.resources import ORIGINALS, Grant
from constellation.images.model import DELIVERY_HEADERS

_ORIGINALS = "images/"

PUT_ORIGINAL = Grant(ORIGINALS, ("s3:PutObject",), f"{_ORIGINALS}*")
GET_ORIGINAL = Grant(ORIGINALS, ("s3:GetObject",), f"{_ORIGINALS}*")
DELETE_ORIGINAL = Grant(ORIGINALS, ("s3:DeleteObject",), f"{_ORIGINALS}*")
LIST_ORIGINALS = Grant(ORIGINALS, ("s3:ListBucket",))

_BUCKET = Bucket(ORIGINALS)


def put_original(image_id: str, data: bytes, media_type: str) -> None:
    """Store the bytes of an image."""
    _BUCKET.put(_key(image_id), data, media_type, cache_control=DELIVERY_HEADERS["Cache-Control"])


def get_original(image_id: str, part: range | None = None) -> bytes:
    """Return the bytes of an image, or those of a part that is not empty. Raise Missing."""
    return _BUCKET.get(_key(image_id), part)


def sign_original(image_id: str, seconds: int) -> str:
    """Return a URL that gives the bytes of an image to whoever holds it, for ``seconds``."""
    return _BUCKET.sign(_key(image_id), seconds)


def delete_original(image_id: str) -> None:
    """Delete the bytes of an image. Missing ones count as deleted."""
    _BUCKET.delete(_key(image_id))


def has_original(image_id: str) -> bool:
    """Return whether the bytes of an image are there."""
    return _BUCKET.exists(_key(image_id))


def originals(after: str) -> Iterator[Listed]:
    """Return the originals whose keys come after one."""
    return _BUCKET.list(after, _ORIGINALS)


def image_of_original(key: str) -> str:
    """Return the id of the image whose original has a key."""
    return key.removeprefix(_ORIGINALS)


def _key(image_id: str) -> str:
    return f"{_ORIGINALS}{image_id}"
