"""Open a share by the form of its page (second contract, 5)."""

from constellation.runtime.binding import Form
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import WHOLE_CPU, Reply, endpoint
from constellation.shares.inputs import PageForm
from constellation.shares.page_params import PageVisitor
from constellation.shares.show import answer


@endpoint(
    "POST /s/{code}",
    dialect=sharing,
    security="public",
    uses=[answer],
    also={401: bytes, 404: bytes, 429: bytes},
    media_types=["text/html; charset=utf-8"],
    memory=WHOLE_CPU,
)
def handler(code: str, form: Form[PageForm], visitor: PageVisitor) -> Reply[bytes]:
    """POST /s/{code}: handle the form of a share's page, and show the pictures of the share.

    The form is part of the page of a share with a password or with `maxViews`. Counts a view, as `unlock` does. To get
    more pictures, send the `token` and the `cursor` of the form below the list.
    """
    shown = answer(code, form.password, form.token, form.cursor, visitor)
    return Reply(shown.html, shown.headers, shown.status)
