"""Show the page of a share (second contract, 5)."""

from constellation.runtime.binding import Query
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import Reply, endpoint
from constellation.shares.inputs import PageOfPictures
from constellation.shares.page_params import PageVisitor
from constellation.shares.show import show


@endpoint(
    "GET /s/{code}",
    dialect=sharing,
    security="public",
    uses=[show],
    also={404: bytes},
    media_types=["text/html; charset=utf-8"],
)
def handler(code: str, query: Query[PageOfPictures], visitor: PageVisitor) -> Reply[bytes]:
    """GET /s/{code}: show the page of a share. It counts no view.

    The page has the pictures, in English or German. For a share with a password or with `maxViews` it has a form
    instead, which is sent to the same URL.
    """
    shown = show(code, query.after, visitor)
    return Reply(shown.html, shown.headers, shown.status)
