"""Fetch the originals of images: their bytes as they were uploaded, cleaned."""

from constellation.aws.client import Missing
from constellation.common.errors import NotFound
from constellation.common.settings import SIGNED_SECONDS
from constellation.images import original_store
from constellation.images.model import NO_SUCH_IMAGE
from constellation.runtime.operation import operation


@operation(grants=[original_store.GET_ORIGINAL], errors=[NotFound])
def fetch(image_id: str, part: range | None = None) -> bytes:
    """Return the bytes of an image, or of a part of it. Raise NotFound where it is being deleted."""
    try:
        return original_store.get_original(image_id, part)
    except Missing:
        raise NotFound(NO_SUCH_IMAGE) from None


@operation(grants=[original_store.GET_ORIGINAL])
def signed_url(image_id: str) -> str:
    """Return where to fetch an original that is too large for a response."""
    return original_store.sign_original(image_id, SIGNED_SECONDS)
