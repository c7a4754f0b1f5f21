"""Rename a branch of the caller's own tags (second contract, 5)."""

from constellation.runtime.binding import Body, Now, Unbound
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from constellation.tags.inputs import TagChange
from constellation.tags.rename import rename


@endpoint("PATCH /api/tags", dialect=sharing, scope="images:write", uses=[rename], status=202)
def handler(body: Body[TagChange], caller: Caller, now: Now, _place: Unbound) -> None:
    """PATCH /api/tags: rename a tag of the caller's own images, with all tags below it.

    The images change in the background, each exactly once. Tags that are set after the response stay as they were set.
    If the new tag exists already, the two are merged. A tag cannot be moved below itself, or so deep that a tag would
    have more than five levels.
    """
    rename(caller.user_id, body.old, body.to, now)
