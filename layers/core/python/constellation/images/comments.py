"""Add comments to images, and list as many as one response holds."""

import json
from collections.abc import Mapping

from constellation.accounts.model import User
from constellation.accounts.users import find_users
from constellation.common.errors import BadRequest, NotFound
from constellation.common.pages import Page
from constellation.common.sizes import REPLY_LIMIT, text_size
from constellation.images import comment_store, store
from constellation.images.model import MOST_COMMENTS, NO_SUCH_IMAGE, Comment
from constellation.runtime.operation import operation

_AROUND = 300
"""Bytes of a response that a comment takes besides its content and its author's name."""


@operation(grants=[comment_store.ADD, store.READ], errors=[NotFound, BadRequest])
def add(comment: Comment) -> None:
    """Add a comment. Raise NotFound when its image is gone, BadRequest when that has MOST_COMMENTS already."""
    if comment_store.add(comment, MOST_COMMENTS):
        return
    if store.get(comment.image_id) is None:
        raise NotFound(NO_SUCH_IMAGE)
    raise BadRequest(f"An image has at most {MOST_COMMENTS:,} comments")


@operation(grants=[comment_store.READ], uses=[find_users])
def page_after(image_id: str, position: str, limit: int) -> tuple[Page[Comment], Mapping[str, User]]:
    """Return the comments after a position, oldest first, with those of their authors that exist.

    They are as many as ``limit`` and the size of a response allow.
    """
    found, following = _part(image_id, position, limit)
    authors, room = find_users({comment.author for comment in found}), REPLY_LIMIT
    for number, comment in enumerate(found):
        author = authors.get(comment.author)
        room -= _AROUND + _size(comment.content) + _size(author.display_name if author else "")
        if room < 0:
            return Page(found[:number], comment_store.position(found[number - 1])), authors
    return Page(found, following), authors


def _part(image_id: str, position: str, limit: int) -> tuple[list[Comment], str]:
    """Return the comments whose contents a response holds, and the position of the last one if more follow."""
    found, room = list[Comment](), REPLY_LIMIT
    for comment in comment_store.of_image(image_id, position, limit + 1):
        room -= _AROUND + _size(comment.content)
        if len(found) == limit or room < 0:
            return found, comment_store.position(found[-1])
        found.append(comment)
    return found, ""


def _size(text: str) -> int:
    return text_size(json.dumps(text, ensure_ascii=False).encode())
