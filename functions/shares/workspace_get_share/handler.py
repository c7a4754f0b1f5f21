"""Return a share of a constellation (second contract, 5)."""

from constellation.runtime.base_url import base_url
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Request
from constellation.shares.outputs import ShareEntry, share_entry
from constellation.shares.params import ShareThere
from constellation.shares.views import counted


@endpoint(
    "GET /constellations/{constellation_uuid}/shares/{share_id}",
    dialect=constellations,
    scope="images:read",
    uses=[counted],
)
def handler(share: ShareThere, request: Request) -> ShareEntry:
    """GET /constellations/{constellation_uuid}/shares/{share_id}: return a share of a constellation.

    It can be the share of the constellation or of what is in it, whoever created it.
    """
    return share_entry(share, counted([share])[share.id], base_url(request))
