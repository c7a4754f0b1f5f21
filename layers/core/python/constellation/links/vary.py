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
from constellation.variants.model import Variant, Watermark, place_of


@operation(uses=[variant_for, linked_image], errors=[NotFound])
def vary(link: Link, image: Image) -> Link:
    """Return the link that asks without a name for what the variant of a link asks.

    Raise NotFound for an unknown variant, for one that is impossible with the link's dpr, and for one whose watermark's
    image is gone or must not be shown.
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
    if variant.watermark is None:
        return asked
    return asked._replace(overlay=_overlay(variant.watermark, variant, given.get(DPR, "1")))


def _overlay(mark: Watermark, variant: Variant, dpr: str) -> Overlay:
    """Return the watermark of a variant. Raise NotFound where its image is gone, or is signed and lies elsewhere.

    A link to a variant needs no right. Elsewhere it would show a picture to whoever could once name its image.
    """
    shown = linked_image(mark.image)
    if shown.signed_at and place_of(shown) != variant.place:
        raise NotFound(NO_SUCH_IMAGE)
    margin = int((mark.margin * Decimal(dpr)).quantize(Decimal(1), ROUND_HALF_UP))
    drawn = shown.id, shown.sha256, shown.media_type, shown.width, shown.height
    laid = mark.position, mark.opacity, mark.scale, margin
    folder = shown.location.folder if shown.location else ""
    return Overlay(*drawn, *laid, frames=shown.frames, reductions=shown.reductions, folder=folder)
