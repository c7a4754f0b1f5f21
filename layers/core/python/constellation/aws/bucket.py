"""Buckets: every call that the product makes to S3."""

import base64
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constellation.aws import client, direct
from constellation.aws.resources import Resource
from constellation.common.errors import Unavailable

CHUNK = 1_000_000
"""Bytes of an object that are read at once."""


class Download:
    """An object on its way: its ``key`` and ``version``, its strong ETag, quoted, and its ``size`` in bytes.

    Its bytes are read once. Reading raises Unavailable when the connection breaks.
    """

    def __init__(self, key: str, answer: Mapping[str, Any]) -> None:
        self.key = key
        self.version: str = answer.get("VersionId", "")
        self.etag: str = answer["ETag"]
        self.size: int = answer["ContentLength"]
        self._body = answer["Body"]
        self._head: bytes | None = None

    def head(self) -> bytes:
        """Return how the object begins, up to CHUNK bytes."""
        if self._head is None:
            with _reading():
                self._head = self._body.read(CHUNK)
        return self._head or b""

    def chunks(self) -> Iterator[bytes]:
        """Yield its bytes, CHUNK at a time."""
        yield self.head()
        with _reading(), self._body:
            while chunk := self._body.read(CHUNK):
                yield chunk

    def data(self) -> bytes:
        """Return all of its bytes."""
        return b"".join(self.chunks())

    @contextmanager
    def stream(self) -> Generator[Any]:
        """Give its bytes as a file to read from."""
        with _reading(), self._body:
            yield self._body

    def close(self) -> None:
        """Close the stream. Bytes that were not read are dropped."""
        self._body.close()


@dataclass(frozen=True)
class Listed:
    """An object in a list, and the time since when it is there."""

    key: str
    since: datetime


@dataclass(frozen=True)
class ListedVersion:
    """A version of an object in a list; ``is_current``: it is what the key gives."""

    key: str
    version: str
    since: datetime
    is_current: bool


@dataclass(frozen=True)
class Bucket:
    """A bucket. ``version`` names a version of an object; without it the current one is meant."""

    resource: Resource

    @property
    def name(self) -> str:
        """The bucket's name."""
        return self.resource.physical_name

    def put(
        self,
        key: str,
        data: bytes,
        media_type: str,
        *,
        cache_control: str = "",
        metadata: Mapping[str, str] | None = None,
        sha256: str = "",
    ) -> None:
        """Store an object. S3 refuses bytes that do not have the hexadecimal ``sha256``, if given."""
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode("ascii")
        if direct.is_possible():
            headers = {
                "content-type": media_type,
                **({"cache-control": cache_control} if cache_control else {}),
                **{f"x-amz-meta-{name}": value for name, value in (metadata or {}).items()},
                **({"x-amz-checksum-sha256": checksum} if checksum else {}),
            }
            client.store(self.name, key, data, headers)
            return
        client.call(
            "s3",
            "put_object",
            Bucket=self.name,
            Key=key,
            Body=data,
            ContentType=media_type,
            **({"CacheControl": cache_control} if cache_control else {}),
            **({"Metadata": metadata} if metadata else {}),
            **({"ChecksumSHA256": checksum} if checksum else {}),
        )

    def open(self, key: str, *, version: str = "") -> Download:
        """Begin to download an object. Raises Missing and Unreadable."""
        return Download(key, self._get(key, **({"VersionId": version} if version else {})))

    def get(self, key: str, part: range | None = None) -> bytes:
        """Return the bytes of an object, or those of a ``part`` that is not empty. Raises Missing and Unreadable.

        Missing is raised for an object that ends before the part begins, too.
        """
        span = f"bytes={part[0]}-{part[-1]}" if part else ""
        if direct.is_possible():
            return client.fetch(self.name, key, span)
        return Download(key, self._get(key, **({"Range": span} if span else {}))).data()

    def exists(self, key: str) -> bool:
        """Whether there is an object. Only a function that may list the bucket learns that there is none."""
        try:
            client.call("s3", "head_object", Bucket=self.name, Key=key)
        except client.Missing:
            return False
        return True

    def copy(self, key: str, source: "Bucket", source_key: str, version: str, media_type: str) -> None:
        """Store a version of an object of another bucket, without its metadata and tags."""
        client.call(
            "s3",
            "copy_object",
            Bucket=self.name,
            Key=key,
            CopySource={"Bucket": source.name, "Key": source_key, "VersionId": version},
            ContentType=media_type,
            MetadataDirective="REPLACE",
            TaggingDirective="REPLACE",
        )

    def delete(self, key: str, *, version: str = "") -> None:
        """Delete an object. A missing one counts as deleted."""
        wanted = {"VersionId": version} if version else {}
        client.call("s3", "delete_object", Bucket=self.name, Key=key, **wanted)

    def delete_all(self, prefix: str) -> None:
        """Delete every object whose key begins with ``prefix``."""
        while found := client.call("s3", "list_objects_v2", Bucket=self.name, Prefix=prefix).get("Contents"):
            keys = [{"Key": item["Key"]} for item in found]
            client.call("s3", "delete_objects", Bucket=self.name, Delete={"Objects": keys, "Quiet": True})

    def list(self, after: str, prefix: str = "") -> Iterator[Listed]:
        """Yield the objects with a prefix whose keys come after one, in the order of their keys, read as needed."""
        within = {"Prefix": prefix} if prefix else {}
        while True:
            answer = client.call("s3", "list_objects_v2", Bucket=self.name, StartAfter=after, **within)
            for each in answer.get("Contents", ()):
                yield Listed(each["Key"], each["LastModified"])
            if not answer["IsTruncated"]:
                return
            after = answer["Contents"][-1]["Key"]

    def versions(self, prefix: str) -> Iterator[ListedVersion]:
        """Yield all versions of the objects whose keys begin with ``prefix``."""
        start: dict[str, str] = {}
        while True:
            answer = client.call("s3", "list_object_versions", Bucket=self.name, Prefix=prefix, **start)
            for each in answer.get("Versions", ()):
                yield ListedVersion(each["Key"], each["VersionId"], each["LastModified"], each["IsLatest"])
            if not answer["IsTruncated"]:
                return
            start = {"KeyMarker": answer["NextKeyMarker"], "VersionIdMarker": answer["NextVersionIdMarker"]}

    def sign(self, key: str, seconds: int, *, disposition: str = "") -> str:
        """Return a URL that gives an object to whoever holds it, for ``seconds``.

        ``disposition`` is the Content-Disposition that it is answered with.
        """
        shown = {"ResponseContentDisposition": disposition} if disposition else {}
        return client.presign("get_object", seconds, Bucket=self.name, Key=key, **shown)

    def sign_form(self, key: str, least: int, most: int, seconds: int) -> tuple[str, dict[str, str]]:
        """Return where a form can be posted to for ``seconds``, and its fields before the file.

        The file then has ``least`` to ``most`` bytes.
        """
        return client.presign_form(seconds, least, most, Bucket=self.name, Key=key)

    def _get(self, key: str, **wanted: str) -> dict[str, Any]:
        return client.call("s3", "get_object", Bucket=self.name, Key=key, **wanted)


@contextmanager
def _reading() -> Generator[None]:
    """Turn a connection that breaks inside into Unavailable."""
    from botocore.exceptions import HTTPClientError, IncompleteReadError

    try:
        yield
    except (HTTPClientError, IncompleteReadError) as fault:
        raise Unavailable from fault
