"""Sign links to images for whoever sees the images."""

from collections.abc import Mapping, Sequence
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
from constellation.variants.access import check_bytes, watermarked_only


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
    signature = signing.signature(_published()[0], link.name, expires)
    query = urlencode({**asked.query, "exp": expires, "sig": signature}, safe=",")
    return SignedLink(f"/image/{name}?{query}", datetime.fromtimestamp(expires, UTC))


@operation(grants=edge_store.PUBLISH, uses=[watermarked_only], errors=[Unavailable])
def thumbnails(accesses: Sequence[ImageAccess], seconds: int, now: datetime) -> dict[str, str]:
    """Return links to the thumbnails of images, by the images' ids: signed ones where links must be signed.

    An image of which the caller gets the picture with a watermark only has none.
    """
    withheld = watermarked_only(accesses)
    links = {access.image.id: f"/image/{access.image.thumbnail_name}" for access in accesses}
    signed = [access.image for access in accesses if access.image.signed_at and access.image.id not in withheld]
    if signed:
        key, expires = _published()[0], int(now.timestamp()) + seconds
        for image in signed:
            signature = signing.signature(key, parse_link(image.thumbnail_name, {}).name, expires)
            links[image.id] += f"?exp={expires}&sig={signature}"
    return {id_: link for id_, link in links.items() if id_ not in withheld}


@operation(grants=edge_store.PUBLISH, errors=[Unavailable])
def links_of_share(asked: Sequence[tuple[str, Mapping[str, str]]], expires: int, share: str) -> list[str]:
    """Return signed links, relative, for the last parts of paths, each with a query, in their order.

    They are valid until a time in seconds, or until the share is marked as ended (``links.marks``).
    """
    key = _published()[0] if asked else ""
    links = list[str]()
    for name, query in asked:
        named = parse_link(name, {option: [value] for option, value in query.items()}).name
        signature = signing.signature(key, named, expires, share)
        given = urlencode({**query, "exp": expires, "share": share, "sig": signature}, safe=",")
        links.append(f"/image/{name}?{given}")
    return links


def _published() -> Sequence[str]:
    """Return the keys of signatures, once the edge verifies with them."""
    keys = signing.keys()
    try:
        edge_store.publish(keys)
    except Full:
        raise Unavailable from None
    return keys
