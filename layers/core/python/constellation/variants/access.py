"""Decide who gets the picture of an image with a watermark only."""

from collections.abc import Iterable

from constellation.common.errors import Forbidden
from constellation.images.access import ImageAccess
from constellation.runtime.operation import operation
from constellation.variants.find import has_watermark, with_watermark
from constellation.workspaces.rights import NEEDED, Operation

WATERMARKED_ONLY = "This image is given with a watermark only: name a variant that has one"


@operation(uses=[has_watermark], errors=[Forbidden])
def check_bytes(access: ImageAccess) -> None:
    """Raise Forbidden where the caller gets the picture of an image with a watermark only.

    This applies to whoever may not change an image whose links must be signed, in a place that has a watermark.
    """
    if _may_be_limited(access) and has_watermark(access.image):
        raise Forbidden(WATERMARKED_ONLY)


@operation(uses=[with_watermark])
def watermarked_only(accesses: Iterable[ImageAccess]) -> set[str]:
    """Return the ids of those of the images of which the caller gets the picture with a watermark only."""
    return with_watermark(access.image for access in accesses if _may_be_limited(access))


def _may_be_limited(access: ImageAccess) -> bool:
    return bool(access.right < NEEDED[Operation.SIGN_ANY_LINK] and access.image.signed_at)
