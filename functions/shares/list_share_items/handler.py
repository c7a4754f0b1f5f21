"""List the images of a share (second contract, 5)."""

from constellation.runtime.binding import Now, Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.runtime.fields import PageQuery
from constellation.runtime.pagination import cursor_at, next_link, position_after
from constellation.shares.items import page
from constellation.shares.outputs import ShareItems, share_items
from constellation.shares.params import DEFAULT_LIMIT, OpenedShare


@endpoint("GET /api/s/{code}/items", dialect=sharing, security="public", uses=[page], headers=["Link"])
def handler(found: OpenedShare, query: Query[PageQuery], now: Now) -> Reply[ShareItems]:
    """GET /api/s/{code}/items: list the images of a share, newest first, those of a collection in its order.

    A share with a password or with a limit of views needs its token, sent as `Authorization: Share …`. Those of a
    folder are what lies below it, too. Links are signed for an hour where they must be.
    """
    scope = ("share", found.share.id)
    shown = page(found, position_after(query.cursor, *scope), query.limit or DEFAULT_LIMIT, now)
    cursor = cursor_at(shown.following, *scope)
    link = next_link(f"/api/s/{found.share.code}/items", cursor, limit=query.limit)
    return Reply(share_items(shown.items, found.share, cursor), link)
