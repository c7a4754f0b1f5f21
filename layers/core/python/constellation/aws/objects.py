"""What lies in a bucket, whatever it is: lists of keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from constellation.aws import client as aws
from constellation.aws.bucket import Listed
from constellation.aws.resources import Resource

CHUNK = 1_000_000
"""Bytes of an object that are read at once."""


@dataclass(frozen=True)
class Arrival:
    """An object that has come in; ``size`` is in bytes, ``head`` how it begins."""

    key: str
    version: str
    size: int
    head: bytes
    _rest: Any

    def chunks(self) -> Iterator[bytes]:
        """Its bytes, once. Raises Unavailable when the connection breaks on the way."""
        yield self.head
        with aws.streaming(self._rest) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def data(self) -> bytes:
        """All of its bytes, once. Raises as above."""
        return b"".join(self.chunks())

    def close(self) -> None:
        """Leave the rest unread."""
        self._rest.close()


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
