"""Who may see and change which image."""

from constellation.domain.errors import Forbidden, NotFound
from constellation.domain.images import Image
from constellation.domain.links import NO_SUCH_IMAGE
from constellation.stores import images

ACCESS = (images.READ,)
"""What a function needs that asks."""

NOT_YOURS = "This image belongs to somebody else"


def own_image(image_id: str, user_id: str) -> Image:
    """The user's own image. Raises Forbidden for another's that is public, NotFound for any other."""
    image = images.get(image_id)
    if image is None or (image.owner != user_id and not image.is_public):
        raise NotFound(NO_SUCH_IMAGE)
    if image.owner != user_id:
        raise Forbidden(NOT_YOURS)
    return image
