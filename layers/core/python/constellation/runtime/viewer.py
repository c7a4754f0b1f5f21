"""Where a request comes from: the address of the viewer, in front of the CDN, and its network."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from constellation.runtime import origin
from constellation.runtime.request import Request

_HEADER = origin.HEADER.lower()

UNKNOWN = "unknown"
"""The network of everything that is not an address."""

_PREFIX = 64
"""Bits of an IPv6 prefix that a provider assigns to one subscriber, who has all addresses in it (RFC 6177)."""


def viewer_network(request: Request) -> str:
    """Return the network that a request comes from, as limits count it where there is no account."""
    return network(viewer_address(request))


def viewer_address(request: Request) -> str:
    """Return the address of the viewer. If the CDN sent the request, it precedes the CDN's own in X-Forwarded-For.

    A caller of the gateway itself can write anything into that header, but does not know the secret of the CDN.
    """
    if origin.is_from_cdn(request.headers.get(_HEADER, "")):
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        if len(hops) > 1:
            return hops[-2]
    return request.peer


def network(address: str) -> str:
    """Return the network of an address: all of an IPv4 one, also when mapped into IPv6; the first 64 bits of IPv6."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return UNKNOWN
    whole = parsed if isinstance(parsed, IPv4Address) else parsed.ipv4_mapped
    if whole:
        return f"{whole}"
    return f"{IPv6Address(int(parsed) >> _PREFIX << _PREFIX)}/{_PREFIX}"
