"""The files of firmware in the bucket ``binaries``: each upload is an object of its own, never written again."""

from collections.abc import Iterator

from constellation.aws.bucket import Bucket, Download, Listed
from constellation.aws.resources import BINARIES, INCOMING, Grant
from constellation.firmware.model import Binary

PUT = Grant(BINARIES, ("s3:PutObject",), "firmware/*")
GET = Grant(BINARIES, ("s3:GetObject",), "firmware/*")
DELETE = Grant(BINARIES, ("s3:DeleteObject",), "firmware/*")
LIST = Grant(BINARIES, ("s3:ListBucket",))

MEDIA_TYPE = "application/octet-stream"

_BINARIES = Bucket(BINARIES)


def key(firmware_id: str, upload_id: str) -> str:
    """Return the key of the object that holds the bytes of an upload."""
    return f"firmware/{firmware_id}/{upload_id}"


def put(binary: Binary, data: bytes) -> None:
    """Store the bytes of a binary. S3 verifies that they arrive with its SHA-256."""
    _BINARIES.put(binary.key, data, MEDIA_TYPE, sha256=binary.sha256)


def copy(binary: Binary, source: Download) -> None:
    """Store the bytes of a binary from an object in the bucket ``incoming``."""
    _BINARIES.copy(binary.key, Bucket(INCOMING), source.key, source.version, MEDIA_TYPE)


def get(binary: Binary, part: range) -> bytes:
    """Return the bytes in a part of a binary. Raises Missing."""
    return _BINARIES.get(binary.key, part)


def delete(key_: str) -> None:
    """Delete an object. A missing one counts as deleted."""
    _BINARIES.delete(key_)


def exists(binary: Binary) -> bool:
    """Return whether the bytes of a binary are there."""
    return _BINARIES.exists(binary.key)


def listed(after: str) -> Iterator[Listed]:
    """Yield the objects whose keys come after one."""
    return _BINARIES.list(after)


def firmware_of(key_: str) -> str:
    """Return the id of the firmware image that an object was uploaded for."""
    return key_.split("/")[1]


def sign(binary: Binary, disposition: str, seconds: int) -> str:
    """Return a URL from which anybody can download a binary, or any range of it, for ``seconds``.

    ``disposition`` is the Content-Disposition of the download.
    """
    return _BINARIES.sign(binary.key, seconds, disposition=disposition)
