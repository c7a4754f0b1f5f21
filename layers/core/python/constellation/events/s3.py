"""What S3 says to a queue about the objects of a bucket (its event notifications)."""

from typing import Any
from urllib.parse import unquote_plus


def objects_in(message: Any) -> list[str]:
    """The keys of the objects that a notification is about; none in the one with which S3 tries the queue."""
    if message.get("Event") == "s3:TestEvent":
        return []
    return [unquote_plus(record["s3"]["object"]["key"]) for record in message["Records"]]
