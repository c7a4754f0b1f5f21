"""Show what a request of the IIIF Image API asks for, as the ordinary link that means the same."""

from dataclasses import dataclass
from datetime import datetime

from constellation.common.errors import BadRequest, Forbidden, NotFound, Withheld
from constellation.iiif.access import WITHHELD, is_withheld
from constellation.iiif.model import Asked, settled
from constellation.images.find import check_not_deleted, find_image
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.links.deliver import Delivery, deliver
from constellation.runtime.operation import operation


@dataclass(frozen=True)
class Shown:
    """A picture to be delivered, and the canonical spelling of the request for it."""

    picture: Delivery
    canonical: str


@operation(errors=[NotFound, BadRequest, Withheld], uses=[find_image, check_not_deleted, deliver])
def show(image_id: str, asked: Asked, now: datetime) -> Shown:
    """Return what is asked of an image.

    Raises NotFound, Withheld if the image is shown by signed links only, BadRequest for what the image cannot give, and
    Unavailable as ``deliver`` does. Only the canonical request takes a slot, whatever the spelling.
    """
    image = find_image(image_id)
    if image is None:
        raise NotFound(NO_SUCH_IMAGE)
    try:
        meant = settled(asked, image.width, image.height)
    except BadRequest:
        _check(image)
        raise
    if is_withheld(image):
        _check(image)
    try:
        return Shown(deliver(meant.link(image.id, image.frames), now), meant.canonical)
    except Forbidden:  # it became signed meanwhile
        raise Withheld(WITHHELD) from None


def _check(image: Image) -> None:
    """Raise what a refusal must not hide: NotFound for a deleted image, Withheld for one that is not shown."""
    check_not_deleted(image)
    if is_withheld(image):
        raise Withheld(WITHHELD)
