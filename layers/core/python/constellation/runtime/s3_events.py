"""Event notifications of S3 about new objects."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote_plus


@dataclass(frozen=True)
class StoredObject:
    """A version of an object. ``version`` is empty where the bucket keeps no versions."""

    bucket: str
    key: str
    version: str = ""


def objects_in(message: Any) -> list[StoredObject]:
    """Return the objects in a notification. The one with which S3 tests a queue has none."""
    if message.get("Event") == "s3:TestEvent":
        return []
    return [_object(record["s3"]) for record in message["Records"]]


def notification(stored: StoredObject) -> dict[str, Any]:
    """Return the notification that S3 would send about an object."""
    told = {"key": quote_plus(stored.key), "versionId": stored.version}
    return {"Records": [{"s3": {"bucket": {"name": stored.bucket}, "object": told}}]}


def _object(told: Any) -> StoredObject:
    return StoredObject(
        told["bucket"]["name"], unquote_plus(told["object"]["key"]), told["object"].get("versionId", "")
    )
