"""Comments in the table ``images``, in the partition of their image, whose record counts them.

    pk IMAGE#<id>   sk COMMENT#<time>#<comment>   author, content
    pk IMAGE#<id>   sk COMMENT-ID#<comment>       place: the time and id in the sort key of the comment
    pk IMAGE#<id>   sk IMAGE                      commentCount (``images.store``)

These three change in one transaction, so an image that is gone gets no comment. The oldest comments were written before
that: they have no COMMENT-ID and are not counted. What a deletion leaves is cleaned up with the rest of the image.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import EXISTS, Part, Table, try_transact
from constellation.common.times import to_wire
from constellation.images.model import Comment

ADD = Grant(IMAGES, ("dynamodb:PutItem", "dynamodb:UpdateItem"))
READ = Grant(IMAGES, ("dynamodb:Query",))
FIND = Grant(IMAGES, ("dynamodb:GetItem", "dynamodb:Query"))
DELETE = Grant(IMAGES, ("dynamodb:DeleteItem", "dynamodb:UpdateItem"))
DELETE_SOME = Grant(IMAGES, ("dynamodb:Query", "dynamodb:BatchWriteItem"))

MOST_AT_ONCE = 1000
"""The most comments of one call. DynamoDB stops at 1 MB by itself."""

PART = 4000
"""The items that ``delete_some`` deletes. The largest take half a minute: a partition writes 1,000 units a second."""

_TABLE = Table(IMAGES)
_EVERYTHING, _COMMENTS, _IDS = "COMMENT", "COMMENT#", "COMMENT-ID#"


def add(comment: Comment, most: int) -> bool:
    """Store and count a comment. Return False where its image is gone, or has ``most`` already."""
    image_id = comment.image_id
    item = {**comment_key(image_id, position(comment)), "author": comment.author, "content": comment.content}
    room = "attribute_exists(pk) AND (attribute_not_exists(commentCount) OR commentCount < :most)"
    return try_transact(
        [
            _count(image_id, 1, room, most=most),
            _TABLE.to_put(item),
            _TABLE.to_put({**id_key(image_id, comment.id), "place": position(comment)}),
        ]
    )


def of_image(image_id: str, after: str = "", at_once: int = MOST_AT_ONCE) -> Iterator[Comment]:
    """Return the comments on an image after a position, oldest first, read as they are asked for."""
    values = {"pk": _partition(image_id), "after": f"{_COMMENTS}{after}", "last": f"{_COMMENTS}~"}
    items = _TABLE.query("pk = :pk AND sk BETWEEN :after AND :last", values, at_once=at_once)
    return (comment for comment in map(_to_comment, items) if position(comment) != after)


def find(image_id: str, comment_id: str) -> Comment | None:
    """Return a comment on an image as of now, or None."""
    known = _TABLE.get(id_key(image_id, comment_id))
    if known:
        item = _TABLE.get(comment_key(image_id, known["place"]))
        return _to_comment(item) if item else None
    # Comments without a COMMENT-ID are the oldest, so if the oldest of all has one there are none.
    oldest = next(of_image(image_id, at_once=1), None)
    if oldest is None or _TABLE.get(id_key(image_id, oldest.id)):
        return None
    return next((comment for comment in of_image(image_id) if comment.id == comment_id), None)


def delete(comment: Comment) -> None:
    """Delete a comment and count it out. A missing one counts as deleted."""
    image_id = comment.image_id
    key = comment_key(image_id, position(comment))
    counted_out = try_transact(
        [
            _count(image_id, -1, EXISTS),
            _TABLE.to_delete(key),
            _TABLE.to_delete(id_key(image_id, comment.id), EXISTS),
        ]
    )
    if not counted_out:  # it was never counted, or it or its image is gone
        _TABLE.delete(key)


def delete_some(image_id: str) -> bool:
    """Delete comments on a deleted image, PART items at most, and return whether there are more."""
    values = {"pk": _partition(image_id), "sk": _EVERYTHING}
    items = _TABLE.query("pk = :pk AND begins_with(sk, :sk)", values, at_once=MOST_AT_ONCE)
    keys = [{"pk": item["pk"], "sk": item["sk"]} for item in islice(items, PART + 1)]
    _TABLE.delete_many(keys[:PART])
    return len(keys) > PART


def position(comment: Comment) -> str:
    """Return the position of a comment among those on its image."""
    return f"{to_wire(comment.created_at)}#{comment.id}"


def _count(image_id: str, number: int, condition: str, **values: int) -> Part:
    """Return the part that counts comments in or out, on a condition on the image's record."""
    key = {"pk": _partition(image_id), "sk": "IMAGE"}
    return _TABLE.to_update(key, "ADD commentCount :number", condition, {"number": number, **values})


def _partition(image_id: str) -> str:
    return f"IMAGE#{image_id}"


def comment_key(image_id: str, position: str) -> dict[str, str]:
    """Return the key of a comment."""
    return {"pk": _partition(image_id), "sk": f"{_COMMENTS}{position}"}


def id_key(image_id: str, comment_id: str) -> dict[str, str]:
    """Return the key of the item by which a comment is found by its id."""
    return {"pk": _partition(image_id), "sk": f"{_IDS}{comment_id}"}


def _to_comment(item: Mapping[str, Any]) -> Comment:
    moment, _, id_ = item["sk"].removeprefix(_COMMENTS).partition("#")
    image_id = item["pk"].removeprefix("IMAGE#")
    return Comment(id_, image_id, item["author"], item["content"], datetime.fromisoformat(moment))
