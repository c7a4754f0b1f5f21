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
from constellation.images.sources import Pictured, pictured, sources
from constellation.imaging.cost import render_cost, watermark_cost
from constellation.imaging.options import WHOLE, output_size
from constellation.imaging.pipeline import render
from constellation.imaging.reductions import index_in, needed_scale
from constellation.imaging.rows import needed_rows
from constellation.imaging.watermark import Watermark, size_in
from constellation.links import budget_store
from constellation.links.model import Link, Overlay
from constellation.runtime.operation import operation


@operation(grants=[budget_store.SPEND], errors=[NotFound, Unavailable], uses=[fetch, sources])
def make(link: Link, image: Image, now: datetime) -> bytes:
    """Return the original if the link names it, else a rendition, paid for first.

    Raises NotFound if the original is gone or cannot be read, Unavailable if the budget is spent for now.
    """
    if link.options == WHOLE and link.extension == image.extension and not link.overlay:
        return fetch(image.id)
    _pay(link, image, now)
    return _render(link, image)


def _watermark(link: Link, image: Image, overlay: Overlay) -> Watermark:
    """Return the watermark of a result with its picture, as large as it needs to be."""
    result = output_size(image.width, image.height, link.options)
    size = overlay.width, overlay.height
    scale = size_in(result, size, overlay.scale)[0] / overlay.width
    shown = Pictured(overlay.image_id, overlay.media_type, *size, overlay.frames, overlay.reductions)
    data = next(sources(shown, scale, "png")).data
    return Watermark(data, overlay.position, overlay.opacity, overlay.scale, overlay.margin, size)


def _pay(link: Link, image: Image, now: datetime) -> None:
    """Spend the cost of a rendition. Raises Unavailable until the next window of the budget."""
    concurrency = settings().render_concurrency
    known = image.media_type, image.width, image.height, image.frames
    has_index = settings().reductions and index_in(image.reductions)
    rows = needed_rows(image.height, link.options) if has_index else None
    cost = render_cost(*known, link.options, link.extension, len(rows) if rows else None)
    if link.overlay:
        cost += watermark_cost(link.overlay.media_type, link.overlay.width, link.overlay.height)
    if concurrency and not budget_store.spend(image.id, cost, concurrency, now):
        count("RendersRefused")
        raise Unavailable(retry_after=seconds_left(now, budget_store.WINDOW))


def _render(link: Link, image: Image) -> bytes:
    """Render a reduction of an image or its original.

    A file that cannot be read was damaged after the upload: it is logged. Without another one the answer is 404.
    """
    watermark = _watermark(link, image, link.overlay) if link.overlay else None
    options = link.options
    scale = needed_scale(image.width, image.height, options)
    rows = needed_rows(image.height, options)
    for source in sources(pictured(image), scale, link.extension, options.quality, rows=rows):
        try:
            return render(source.data, options, link.extension, watermark, source.reduced)
        except DomainError:
            raise
        except Exception:
            logger().exception("unreadable picture", extra={"image_id": link.image_id})
    raise NotFound(NO_SUCH_IMAGE)
