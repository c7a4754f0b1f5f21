"""The bytes of images as they were uploaded, cleaned."""

from constellation.aws.client import Missing
from constellation.common.errors import NotFound
from constellation.common.settings import SIGNED_SECONDS
from constellation.images import original_store as blobs
from constellation.images.model import NO_SUCH_IMAGE
from constellation.runtime.operation import operation

FETCH = (blobs.GET_ORIGINAL,)
"""What a function that fetches needs."""


@operation(grants=FETCH, errors=[NotFound])
def fetch(image_id: str, part: range | None = None) -> bytes:
    """The bytes of an image, or those in a part of it.

    Raises NotFound where they are gone, with an image that is deleted just now.
    """
    try:
        return blobs.get_original(image_id, part)
    except Missing:
        raise NotFound(NO_SUCH_IMAGE) from None


def signed_url(image_id: str) -> str:
    """Where to fetch what is more than a function can answer."""
    return blobs.sign_original(image_id, SIGNED_SECONDS)
