"""Find out what a variant asks of an image's picture."""

from decimal import ROUND_HALF_UP, Decimal

from constellation.common.errors import Invalid, NotFound
from constellation.images.find import linked_image
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.imaging.grammar import parse_options
from constellation.imaging.options import AUTO, options_in
from constellation.links.model import DPR, Link, Overlay
from constellation.runtime.operation import operation
from constellation.variants.find import variant_for
from constellation.variants.model import Watermark


@operation(uses=[variant_for, linked_image], errors=[NotFound])
def vary(link: Link, image: Image) -> Link:
    """Return the link that asks without a name for what the variant of a link asks.

    Raise NotFound for an unknown variant, for one that is impossible with the link's dpr, and for one whose watermark's
    image is gone.
    """
    variant = variant_for(image, link.variant)
    given = {**variant.options, **({DPR: link.dpr} if link.dpr else {})}
    try:
        options = parse_options({name: [value] for name, value in given.items()})
    except Invalid:
        raise NotFound(NO_SUCH_IMAGE) from None
    extension = variant.format if link.is_automatic and variant.format else link.extension
    asked = link._replace(variant="", dpr="", extension=extension)
    asked = asked._replace(options=options_in(options, AUTO if asked.is_automatic else extension))
    return asked._replace(overlay=_overlay(variant.watermark, given.get(DPR, "1"))) if variant.watermark else asked


def _overlay(mark: Watermark, dpr: str) -> Overlay:
    shown = linked_image(mark.image)
    margin = int((mark.margin * Decimal(dpr)).quantize(Decimal(1), ROUND_HALF_UP))
    drawn = shown.id, shown.sha256, shown.media_type, shown.width, shown.height
    laid = mark.position, mark.opacity, mark.scale, margin
    return Overlay(*drawn, *laid, frames=shown.frames, reductions=shown.reductions)
