"""Decide who gets the picture of an image with a watermark only."""

from constellation.common.errors import Forbidden
from constellation.images.access import ImageAccess
from constellation.runtime.operation import operation
from constellation.variants.find import has_watermark
from constellation.workspaces.rights import NEEDED, Operation

WATERMARKED_ONLY = "This image is given with a watermark only: name a variant that has one"


@operation(uses=[has_watermark], errors=[Forbidden])
def check_bytes(access: ImageAccess) -> None:
    """Raise Forbidden where the caller gets the picture of an image with a watermark only.

    This applies to whoever may not change an image whose links must be signed, in a place that has a watermark.
    """
    if access.right < NEEDED[Operation.SIGN_ANY_LINK] and access.image.signed_at and has_watermark(access.image):
        raise Forbidden(WATERMARKED_ONLY)
