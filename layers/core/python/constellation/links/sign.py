"""Sign a link to an image for whoever sees the image."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from constellation.aws.client import Full
from constellation.common.errors import Unavailable
from constellation.images.access import ImageAccess
from constellation.links import edge_store, signing
from constellation.links.model import THUMBNAIL_SUFFIX, parse_link
from constellation.links.vary import vary
from constellation.runtime.operation import operation
from constellation.variants.access import check_bytes


@dataclass(frozen=True)
class Asked:
    """What a link asks: its extension, if it is not that of the stored type, and its query."""

    extension: str | None
    is_thumbnail: bool
    query: Mapping[str, str]


@dataclass(frozen=True)
class SignedLink:
    """A link, relative, and until when it is valid."""

    url: str
    expires_at: datetime


@operation(grants=edge_store.PUBLISH, uses=[check_bytes, vary], errors=[Unavailable])
def sign(access: ImageAccess, asked: Asked, seconds: int, now: datetime) -> SignedLink:
    """Return a signed link to an image.

    Raise Invalid for a variant beside options, NotFound for an unknown one, Forbidden where the caller gets the picture
    with a watermark only.
    """
    image, expires = access.image, int(now.timestamp()) + seconds
    name = f"{image.id}{THUMBNAIL_SUFFIX * asked.is_thumbnail}.{asked.extension or image.extension}"
    link = parse_link(name, {option: [value] for option, value in asked.query.items()})
    watermarked = bool(link.variant) and vary(link, image).overlay is not None
    if not watermarked:
        check_bytes(access)
    keys = signing.keys()
    try:
        edge_store.publish(keys)
    except Full:
        raise Unavailable from None
    signature = signing.signature(keys[0], link.name, expires)
    query = urlencode({**asked.query, "exp": expires, "sig": signature}, safe=",")
    return SignedLink(f"/image/{name}?{query}", datetime.fromtimestamp(expires, UTC))
