"""Return a share of the caller's (second contract, 5)."""

from constellation.runtime.base_url import base_url
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Request
from constellation.shares.outputs import ShareEntry, share_entry
from constellation.shares.params import OwnShare
from constellation.shares.views import counted


@endpoint("GET /api/shares/{share_id}", dialect=sharing, scope="images:read", uses=[counted])
def handler(share: OwnShare, request: Request) -> ShareEntry:
    """GET /api/shares/{share_id}: return a share that the caller has created."""
    return share_entry(share, counted([share])[share.id], base_url(request))
