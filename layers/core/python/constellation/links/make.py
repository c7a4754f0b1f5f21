"""Make the picture that a link names from the original, within a budget of CPU time that all requests share.

Whoever holds a link can request ever new sizes. Without a bound they would take every concurrent execution that the
account has.
"""

from datetime import datetime

from constellation.common.errors import DomainError, NotFound, Unavailable
from constellation.common.observability import count, logger
from constellation.common.settings import settings
from constellation.common.times import seconds_left
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.images.originals import fetch
from constellation.imaging.cost import render_cost, watermark_cost
from constellation.imaging.options import WHOLE
from constellation.imaging.pipeline import render
from constellation.imaging.watermark import Watermark
from constellation.links import budget_store
from constellation.links.model import Link, Overlay
from constellation.runtime.operation import operation


@operation(grants=[budget_store.SPEND], errors=[NotFound, Unavailable], uses=[fetch])
def make(link: Link, image: Image, now: datetime) -> bytes:
    """Return the original if the link names it, else a rendition, paid for first.

    Raises NotFound if the original is gone or cannot be read, Unavailable if the budget is spent for now.
    """
    if link.options == WHOLE and link.extension == image.extension and not link.overlay:
        return fetch(image.id)
    _pay(link, image, now)
    return _render(link, fetch(image.id), _watermark(link.overlay) if link.overlay else None)


def _watermark(overlay: Overlay) -> Watermark:
    """Return a watermark with its picture."""
    return Watermark(fetch(overlay.image_id), overlay.position, overlay.opacity, overlay.scale, overlay.margin)


def _pay(link: Link, image: Image, now: datetime) -> None:
    """Spend the cost of a rendition. Raises Unavailable until the next window of the budget."""
    concurrency = settings().render_concurrency
    cost = render_cost(image.media_type, image.width, image.height, image.frames, link.options, link.extension)
    if link.overlay:
        cost += watermark_cost(link.overlay.media_type, link.overlay.width, link.overlay.height)
    if concurrency and not budget_store.spend(image.id, cost, concurrency, now):
        count("RendersRefused")
        raise Unavailable(retry_after=seconds_left(now, budget_store.WINDOW))


def _render(link: Link, original: bytes, watermark: Watermark | None) -> bytes:
    """Render an original. One that cannot be read was damaged after its upload: it is logged and answered with 404."""
    try:
        return render(original, link.options, link.extension, watermark)
    except DomainError:
        raise
    except Exception:
        logger().exception("unreadable original", extra={"image_id": link.image_id})
        raise NotFound(NO_SUCH_IMAGE) from None
