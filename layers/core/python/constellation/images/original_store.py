"""The originals of images, in their bucket."""

from collections.abc import Iterator, Mapping

from constellation.aws import client as aws
from constellation.aws import objects
from constellation.aws.objects import Listed
from constellation.aws.resources import ORIGINALS, Grant, Resource
from constellation.images.model import DELIVERY_HEADERS

_ORIGINALS = "images/"

PUT_ORIGINAL = Grant(ORIGINALS, ("s3:PutObject",), f"{_ORIGINALS}*")
GET_ORIGINAL = Grant(ORIGINALS, ("s3:GetObject",), f"{_ORIGINALS}*")
DELETE_ORIGINAL = Grant(ORIGINALS, ("s3:DeleteObject",), f"{_ORIGINALS}*")


LIST_ORIGINALS = Grant(ORIGINALS, ("s3:ListBucket",))


def put_original(image_id: str, data: bytes, media_type: str) -> None:
    """Keep the bytes of an image."""
    _put(ORIGINALS, _original(image_id), data, media_type)


def get_original(image_id: str, part: range | None = None) -> bytes:
    """The bytes of an image, or those in a part of it that is not empty. Raises Missing."""
    wanted = {"Range": f"bytes={part[0]}-{part[-1]}"} if part else {}
    answer = aws.call("s3", "get_object", Bucket=ORIGINALS.physical_name, Key=_original(image_id), **wanted)
    return aws.read(answer["Body"])


def sign_original(image_id: str, seconds: int) -> str:
    """A URL that gives the bytes of an image to whoever holds it, for ``seconds``."""
    return aws.presign("get_object", seconds, Bucket=ORIGINALS.physical_name, Key=_original(image_id))


def delete_original(image_id: str) -> None:
    """Remove the bytes of an image; those that are not there are removed already."""
    aws.call("s3", "delete_object", Bucket=ORIGINALS.physical_name, Key=_original(image_id))


def has_original(image_id: str) -> bool:
    """Whether there are the bytes of an image."""
    return objects.exists(ORIGINALS, _original(image_id))


def originals(after: str) -> Iterator[Listed]:
    """The originals whose keys come after one."""
    return objects.listed(ORIGINALS, after)


def image_of_original(key: str) -> str:
    """The id of the image that an original is of."""
    return key.removeprefix(_ORIGINALS)


def _original(image_id: str) -> str:
    return f"{_ORIGINALS}{image_id}"


def _put(bucket: Resource, key: str, data: bytes, media_type: str, metadata: Mapping[str, str] | None = None) -> None:
    aws.call(
        "s3",
        "put_object",
        Bucket=bucket.physical_name,
        Key=key,
        Body=data,
        ContentType=media_type,
        CacheControl=DELIVERY_HEADERS["Cache-Control"],
        Metadata=metadata or {},
    )
