"""Files that come by S3, in the bucket ``incoming``, which keeps versions: each is an upload of its own.

What is taken in goes from here; what is left over is gone by itself after a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from constellation.aws import client as aws
from constellation.aws.objects import CHUNK, Arrival
from constellation.aws.resources import INCOMING, Grant
from constellation.uploads.model import DROPPED, POSTED, REPORTED

POST = Grant(INCOMING, ("s3:PutObject",), f"{POSTED}*")
TAKE = (
    *(Grant(INCOMING, ("s3:GetObject", "s3:GetObjectVersion"), f"{prefix}*") for prefix in (POSTED, DROPPED)),
    *(Grant(INCOMING, ("s3:DeleteObjectVersion",), f"{prefix}*") for prefix in (POSTED, DROPPED)),
)
LIST = Grant(INCOMING, ("s3:ListBucketVersions",))
REPORT = Grant(INCOMING, ("s3:PutObject",), f"{REPORTED}*")


@dataclass(frozen=True)
class Unreadable:
    """An object that has come in and that S3 does not give out: ``archived``, else encrypted with another's key."""

    key: str
    version: str
    archived: bool


@dataclass(frozen=True)
class Listed:
    """A version of an object in a list: since when it is there, and whether it is what its key gives now."""

    key: str
    version: str
    since: datetime
    is_current: bool


def bucket() -> str:
    """The bucket's name."""
    return INCOMING.physical_name


def sign_form(key: str, least: int, most: int, seconds: int) -> tuple[str, dict[str, str]]:
    """Where to post a file of ``least`` to ``most`` bytes in the next ``seconds``, and the form's fields before it."""
    return aws.presign_form(seconds, least, most, Bucket=INCOMING.physical_name, Key=key)


def arrival(key: str, version: str) -> Arrival | Unreadable | None:
    """A version of an object, or what its key gives without one; None where it is gone or its key was deleted since."""
    try:
        answer = _get(Key=key)
        if version and answer["VersionId"] != version:
            answer["Body"].close()
            answer = _get(Key=key, VersionId=version)
    except (aws.Missing, aws.Unreadable):
        found = _by_list(key, version)
        if found is None or isinstance(found, Unreadable):
            return found
        answer = found
    with aws.reading():
        head = answer["Body"].read(CHUNK)
    return Arrival(key, answer["VersionId"], answer["ContentLength"], head, answer["Body"])


def _by_list(key: str, version: str) -> dict[str, Any] | Unreadable | None:
    """What S3 answers of a version, looked for in the list, which alone tells what is denied from what is gone.

    Whoever is denied an object of the list by rights that hold for all of them is not its user's business.
    """
    there = _versions_of(key)
    listed = next((each for each in there if each.version == version or (not version and each.is_current)), None)
    if listed is None:
        return None
    if not any(each.is_current for each in there):
        delete(key, listed.version)
        return None
    try:
        return _get(Key=key, VersionId=listed.version)
    except aws.Unreadable as fault:
        return Unreadable(key, listed.version, fault.archived)
    except aws.Missing:
        is_there = any(each.version == listed.version for each in _versions_of(key))
        return Unreadable(key, listed.version, archived=False) if is_there else None


def _versions_of(key: str) -> list[Listed]:
    """The versions of an object, which come before those of longer keys."""
    return list(takewhile(lambda listed: listed.key == key, versions(key)))


def versions(prefix: str) -> Iterator[Listed]:
    """All versions of all objects whose keys begin so."""
    place: dict[str, str] = {}
    while True:
        answer = aws.call("s3", "list_object_versions", Bucket=INCOMING.physical_name, Prefix=prefix, **place)
        for each in answer.get("Versions", ()):
            yield Listed(each["Key"], each["VersionId"], each["LastModified"], each["IsLatest"])
        if not answer["IsTruncated"]:
            return
        place = {"KeyMarker": answer["NextKeyMarker"], "VersionIdMarker": answer["NextVersionIdMarker"]}


def delete(key: str, version: str) -> None:
    """Remove a version of an object; one that is not there is removed already."""
    aws.call("s3", "delete_object", Bucket=INCOMING.physical_name, Key=key, VersionId=version)


def report(key: str, text: str) -> None:
    """Leave a text for whom it may concern."""
    aws.call(
        "s3",
        "put_object",
        Bucket=INCOMING.physical_name,
        Key=key,
        Body=text.encode(),
        ContentType="application/json",
    )


def _get(**parameters: str) -> dict[str, Any]:
    return aws.call("s3", "get_object", Bucket=INCOMING.physical_name, **parameters)
