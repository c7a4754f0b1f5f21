"""Whom a limit counts where there is no account: the network that a request comes from."""

from ipaddress import IPv4Address, IPv6Address, ip_address

UNKNOWN = "unknown"
"""The one network of whatever is no address."""

_PREFIX = 64
"""Bits of an IPv6 address that a provider gives a subscriber, who then has all addresses below them (RFC 6177)."""


def network(address: str) -> str:
    """The network that an address counts as: IPv4 whole, also when mapped into IPv6; IPv6 by its first 64 bits."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return UNKNOWN
    whole = parsed if isinstance(parsed, IPv4Address) else parsed.ipv4_mapped
    if whole:
        return f"{whole}"
    return f"{IPv6Address(int(parsed) >> _PREFIX << _PREFIX)}/{_PREFIX}"
