"""Comments on an image, as many as one answer holds."""

import json

from constellation.domain.constellations import Comment
from constellation.domain.sizes import REPLY_LIMIT, text_size
from constellation.services.pages import Page
from constellation.stores import comments

_AROUND = 300
"""Bytes of an answer that a comment takes besides its content."""


def page_after(image_id: str, place: str, limit: int) -> Page[Comment]:
    """The comments on an image past a place, oldest first, as many as ``limit`` and the size of an answer allow."""
    found, room = list[Comment](), REPLY_LIMIT
    for comment in comments.of_image(image_id, place, limit + 1):
        room -= _AROUND + text_size(json.dumps(comment.content, ensure_ascii=False).encode())
        if len(found) == limit or room < 0:
            return Page(found, comments.place(found[-1]))
        found.append(comment)
    return Page(found, "")
