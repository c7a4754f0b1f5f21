"""Delete a share (second contract, 5)."""

from constellation.runtime.binding import Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.shares.change import delete
from constellation.shares.params import OwnShare


@endpoint("DELETE /api/shares/{share_id}", dialect=sharing, scope="images:write", uses=[delete], status=204)
def handler(share: OwnShare, now: Now) -> None:
    """DELETE /api/shares/{share_id}: delete a share, and end the links to its pictures.

    What it shows stays.
    """
    delete(share, now)
