"""Change a share (second contract, 5)."""

from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.shares.change import change
from constellation.shares.inputs import ShareChange
from constellation.shares.params import OwnShare


@endpoint("PATCH /api/shares/{share_id}", dialect=sharing, scope="images:write", uses=[change], status=204)
def handler(share: OwnShare, body: Body[ShareChange], now: Now) -> None:
    """PATCH /api/shares/{share_id}: change a share. Null removes its password, its expiry or its limit of views.

    Once the password has changed, whoever opened the share with the old one has to open it again.
    """
    change(share, body.fields(share, now), now)
