"""Comments in the table ``images``, in the partition of their image.

    pk IMAGE#<id>   sk COMMENT#<time>#<comment>   author, content

They are whose image's record is there; what a deletion leaves of them is removed with the rest of the image.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from constellation.domain.constellations import Comment
from constellation.domain.times import to_wire as time_to_wire
from constellation.stores import aws, batches
from constellation.stores.items import to_wire
from constellation.stores.resources import IMAGES, Grant

ADD = Grant(IMAGES, ("dynamodb:PutItem",))
READ = Grant(IMAGES, ("dynamodb:Query",))
DELETE = Grant(IMAGES, ("dynamodb:DeleteItem",))
DELETE_ALL = Grant(IMAGES, ("dynamodb:Query", "dynamodb:BatchWriteItem"))

MOST_AT_ONCE = 1000
"""Comments that one call may bring; DynamoDB stops at 1 MB by itself."""

_COMMENTS = "COMMENT#"


def add(comment: Comment) -> None:
    """Keep a comment."""
    item = {**_key(comment.image_id, place(comment)), "author": comment.author, "content": comment.content}
    aws.call("dynamodb", "put_item", TableName=IMAGES.physical_name, Item=to_wire(item))


def of_image(image_id: str, after: str = "", at_once: int = MOST_AT_ONCE) -> Iterator[Comment]:
    """The comments on an image, oldest first, those past the place ``after``, read as they are asked for."""
    values = {":pk": _partition(image_id), ":after": f"{_COMMENTS}{after}", ":last": f"{_COMMENTS}~"}
    items = batches.query(IMAGES, "pk = :pk AND sk BETWEEN :after AND :last", values, Limit=at_once)
    comments = map(_to_comment, items)
    return (comment for comment in comments if place(comment) != after)


def find(image_id: str, comment_id: str) -> Comment | None:
    """One comment on an image."""
    return next((comment for comment in of_image(image_id) if comment.id == comment_id), None)


def delete(comment: Comment) -> None:
    """Remove a comment; one that is not there is removed already."""
    key = to_wire(_key(comment.image_id, place(comment)))
    aws.call("dynamodb", "delete_item", TableName=IMAGES.physical_name, Key=key)


def delete_all(image_id: str) -> None:
    """Remove the comments on an image."""
    batches.delete_many(IMAGES, [_key(image_id, place(comment)) for comment in of_image(image_id)])


def place(comment: Comment) -> str:
    """The place of a comment among those on its image."""
    return f"{time_to_wire(comment.created_at)}#{comment.id}"


def _partition(image_id: str) -> str:
    return f"IMAGE#{image_id}"


def _key(image_id: str, place: str) -> dict[str, str]:
    return {"pk": _partition(image_id), "sk": f"{_COMMENTS}{place}"}


def _to_comment(item: Mapping[str, Any]) -> Comment:
    moment, _, id_ = item["sk"].removeprefix(_COMMENTS).partition("#")
    image_id = item["pk"].removeprefix("IMAGE#")
    return Comment(id_, image_id, item["author"], item["content"], datetime.fromisoformat(moment))
