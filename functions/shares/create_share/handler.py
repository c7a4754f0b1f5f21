"""Create a share (second contract, 5)."""

from constellation.runtime.base_url import base_url
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.idempotency import Once
from constellation.runtime.request import Caller, Request
from constellation.shares.create import create
from constellation.shares.inputs import NewShare
from constellation.shares.model import Share
from constellation.shares.outputs import ShareEntry, share_entry
from constellation.shares.targets import shareable


@endpoint("POST /api/shares", dialect=sharing, scope="images:write", uses=[shareable, create], status=201)
def handler(new: Body[NewShare], caller: Caller, request: Request, now: Now, once: Once) -> ShareEntry:
    """POST /api/shares: share an image, one of the caller's collections, a folder or a constellation.

    Whoever knows the link can see it, until the share is deleted, expires or has had all its views, or its creator
    may no longer share it.
    """
    new.check(now)
    shared, base = shareable(new.target.type, new.target.id, caller), base_url(request)

    def answer(share: Share) -> ShareEntry:
        return share_entry(share, 0, base)

    return answer(create(new.share(shared.target, caller.user_id, now), caller, once.keeping(answer)))
