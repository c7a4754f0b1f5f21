"""The files of firmware in the bucket ``binaries``: each upload is an object of its own, never written again."""

import base64
from collections.abc import Iterator

from constellation.aws import client as aws
from constellation.aws import objects
from constellation.aws.objects import Listed
from constellation.aws.resources import BINARIES, INCOMING, Grant
from constellation.firmware.model import Binary

PUT = Grant(BINARIES, ("s3:PutObject",), "firmware/*")
GET = Grant(BINARIES, ("s3:GetObject",), "firmware/*")
DELETE = Grant(BINARIES, ("s3:DeleteObject",), "firmware/*")
LIST = Grant(BINARIES, ("s3:ListBucket",))

MEDIA_TYPE = "application/octet-stream"


def key(firmware_id: str, upload_id: str) -> str:
    """Where the bytes of an upload are kept."""
    return f"firmware/{firmware_id}/{upload_id}"


def put(binary: Binary, data: bytes) -> None:
    """Keep the bytes of a binary; S3 verifies that they arrive with its SHA-256."""
    aws.call(
        "s3",
        "put_object",
        Bucket=BINARIES.physical_name,
        Key=binary.key,
        Body=data,
        ContentType=MEDIA_TYPE,
        ChecksumSHA256=base64.b64encode(bytes.fromhex(binary.sha256)).decode("ascii"),
    )


def copy(binary: Binary, source: str, version: str) -> None:
    """Keep the bytes of a binary that have come into the bucket ``incoming`` as a version of an object."""
    aws.call(
        "s3",
        "copy_object",
        Bucket=BINARIES.physical_name,
        Key=binary.key,
        CopySource={"Bucket": INCOMING.physical_name, "Key": source, "VersionId": version},
        ContentType=MEDIA_TYPE,
        MetadataDirective="REPLACE",
        TaggingDirective="REPLACE",
    )


def get(binary: Binary, first: int, last: int) -> bytes:
    """The bytes of a binary from the first to the last. Raises Missing."""
    answer = aws.call("s3", "get_object", Bucket=BINARIES.physical_name, Key=binary.key, Range=f"bytes={first}-{last}")
    return aws.read(answer["Body"])


def delete(key_: str) -> None:
    """Remove an object; one that is not there is removed already."""
    aws.call("s3", "delete_object", Bucket=BINARIES.physical_name, Key=key_)


def exists(binary: Binary) -> bool:
    """Whether there are the bytes of a binary."""
    return objects.exists(BINARIES, binary.key)


def listed(after: str) -> Iterator[Listed]:
    """The objects whose keys come after one."""
    return objects.listed(BINARIES, after)


def firmware_of(key_: str) -> str:
    """The id of the firmware image that an object was uploaded for."""
    return key_.split("/")[1]


def sign(binary: Binary, file_name: str, seconds: int) -> str:
    """A URL that gives a binary, or any range of it, to whoever holds it, for ``seconds``."""
    return aws.presign(
        "get_object",
        seconds,
        Bucket=BINARIES.physical_name,
        Key=binary.key,
        ResponseContentDisposition=attachment(file_name),
    )


def attachment(file_name: str) -> str:
    """What says that a download is to be kept under this name (RFC 6266)."""
    return f'attachment; filename="{file_name}"'
