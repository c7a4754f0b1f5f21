"""What lies in a bucket, whatever it is: lists of keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from constellation.stores import aws
from constellation.stores.resources import Resource


@dataclass(frozen=True)
class Listed:
    """An object in a list, and since when it is there."""

    key: str
    since: datetime


def listed(bucket: Resource, after: str = "") -> Iterator[Listed]:
    """The objects whose keys come after one, by their keys, read as they are asked for."""
    while True:
        answer = aws.call("s3", "list_objects_v2", Bucket=bucket.physical_name, StartAfter=after)
        for each in answer.get("Contents", ()):
            yield Listed(each["Key"], each["LastModified"])
        if not answer["IsTruncated"]:
            return
        after = answer["Contents"][-1]["Key"]


def exists(bucket: Resource, key: str) -> bool:
    """Whether there is an object; only whoever may list the bucket is told that there is none."""
    try:
        aws.call("s3", "head_object", Bucket=bucket.physical_name, Key=key)
    except aws.Missing:
        return False
    return True
