"""Who gets pictures by the IIIF Image API: whoever knows the image, as long as its links need no signature."""

from constellation.common.settings import settings
from constellation.images.model import SIGNED, Image

WITHHELD = "This image is shown by signed links only"


def is_withheld(image: Image) -> bool:
    """Tell whether an image, or every image of this deployment, is shown by signed links only.

    A request of this API has no place for a signature: viewers make the addresses of tiles themselves.
    """
    return image.signed_at is not None or settings().links == SIGNED
