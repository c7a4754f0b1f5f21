"""The links by which a share gives the pictures of its images.

Links to an image whose links must be signed are signed for an hour, and end with the share. That a share gives some is
noted in its record before, so that the CDN need not be told of the end of one that has given none. Without leave to
download they give at most 2,048 pixels a side. Where the creator of the share gets a picture with a watermark only, so
do they.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from constellation.accounts import limits
from constellation.aws.client import ConditionFailed
from constellation.common.errors import Unavailable
from constellation.images.access import ImageAccess
from constellation.images.model import Image
from constellation.links.sign import links_of_share
from constellation.runtime.operation import operation
from constellation.shares import store
from constellation.shares.model import Share
from constellation.variants.access import watermarked_only
from constellation.variants.find import watermarks
from constellation.variants.model import Variant, place_of

LARGEST = 2048
"""The most pixels a side of a picture that is not to be downloaded."""

MOST_GIVEN = 2000
"""How many versions of one user's shares can begin to give signed links in an hour. Each can need a mark in the CDN's
store, which holds 100,000 for all users."""

_HOUR = 3600
_LIFE = timedelta(hours=1)
_BOUNDED = {"w": str(LARGEST), "h": str(LARGEST)}
_SIDES = (("w", "width"), ("h", "height"))

_Asked = tuple[str, Mapping[str, str]]
_Links = tuple[_Asked | None, _Asked | None, _Asked | None]

_NOTHING: _Links = (None, None, None)


@dataclass(frozen=True)
class Pictures:
    """Links to the picture of an image, to a thumbnail, and to its original; None where there is none to be given."""

    url: str | None
    thumbnail: str | None
    download: str | None


@operation(grants=[store.GIVE_LINKS], uses=[limits.within], errors=[Unavailable])
def _gives_signed(share: Share, now: datetime) -> bool:
    """Return whether a share gives links that are signed, and note it before the first ones.

    Raise Unavailable where the share has changed since it was read: it may give less now.
    """
    if share.links_given:
        return True
    if not limits.within("shares_given", share.creator, MOST_GIVEN, now, window=_HOUR):
        return False
    try:
        store.give_links(share)
    except ConditionFailed:
        raise Unavailable from None
    return True


@operation(uses=[watermarked_only, watermarks, links_of_share, _gives_signed], errors=[Unavailable])
def pictures(accesses: Sequence[ImageAccess], share: Share, now: datetime) -> dict[str, Pictures]:
    """Return the links to pictures of images by a share, by the images' ids."""
    withheld = watermarked_only(accesses)
    images = [access.image for access in accesses]
    marked = _watermarked([image for image in images if image.id in withheld], share)
    asked = {image.id: _asked(image, share, marked.get(image.id)) for image in images}
    asked |= dict.fromkeys(withheld - marked.keys(), _NOTHING)
    secret = [image.id for image in images if image.signed_at and any(asked[image.id])]
    if secret and not _gives_signed(share, now):
        asked |= dict.fromkeys(secret, _NOTHING)
    to_sign = [each for image_id in secret for each in asked[image_id] if each]
    signed = dict(zip(map(_key, to_sign), links_of_share(to_sign, _end(share, now), share.links_tag), strict=True))
    return {
        image_id: Pictures(*(_link(each, signed) if each else None for each in links))
        for image_id, links in asked.items()
    }


def _asked(image: Image, share: Share, variant: Variant | None) -> _Links:
    """Return what the links to an image ask: the picture, a thumbnail and the original."""
    if variant:
        marked = (image.file_name, {"variant": variant.name})
        return marked, marked, None
    thumbnail = (image.thumbnail_name, dict[str, str]())
    whole = (image.file_name, dict[str, str]())
    if share.allow_download:
        return whole, thumbnail, whole
    return (image.file_name, _BOUNDED) if image.signed_at else whole, thumbnail, None


def _watermarked(images: Iterable[Image], share: Share) -> dict[str, Variant]:
    """Return the newest variants with a watermark that a share may give of images, by the images' ids."""
    known, found = dict[str, list[Variant]](), dict[str, Variant]()
    for image in images:
        place = place_of(image) or ""
        if place not in known:
            known[place] = watermarks(place)
        fitting = [each for each in known[place] if share.allow_download or _is_bounded(image, each)]
        found |= {image.id: fitting[0]} if fitting else {}
    return found


def _is_bounded(image: Image, variant: Variant) -> bool:
    """Return whether a variant gives at most LARGEST pixels a side of an image."""
    if max(image.width, image.height) <= LARGEST:
        return True
    sides = [next((variant.options[name] for name in names if name in variant.options), "") for names in _SIDES]
    scale = float(variant.options.get("dpr", "1"))
    return all(side and int(side) * scale <= LARGEST for side in sides)


def _end(share: Share, now: datetime) -> int:
    """Return until when links are valid, in seconds: an hour, but not longer than the share."""
    end = now + _LIFE
    return int(min(end, share.expires_at or end).timestamp())


def _link(asked: _Asked, signed: Mapping[str, str]) -> str:
    return signed.get(_key(asked)) or f"/image/{asked[0]}"


def _key(asked: _Asked) -> str:
    return f"{asked[0]}?{asked[1]}"
