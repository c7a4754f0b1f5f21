"""Show a share to whoever knows its code (second contract, 5)."""

from constellation.runtime.binding import Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.shares.outputs import OpenShare, open_share
from constellation.shares.params import LastingShare
from constellation.shares.view import look_at


@endpoint("GET /api/s/{code}", dialect=sharing, security="public", uses=[look_at])
def handler(found: LastingShare, now: Now) -> OpenShare:
    """GET /api/s/{code}: show a share, and count a view.

    A share with a password hides what it shows until it is unlocked. Then unlocking counts the view.
    """
    return open_share(found.share, look_at(found, now))
