"""Deliver the picture that a public link names: as it is stored, or rendered now.

A rendition is stored when it is requested for the second time. Most are requested once, and storing one costs more than
rendering it again. A rendition that is too large for one response is stored at once.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from constellation.aws.client import Missing
from constellation.common.errors import Unavailable
from constellation.common.observability import count
from constellation.common.settings import DIRECT_FILE_LIMIT, SIGNED_SECONDS
from constellation.images.find import linked_image
from constellation.images.originals import fetch
from constellation.imaging.options import WHOLE
from constellation.links import rendition_store
from constellation.links.keep import claim, displace, keep
from constellation.links.make import make
from constellation.links.model import Link, tags
from constellation.links.slot_store import Claim
from constellation.runtime.operation import operation


@dataclass(frozen=True)
class Delivery:
    """A picture to be delivered.

    ``etag`` is the strong ETag: the quoted MD5 digest, which S3 gives it too. ``size`` is in bytes. ``data`` is None if
    it is too large for one response; it is stored then, to be fetched from ``signed_url``. ``has_slot``: it is stored,
    or will be at the next request. ``tags`` are those by which the CDN purges it.
    """

    etag: str
    size: int
    data: bytes | None
    has_slot: bool
    tags: str


@operation(grants=[rendition_store.GET], errors=[Unavailable], uses=[linked_image, fetch, claim, make, keep, displace])
def deliver(link: Link, now: datetime) -> Delivery:
    """Return the picture that a link names.

    Raises NotFound, and Unavailable if the budget is spent for now or a large picture can get no slot.
    """
    if link.options == WHOLE:
        image = linked_image(link.image_id)
        if image.extension == link.extension and image.size <= DIRECT_FILE_LIMIT:
            return _delivery(fetch(image.id), tags(image), has_slot=True)
    claimed = claim(link)
    stored = _find(link, claimed) if claimed.asked_before else None
    return stored or _make_and_keep(link, claimed, now)


@operation(grants=[rendition_store.GET])
def signed_url(link: Link) -> str:
    """Return the URL from which to fetch a stored rendition that is too large for one response."""
    return rendition_store.sign(link.key, SIGNED_SECONDS)


def _find(link: Link, claimed: Claim) -> Delivery | None:
    try:
        stored = rendition_store.get(link.key, DIRECT_FILE_LIMIT)
    except Missing:
        return None  # requested once before, or by requests that did not finish
    return Delivery(stored.etag, stored.size, stored.data, has_slot=True, tags=tags(claimed.image))


def _make_and_keep(link: Link, claimed: Claim, now: datetime) -> Delivery:
    data, tags_ = make(link, claimed.image, now), tags(claimed.image)
    is_large = len(data) > DIRECT_FILE_LIMIT
    is_to_be_kept = is_large or claimed.asked_before
    has_slot = claimed.granted and (not is_to_be_kept or keep(link, data, tags_))
    count("RenditionsMade")
    if is_large and not has_slot:
        displace(link, data, tags_)
    return _delivery(data, tags_, has_slot=has_slot or is_large)


def _delivery(data: bytes, tags_: str, *, has_slot: bool) -> Delivery:
    etag = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
    return Delivery(etag, len(data), None if len(data) > DIRECT_FILE_LIMIT else data, has_slot, tags_)
