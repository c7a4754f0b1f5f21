"""Keep renditions in their bucket, each under a slot in the record of its image.

An image has at most ``renditions_per_image`` slots. The first request for a rendition takes a slot, and thereby notes
that it came. So a function that is killed leaves a slot that the next request uses, and never an object that no record
knows.
"""

import random

from constellation.common.errors import Forbidden, NotFound, Unavailable
from constellation.common.settings import settings
from constellation.images.find import check_not_deleted
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.links import rendition_store, slot_store
from constellation.links.model import UNSIGNED, Link
from constellation.links.slot_store import Claim
from constellation.runtime.operation import operation

_TRIES = 4
_CHANCE = random.SystemRandom()


@operation(errors=[Forbidden])
def check_access(link: Link, image: Image) -> None:
    """Raise Forbidden for a link that is not signed where the image's links must be."""
    if image.signed_at and not link.signed:
        raise Forbidden(UNSIGNED)


@operation(grants=[slot_store.CLAIM], errors=[NotFound], uses=[check_not_deleted, check_access])
def claim(link: Link) -> tuple[Link, Claim]:
    """Find the image of a link and claim a slot for its rendition, which can be cut around the image's focus.

    Raises NotFound, Forbidden.
    """
    found = _claim(link)
    check_not_deleted(found.image)
    check_access(link, found.image)
    settled = link.around_focus(found.image)
    if settled != link:
        found = _claim(settled)
        check_access(link, found.image)
    return settled, found


def _claim(link: Link) -> Claim:
    found = slot_store.claim(
        link.image_id,
        _name(link),
        settings().renditions_per_image,
        signed=link.signed,
        follows_focus=link.follows_focus,
    )
    if found is None:
        raise NotFound(NO_SUCH_IMAGE)
    return found


@operation(grants=[slot_store.READ, rendition_store.PUT, rendition_store.DELETE], errors=[NotFound])
def keep(link: Link, data: bytes, tags: str) -> bool:
    """Store a rendition; False if its slot was lost meanwhile. Raises NotFound if the image is gone.

    The slot is checked again after the object is written, and the object deleted if the slot is gone. This keeps a
    rendition from outliving its slot.
    """
    rendition_store.put(link.key, data, link.media_type, link.cache_control, tags)
    names = slot_store.names(link.image_id)
    if names is None or _name(link) not in names:
        rendition_store.delete(link.key)
    if names is None:
        raise NotFound(NO_SUCH_IMAGE)
    return _name(link) in names


@operation(grants=[slot_store.READ, slot_store.CLAIM, rendition_store.DELETE], errors=[Unavailable], uses=[keep])
def displace(link: Link, data: bytes, tags: str) -> None:
    """Store a rendition under the slot of another one, chosen at random.

    Raises NotFound if the image is gone, Unavailable if others keep being quicker.
    """
    if not any(_take_slot(link) and keep(link, data, tags) for _ in range(_TRIES)):
        raise Unavailable


def _take_slot(link: Link) -> bool:
    """Take the slot of another rendition, unless this one has a slot; False if another request was quicker.

    The other object is deleted before its slot is taken, because a kill in between would leave it behind. It is deleted
    again afterwards, because a request for it may have written it meanwhile.
    """
    names = slot_store.names(link.image_id)
    if names is None:
        raise NotFound(NO_SUCH_IMAGE)
    if _name(link) in names:
        return True
    if not names:
        return False
    other = _CHANCE.choice(sorted(names))
    rendition_store.delete(f"{link.image_id}/{other}")
    if not slot_store.swap(link.image_id, _name(link), other):
        return False
    rendition_store.delete(f"{link.image_id}/{other}")
    return True


def _name(link: Link) -> str:
    """Return the name of a rendition within its image."""
    return link.key.removeprefix(f"{link.image_id}/")
