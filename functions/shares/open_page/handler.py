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
    """POST /s/{code}: show the pictures of a share with a password or with `maxViews`, by the form of its page.

    A view is counted, like by `unlock`. Further pictures come for the `token` and the `cursor` in the form below them.
    """
    shown = answer(code, form.password, form.token, form.cursor, visitor)
    return Reply(shown.html, shown.headers, shown.status)
