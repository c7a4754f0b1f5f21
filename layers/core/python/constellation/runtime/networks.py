"""The network that a request comes from, which limits count where there is no account."""

from ipaddress import IPv4Address, IPv6Address, ip_address

UNKNOWN = "unknown"
"""The network of everything that is not an address."""

_PREFIX = 64
"""Bits of an IPv6 prefix that a provider assigns to one subscriber, who has all addresses in it (RFC 6177)."""


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
