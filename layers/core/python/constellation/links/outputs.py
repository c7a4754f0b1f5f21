"""Response bodies of links."""

from typing import TypedDict

from constellation.common.times import Time, to_wire
from constellation.links.sign import SignedLink


class SignedLinkEntry(TypedDict):
    """A link that is valid until a time."""

    url: str
    expiresAt: Time


def signed_link(link: SignedLink) -> SignedLinkEntry:
    """Return a signed link."""
    return {"url": link.url, "expiresAt": to_wire(link.expires_at)}
