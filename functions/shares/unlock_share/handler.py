"""Unlock a share with its password (second contract, 5)."""

from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import WHOLE_CPU, endpoint
from constellation.shares.inputs import Unlocking
from constellation.shares.outputs import UnlockedShare, unlocked_share
from constellation.shares.params import LastingShare
from constellation.shares.view import unlock


@endpoint("POST /api/s/{code}/unlock", dialect=sharing, security="public", uses=[unlock], memory=WHOLE_CPU)
def handler(found: LastingShare, body: Body[Unlocking], now: Now) -> UnlockedShare:
    """POST /api/s/{code}/unlock: unlock a share with its password, and count a view.

    After ten wrong passwords in 15 minutes, every password is refused for a while, the right one too.
    """
    return unlocked_share(unlock(found, body.password, now))
