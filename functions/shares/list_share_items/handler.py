"""List the images of a share (second contract, 5)."""

from constellation.runtime.binding import Now, Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import ListQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.shares.items import page
from constellation.shares.outputs import ShareItems, share_items
from constellation.shares.params import OpenedShare


@endpoint("GET /api/s/{code}/items", dialect=sharing, security="public", uses=[page], headers=["Link"])
def handler(found: OpenedShare, query: Query[ListQuery], now: Now) -> Reply[ShareItems]:
    """GET /api/s/{code}/items: list the images of a share, newest first, or in the order of a collection.

    A share with a password or a limit of views requires its token, sent as `Authorization: Share …`. The images of a
    folder include those in the folders below it. Links that must be signed are valid for an hour.
    """
    scope = ("share", found.share.id)
    shown = page(found, position_after(query.cursor, *scope), query.limit, now)
    cursor = cursor_at(shown.following, *scope)
    link = next_link(f"/api/s/{found.share.code}/items", cursor, limit=query.limit)
    return Reply(share_items(shown.items, found.share, cursor), link)
