"""Files that come by S3, in the bucket ``incoming``, which keeps versions: each version is an upload of its own.

An object is deleted when its upload is settled. What is left over expires after a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from constellation.aws.bucket import Bucket, Download, ListedVersion
from constellation.aws.client import Missing, Unreadable
from constellation.aws.resources import INCOMING, Grant
from constellation.uploads.model import DROPPED, POSTED, REPORTED

POST = Grant(INCOMING, ("s3:PutObject",), f"{POSTED}*")
TAKE = (
    *(Grant(INCOMING, ("s3:GetObject", "s3:GetObjectVersion"), f"{prefix}*") for prefix in (POSTED, DROPPED)),
    *(Grant(INCOMING, ("s3:DeleteObjectVersion",), f"{prefix}*") for prefix in (POSTED, DROPPED)),
)
LIST = Grant(INCOMING, ("s3:ListBucketVersions",))
REPORT = Grant(INCOMING, ("s3:PutObject",), f"{REPORTED}*")

_INCOMING = Bucket(INCOMING)


@dataclass(frozen=True)
class Blocked:
    """A version of an object that S3 does not give out: ``archived``, else encrypted with a key that is not ours."""

    key: str
    version: str
    archived: bool


def bucket() -> str:
    """Return the name of the bucket."""
    return _INCOMING.name


def sign_form(key: str, least: int, most: int, seconds: int) -> tuple[str, dict[str, str]]:
    """Return the address and the fields of a form with which a file can be posted for ``seconds``.

    The file then has ``least`` to ``most`` bytes.
    """
    return _INCOMING.sign_form(key, least, most, seconds)


def put(key: str, data: bytes) -> None:
    """Store the file of an upload, as whoever has a form posts one."""
    _INCOMING.put(key, data, "application/octet-stream")


def download(key: str, version: str) -> Download | Blocked | None:
    """Begin to download a version of an object, or the current one if none is named.

    Return None where it is gone, or its key was deleted since.
    """
    try:
        found = _INCOMING.open(key)
        if not version or found.version == version:
            return found
        found.close()
        return _INCOMING.open(key, version=version)
    except (Missing, Unreadable):
        return _download_listed(key, version)


def _download_listed(key: str, version: str) -> Download | Blocked | None:
    """Download a version if the list has it. Only the list tells an object that is denied from one that is gone.

    A function without rights to any object would be a fault of the deployment, which is not told apart here.
    """
    there = _versions_of(key)
    listed = next((each for each in there if each.version == version or (not version and each.is_current)), None)
    if listed is None:
        return None
    if not any(each.is_current for each in there):
        delete(key, listed.version)
        return None
    try:
        return _INCOMING.open(key, version=listed.version)
    except Unreadable as fault:
        return Blocked(key, listed.version, fault.archived)
    except Missing:
        is_there = any(each.version == listed.version for each in _versions_of(key))
        return Blocked(key, listed.version, archived=False) if is_there else None


def _versions_of(key: str) -> list[ListedVersion]:
    """Return the versions of an object. They come before those of longer keys."""
    return list(takewhile(lambda listed: listed.key == key, versions(key)))


def versions(prefix: str) -> Iterator[ListedVersion]:
    """Yield all versions of the objects whose keys begin with ``prefix``."""
    return _INCOMING.versions(prefix)


def delete(key: str, version: str) -> None:
    """Delete a version of an object. A missing one counts as deleted."""
    _INCOMING.delete(key, version=version)


def report(key: str, text: str) -> None:
    """Store a report, as JSON."""
    _INCOMING.put(key, text.encode(), "application/json")
