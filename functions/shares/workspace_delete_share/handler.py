"""Delete a share of a constellation (second contract, 5)."""

from constellation.runtime.binding import Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.shares.change import delete
from constellation.shares.params import ShareThere


@endpoint(
    "DELETE /constellations/{constellation_uuid}/shares/{share_id}",
    dialect=constellations,
    scope="images:write",
    uses=[delete],
    status=204,
)
def handler(share: ShareThere, now: Now) -> None:
    """DELETE /constellations/{constellation_uuid}/shares/{share_id}: delete a share of a constellation.

    It can be the share of the constellation or of what is in it, whoever created it.
    """
    delete(share, now)
