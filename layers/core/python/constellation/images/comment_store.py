"""Comments in the table ``images``, in the partition of their image, whose record counts them.

    pk IMAGE#<id>   sk COMMENT#<time>#<comment>   author, content
    pk IMAGE#<id>   sk COMMENT-ID#<comment>       place: the time and id under which the comment is
    pk IMAGE#<id>   sk IMAGE                      commentCount (``stores.images``)

These three change in one transaction, so there is no comment on an image that is gone. A comment from before that has
no COMMENT-ID and is not counted. What a deletion leaves is removed with the rest of the image.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from constellation.aws import batches
from constellation.aws import client as aws
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.transactions import Part, commits, put, update
from constellation.aws.transactions import delete as deletion
from constellation.common.times import to_wire as time_to_wire
from constellation.images.model import Comment

ADD = Grant(IMAGES, ("dynamodb:PutItem", "dynamodb:UpdateItem"))
READ = Grant(IMAGES, ("dynamodb:Query",))
FIND = Grant(IMAGES, ("dynamodb:GetItem", "dynamodb:Query"))
DELETE = Grant(IMAGES, ("dynamodb:DeleteItem", "dynamodb:UpdateItem"))
DELETE_SOME = Grant(IMAGES, ("dynamodb:Query", "dynamodb:BatchWriteItem"))

MOST_AT_ONCE = 1000
"""Comments that one call may bring; DynamoDB stops at 1 MB by itself."""

PART = 4000
"""Items that ``delete_some`` removes. The largest ones take half a minute: a partition writes 1,000 units a second."""

_EVERYTHING, _COMMENTS, _IDS = "COMMENT", "COMMENT#", "COMMENT-ID#"


def add(comment: Comment, most: int) -> bool:
    """Keep and count a comment. False where its image is gone, or has ``most`` already."""
    image_id = comment.image_id
    item = {**_comment_key(image_id, place(comment)), "author": comment.author, "content": comment.content}
    room = "attribute_exists(pk) AND (attribute_not_exists(commentCount) OR commentCount < :most)"
    return commits(
        [
            _count(image_id, 1, room, most=most),
            put(IMAGES, item),
            put(IMAGES, {**_id_key(image_id, comment.id), "place": place(comment)}),
        ]
    )


def of_image(image_id: str, after: str = "", at_once: int = MOST_AT_ONCE) -> Iterator[Comment]:
    """The comments on an image, oldest first, those past the place ``after``, read as they are asked for."""
    values = {":pk": _partition(image_id), ":after": f"{_COMMENTS}{after}", ":last": f"{_COMMENTS}~"}
    items = batches.query(IMAGES, "pk = :pk AND sk BETWEEN :after AND :last", values, Limit=at_once)
    comments = map(_to_comment, items)
    return (comment for comment in comments if place(comment) != after)


def find(image_id: str, comment_id: str) -> Comment | None:
    """One comment on an image, as of now."""
    known = _get(_id_key(image_id, comment_id))
    if known:
        item = _get(_comment_key(image_id, known["place"]))
        return _to_comment(item) if item else None
    # The comments without a COMMENT-ID are the oldest. Where the oldest of all has one, there are none of them.
    oldest = next(of_image(image_id, at_once=1), None)
    if oldest is None or _get(_id_key(image_id, oldest.id)):
        return None
    return next((comment for comment in of_image(image_id) if comment.id == comment_id), None)


def delete(comment: Comment) -> None:
    """Remove a comment and count it out. One that is not there is removed already."""
    image_id = comment.image_id
    key = _comment_key(image_id, place(comment))
    counted_out = commits(
        [
            _count(image_id, -1, "attribute_exists(pk)"),
            deletion(IMAGES, key),
            deletion(IMAGES, _id_key(image_id, comment.id), "attribute_exists(pk)"),
        ]
    )
    if not counted_out:  # it never was counted, or is gone, or its image is
        aws.call("dynamodb", "delete_item", TableName=IMAGES.physical_name, Key=to_wire(key))


def delete_some(image_id: str) -> bool:
    """Remove comments on a deleted image, PART items at most; whether there are more."""
    values = {":pk": _partition(image_id), ":sk": _EVERYTHING}
    items = batches.query(IMAGES, "pk = :pk AND begins_with(sk, :sk)", values, Limit=MOST_AT_ONCE)
    keys = [{"pk": item["pk"], "sk": item["sk"]} for item in islice(items, PART + 1)]
    batches.delete_many(IMAGES, keys[:PART])
    return len(keys) > PART


def place(comment: Comment) -> str:
    """The place of a comment among those on its image."""
    return f"{time_to_wire(comment.created_at)}#{comment.id}"


def _count(image_id: str, number: int, condition: str, **values: int) -> Part:
    """The part of a transaction that counts comments in or out, on a condition on the image's record."""
    key = {"pk": _partition(image_id), "sk": "IMAGE"}
    return update(IMAGES, key, "ADD commentCount :number", condition, {"number": number, **values})


def _get(key: Mapping[str, str]) -> dict[str, Any] | None:
    answer = aws.call("dynamodb", "get_item", TableName=IMAGES.physical_name, Key=to_wire(key), ConsistentRead=True)
    return from_wire(answer["Item"]) if "Item" in answer else None


def _partition(image_id: str) -> str:
    return f"IMAGE#{image_id}"


def _comment_key(image_id: str, place: str) -> dict[str, str]:
    return {"pk": _partition(image_id), "sk": f"{_COMMENTS}{place}"}


def _id_key(image_id: str, comment_id: str) -> dict[str, str]:
    return {"pk": _partition(image_id), "sk": f"{_IDS}{comment_id}"}


def _to_comment(item: Mapping[str, Any]) -> Comment:
    moment, _, id_ = item["sk"].removeprefix(_COMMENTS).partition("#")
    image_id = item["pk"].removeprefix("IMAGE#")
    return Comment(id_, image_id, item["author"], item["content"], datetime.fromisoformat(moment))
