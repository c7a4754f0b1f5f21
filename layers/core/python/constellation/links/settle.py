"""Settle the format of a link that leaves it to what its caller accepts.

The edge knows what the caller accepts, and only the record of the image what is stored and whether it moves.
"""

from constellation.common.errors import NotFound
from constellation.images.find import find_image
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.images.originals import fetch
from constellation.imaging.inspect.webp_chunks import HEAD, has_alpha
from constellation.links.model import Link
from constellation.runtime.operation import operation


@operation(errors=[NotFound], uses=[find_image, fetch])
def settle(link: Link) -> Link:
    """Return the link in one format.

    An animation stays one: a caller that accepts AVIF is taken to accept WebP. Raises NotFound for an image that is
    not there. Delivery checks whether it was deleted with its folder.
    """
    if not link.is_automatic:
        return link
    image = find_image(link.image_id)
    if image is None:
        raise NotFound(NO_SUCH_IMAGE)
    if image.frames > 1:
        return link.settled("webp" if link.accepts else "gif")
    return link.settled(link.accepts or _stored(image))


def _stored(image: Image) -> str:
    """Return the format in which an image is stored, or the nearest one that every browser shows."""
    if image.extension != "webp":
        return image.extension
    return "png" if has_alpha(fetch(image.id, range(HEAD))) else "jpg"
