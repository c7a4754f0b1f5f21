"""Add comments to images, and list as many as one response holds."""

import json

from constellation.common.errors import BadRequest, NotFound
from constellation.common.pages import Page
from constellation.common.sizes import REPLY_LIMIT, text_size
from constellation.images import comment_store, store
from constellation.images.model import MOST_COMMENTS, NO_SUCH_IMAGE, Comment
from constellation.runtime.operation import operation

_AROUND = 300
"""Bytes of a response that a comment takes besides its content."""


@operation(grants=[comment_store.ADD, store.READ], errors=[NotFound, BadRequest])
def add(comment: Comment) -> None:
    """Add a comment. Raise NotFound when its image is gone, BadRequest when that has MOST_COMMENTS already."""
    if comment_store.add(comment, MOST_COMMENTS):
        return
    if store.get(comment.image_id) is None:
        raise NotFound(NO_SUCH_IMAGE)
    raise BadRequest(f"An image has at most {MOST_COMMENTS:,} comments")


@operation(grants=[comment_store.READ])
def page_after(image_id: str, position: str, limit: int) -> Page[Comment]:
    """Return the comments after a position, oldest first, as many as ``limit`` and the size of a response allow."""
    found, room = list[Comment](), REPLY_LIMIT
    for comment in comment_store.of_image(image_id, position, limit + 1):
        room -= _AROUND + text_size(json.dumps(comment.content, ensure_ascii=False).encode())
        if len(found) == limit or room < 0:
            return Page(found, comment_store.position(found[-1]))
        found.append(comment)
    return Page(found, "")
