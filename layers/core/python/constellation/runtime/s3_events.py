"""What S3 says of new objects to whom it may concern (its event notifications)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote_plus


@dataclass(frozen=True)
class StoredObject:
    """One version of an object; ``version`` is empty where its bucket keeps none."""

    bucket: str
    key: str
    version: str = ""


def objects_in(message: Any) -> list[StoredObject]:
    """The objects that a notification is about; none in the one with which S3 tries a queue."""
    if message.get("Event") == "s3:TestEvent":
        return []
    return [_object(record["s3"]) for record in message["Records"]]


def notification(stored: StoredObject) -> dict[str, Any]:
    """What S3 would say of an object."""
    told = {"key": quote_plus(stored.key), "versionId": stored.version}
    return {"Records": [{"s3": {"bucket": {"name": stored.bucket}, "object": told}}]}


def _object(told: Any) -> StoredObject:
    return StoredObject(
        told["bucket"]["name"], unquote_plus(told["object"]["key"]), told["object"].get("versionId", "")
    )
