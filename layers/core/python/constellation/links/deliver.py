"""Deliver the picture that a public link names: as it is stored, or rendered now.

A rendition is stored when it is requested for the second time. Most are requested once, and storing one costs more than
rendering it again. A rendition that is too large for one response is stored at once.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from constellation.aws.client import Missing
from constellation.common.errors import Forbidden, Unavailable
from constellation.common.observability import count
from constellation.common.settings import DIRECT_FILE_LIMIT, SIGNED_SECONDS, settings
from constellation.images.find import linked_image
from constellation.images.model import SIGNED, Image
from constellation.images.originals import fetch
from constellation.imaging.options import THUMBNAIL, WHOLE
from constellation.links import rendition_store
from constellation.links.keep import check_access, claim, displace, keep
from constellation.links.make import make
from constellation.links.model import UNSIGNED, Link, tags
from constellation.links.settle import settle
from constellation.links.slot_store import Claim
from constellation.links.vary import vary
from constellation.runtime.operation import operation


@dataclass(frozen=True)
class Delivery:
    """A picture to be delivered.

    ``link`` names it as it was rendered, without a variant. ``etag`` is the strong ETag: the quoted MD5 digest, which
    S3 gives it too. ``size`` is in bytes. ``data`` is None if it is too large for one response; it is stored then, to
    be fetched from ``signed_url``. ``has_slot``: it is stored, or will be at the next request. ``tags`` are those by
    which the CDN purges it.
    """

    link: Link
    etag: str
    size: int
    data: bytes | None
    has_slot: bool
    tags: str


@operation(
    grants=[rendition_store.GET],
    errors=[Forbidden, Unavailable],
    uses=[linked_image, check_access, vary, settle, fetch, claim, make, keep, displace],
)
def deliver(link: Link, now: datetime) -> Delivery:
    """Return the picture that a link names.

    Raises NotFound, Forbidden if the link must be signed, and Unavailable if the budget is spent for now or a large
    picture can get no slot.
    """
    _check_demand(link)
    image, asked = None, link
    if link.variant:
        image = _image_of(link)
        asked = vary(link, image)
    asked = settle(asked)
    if asked.options == WHOLE and not asked.overlay:
        image = image or _image_of(link)
        if image.extension == asked.extension and image.size <= DIRECT_FILE_LIMIT:
            return _delivery(asked, fetch(image.id), tags(image, link, asked), has_slot=True)
    settled, claimed = claim(asked)
    tags_ = tags(claimed.image, link, settled)
    stored = _find(settled, tags_) if claimed.asked_before else None
    return stored or _make_and_keep(settled, claimed, tags_, now)


@operation(grants=[rendition_store.GET])
def signed_url(link: Link) -> str:
    """Return the URL from which to fetch a stored rendition that is too large for one response."""
    return rendition_store.sign(link.key, SIGNED_SECONDS)


def _check_demand(link: Link) -> None:
    """Raise Forbidden for a link with options that is not signed where this deployment demands that."""
    is_free = link.signed or link.variant or link.options in (WHOLE, THUMBNAIL)
    if settings().links == SIGNED and not is_free:
        raise Forbidden(UNSIGNED)


def _image_of(link: Link) -> Image:
    image = linked_image(link.image_id)
    check_access(link, image)
    return image


def _find(link: Link, tags_: str) -> Delivery | None:
    try:
        stored = rendition_store.get(link.key, DIRECT_FILE_LIMIT)
    except Missing:
        return None  # requested once before, or by requests that did not finish
    return Delivery(link, stored.etag, stored.size, stored.data, has_slot=True, tags=tags_)


def _make_and_keep(link: Link, claimed: Claim, tags_: str, now: datetime) -> Delivery:
    """Make a picture and store it if it was requested before, with the tags that it has for all who find it there."""
    data, stored_tags = make(link, claimed.image, now), tags(claimed.image, link, link)
    is_large = len(data) > DIRECT_FILE_LIMIT
    is_to_be_kept = is_large or claimed.asked_before
    has_slot = claimed.granted and (not is_to_be_kept or keep(link, data, stored_tags))
    count("RenditionsMade")
    if is_large and not has_slot:
        displace(link, data, stored_tags)
    return _delivery(link, data, tags_, has_slot=has_slot or is_large)


def _delivery(link: Link, data: bytes, tags_: str, *, has_slot: bool) -> Delivery:
    etag = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
    return Delivery(link, etag, len(data), None if len(data) > DIRECT_FILE_LIMIT else data, has_slot, tags_)
