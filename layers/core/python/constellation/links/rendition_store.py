"""Renditions of images in their bucket; they can be made again at any time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from constellation.aws import client as aws
from constellation.aws import objects
from constellation.aws.objects import Listed
from constellation.aws.resources import RENDITIONS, Grant, Resource
from constellation.images.model import DELIVERY_HEADERS
from constellation.links import model as cdn

RENDITION = Grant(RENDITIONS, ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"))


LIST_RENDITIONS = Grant(RENDITIONS, ("s3:ListBucket",))
DELETE_RENDITIONS = Grant(RENDITIONS, ("s3:DeleteObject",))


@dataclass(frozen=True)
class Blob:
    """An object: its strong ETag, quoted, its size, and its bytes; None where there are more than were asked for."""

    etag: str
    size: int
    data: bytes | None


def put_rendition(key: str, data: bytes, media_type: str, tags: str) -> None:
    """Store a rendition under its link's key, as the CDN will serve it, with the ``tags`` that it forgets it by."""
    _put(RENDITIONS, key, data, media_type, {cdn.TAGS_METADATA: tags})


def get_rendition(key: str, limit: int) -> Blob:
    """A stored rendition, its bytes left behind where they are more than ``limit``. Raises Missing."""
    answer = aws.call("s3", "get_object", Bucket=RENDITIONS.physical_name, Key=key)
    size, body = answer["ContentLength"], answer["Body"]
    if size > limit:
        body.close()
        return Blob(answer["ETag"], size, None)
    return Blob(answer["ETag"], size, aws.read(body))


def delete_rendition(key: str) -> None:
    """Remove a rendition; one that is not there is removed already."""
    aws.call("s3", "delete_object", Bucket=RENDITIONS.physical_name, Key=key)


def delete_renditions(image_id: str) -> None:
    """Remove every rendition of an image."""
    bucket = RENDITIONS.physical_name
    while found := aws.call("s3", "list_objects_v2", Bucket=bucket, Prefix=f"{image_id}/").get("Contents"):
        keys = [{"Key": item["Key"]} for item in found]
        aws.call("s3", "delete_objects", Bucket=bucket, Delete={"Objects": keys, "Quiet": True})


def renditions(after: str) -> Iterator[Listed]:
    """The renditions whose keys come after one."""
    return objects.listed(RENDITIONS, after)


def image_of_rendition(key: str) -> str:
    """The id of the image that a rendition is of."""
    return key.partition("/")[0]


def sign_rendition(key: str, seconds: int) -> str:
    """A URL that gives this rendition to whoever holds it, for ``seconds``."""
    return aws.presign("get_object", seconds, Bucket=RENDITIONS.physical_name, Key=key)


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
