"""Public links: the picture that a link names, as it is stored, or made now.

A rendition is stored when it is asked for a second time: most never are, and to store one costs more than to make it
again. One that is more than a function can answer is stored at once.

It is stored only under a slot in its image's record, at most ``renditions_per_image`` of them. The first request
takes the slot, and with it notes that it came; so a function that is killed leaves a slot to be used by the next
request and never an object that no record knows.

What is to be made is paid for first, from a budget of CPU time that all requests share. Whoever holds a link can ask
for ever new sizes; without a bound they would take every concurrent execution that the account has.
"""

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from constellation.aws.client import Missing
from constellation.common.errors import DomainError, NotFound, Unavailable
from constellation.common.observability import count, logger
from constellation.common.settings import DIRECT_FILE_LIMIT, SIGNED_SECONDS, settings
from constellation.common.times import seconds_left
from constellation.images import store as images
from constellation.images.access import standing
from constellation.images.model import NO_SUCH_IMAGE, Image
from constellation.images.originals import fetch
from constellation.imaging.cost import render_cost
from constellation.imaging.render import render
from constellation.links import budget_store as renders
from constellation.links import model as cdn
from constellation.links import rendition_store as blobs
from constellation.links import slot_store
from constellation.links.model import Link
from constellation.links.slot_store import Claim
from constellation.runtime.operation import needs_of

T = TypeVar("T")

DELIVER = (
    images.READ,
    slot_store.CLAIM,
    renders.SPEND,
    *needs_of(standing).grants,
    *needs_of(fetch).grants,
    blobs.RENDITION,
)
"""What a function that delivers needs."""

_TRIES = 4
_CHANCE = random.SystemRandom()


@dataclass(frozen=True)
class Delivery:
    """A picture with its strong ETag, the quoted MD5 that S3 gives it too.

    ``size`` is in bytes. ``data`` is None where it is more than a function can answer; it is stored then, to be fetched
    from ``signed_url``. ``has_slot``: it is stored, or will be when it is asked for again.
    ``tags``: what the CDN forgets it by.
    """

    etag: str
    size: int
    data: bytes | None
    has_slot: bool
    tags: str


def deliver(link: Link, now: datetime) -> Delivery:
    """The picture that ``link`` names.

    Raises NotFound; Unavailable when the budget is spent for now, or the picture is large and no slot can be had.
    """
    if link.transform.is_whole:
        image = _standing(images.get(link.image_id))
        if image.extension == link.extension and image.size <= DIRECT_FILE_LIMIT:
            data = fetch(link.image_id)
            return Delivery(_etag(data), len(data), data, has_slot=True, tags=cdn.tags(image))
    claim = _found(slot_store.claim_rendition(link.image_id, _name(link), settings().renditions_per_image))
    _standing(claim.image)
    stored = _stored(link, claim.image) if claim.asked_before else None
    return stored or _made(link, claim, now)


def signed_url(link: Link) -> str:
    """Where to fetch a stored rendition that is more than a function can answer."""
    return blobs.sign_rendition(link.key, SIGNED_SECONDS)


def _stored(link: Link, image: Image) -> Delivery | None:
    try:
        blob = blobs.get_rendition(link.key, DIRECT_FILE_LIMIT)
    except Missing:
        return None  # it was asked for once, or by requests that did not come to their end
    return Delivery(blob.etag, blob.size, blob.data, has_slot=True, tags=cdn.tags(image))


def _made(link: Link, claim: Claim, now: datetime) -> Delivery:
    is_original = link.transform.is_whole and link.extension == claim.image.extension
    if not is_original:
        _pay(link, claim.image, now)
    original = fetch(link.image_id)
    data = original if is_original else _rendered(link, original)
    is_large = len(data) > DIRECT_FILE_LIMIT
    is_wanted = is_large or claim.asked_before
    tags = cdn.tags(claim.image)
    has_slot = claim.granted and (not is_wanted or _store(link, data, tags))
    count("RenditionsMade")
    if not is_large:
        return Delivery(_etag(data), len(data), data, has_slot, tags)
    if has_slot or any(_displace(link) and _store(link, data, tags) for _ in range(_TRIES)):
        return Delivery(_etag(data), len(data), None, has_slot=True, tags=tags)
    raise Unavailable


def _pay(link: Link, image: Image, now: datetime) -> None:
    """Take what the rendition costs from the budget. Raises Unavailable until the budget is renewed."""
    concurrency = settings().render_concurrency
    cost = render_cost(image, link.transform, link.extension)
    if concurrency and not renders.spend(image.id, cost, concurrency, now):
        count("RendersRefused")
        raise Unavailable(retry_after=seconds_left(now, renders.WINDOW))


def _rendered(link: Link, original: bytes) -> bytes:
    """The rendition. An original was cleaned once: one that cannot be read is damaged, to be looked into, no 500."""
    try:
        return render(original, link.transform, link.extension)
    except DomainError:
        raise
    except Exception:
        logger().exception("unreadable original", extra={"image_id": link.image_id})
        raise NotFound(NO_SUCH_IMAGE) from None


def _store(link: Link, data: bytes, tags: str) -> bool:
    """Write the rendition; False where its slot was lost meanwhile. Raises NotFound where the image is gone.

    Looking again afterwards, and taking the object back, is what keeps a rendition from outliving its slot.
    """
    blobs.put_rendition(link.key, data, link.media_type, tags)
    names = slot_store.rendition_names(link.image_id)
    if names is None or _name(link) not in names:
        blobs.delete_rendition(link.key)
    return _name(link) in _found(names)


def _displace(link: Link) -> bool:
    """Take the slot of another rendition, whichever; False where somebody else was quicker.

    The other's object goes before its slot does, or a kill in between would leave it behind, and again
    after, since a request for it may have written it anew in between.
    """
    names = _found(slot_store.rendition_names(link.image_id))
    if _name(link) in names:
        return True
    if not names:
        return False
    other = _CHANCE.choice(sorted(names))
    blobs.delete_rendition(f"{link.image_id}/{other}")
    if not slot_store.swap_rendition(link.image_id, _name(link), other):
        return False
    blobs.delete_rendition(f"{link.image_id}/{other}")
    return True


def _standing(image: Image | None) -> Image:
    """The image, unless it was deleted, be it with what it lies in."""
    return _found(next(iter(standing([image] if image else [])), None))


def _found(value: T | None) -> T:
    if value is None:
        raise NotFound(NO_SUCH_IMAGE)
    return value


def _name(link: Link) -> str:
    """The rendition's name within its image."""
    return link.key.removeprefix(f"{link.image_id}/")


def _etag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
