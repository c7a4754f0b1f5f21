"""Comments on an image: as many as it can have, and as many as one answer holds."""

import json

from constellation.common.errors import BadRequest, NotFound
from constellation.common.pages import Page
from constellation.common.sizes import REPLY_LIMIT, text_size
from constellation.images import comment_store as comments
from constellation.images import store as images
from constellation.images.model import MOST_COMMENTS, NO_SUCH_IMAGE, Comment

ADD = (comments.ADD, images.READ)
"""What a function that adds comments needs."""

_AROUND = 300
"""Bytes of an answer that a comment takes besides its content."""


def add(comment: Comment) -> None:
    """Add a comment. Raises NotFound when its image is gone, BadRequest when that has MOST_COMMENTS already."""
    if comments.add(comment, MOST_COMMENTS):
        return
    if images.get(comment.image_id) is None:
        raise NotFound(NO_SUCH_IMAGE)
    raise BadRequest(f"An image has at most {MOST_COMMENTS:,} comments")


def page_after(image_id: str, place: str, limit: int) -> Page[Comment]:
    """The comments on an image past a place, oldest first, as many as ``limit`` and the size of an answer allow."""
    found, room = list[Comment](), REPLY_LIMIT
    for comment in comments.of_image(image_id, place, limit + 1):
        room -= _AROUND + text_size(json.dumps(comment.content, ensure_ascii=False).encode())
        if len(found) == limit or room < 0:
            return Page(found, comments.place(found[-1]))
        found.append(comment)
    return Page(found, "")
