"""Tell the addresses that are the same place from everywhere on the Internet from those that mean something local.

The tables hold the rows of IANA's special-purpose address registries (RFC 6890), with the column "Globally Reachable";
of the rows that an address lies in, the narrowest counts. ``ipaddress`` of Python lacks some of the rows.
"""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address

SPECIAL: Mapping[str, bool] = {
    # IANA IPv4 Special-Purpose Address Registry
    "0.0.0.0/8": False,
    "10.0.0.0/8": False,
    "100.64.0.0/10": False,
    "127.0.0.0/8": False,
    "169.254.0.0/16": False,
    "172.16.0.0/12": False,
    "192.0.0.0/24": False,
    "192.0.0.9/32": True,
    "192.0.0.10/32": True,
    "192.0.2.0/24": False,
    "192.31.196.0/24": True,
    "192.52.193.0/24": True,
    "192.88.99.0/24": False,
    "192.168.0.0/16": False,
    "192.175.48.0/24": True,
    "198.18.0.0/15": False,
    "198.51.100.0/24": False,
    "203.0.113.0/24": False,
    "240.0.0.0/4": False,
    # IANA IPv6 Special-Purpose Address Registry
    "64:ff9b:1::/48": False,
    "100::/64": False,
    "100:0:0:1::/64": False,
    "2001::/23": False,
    "2001:1::1/128": True,
    "2001:1::2/128": True,
    "2001:1::3/128": True,
    "2001:3::/32": True,
    "2001:4:112::/48": True,
    "2001:20::/28": True,
    "2001:30::/28": True,
    "2001:db8::/32": False,
    "2620:4f:8000::/48": True,
    "3fff::/20": False,
    "5f00::/16": False,
    "fc00::/7": False,
    "fe80::/10": False,
    # Not in these registries: multicast, and all of IPv6 that is not allocated to single hosts (RFC 4291, 2.4)
    "224.0.0.0/4": False,
    "::/0": False,
    "2000::/3": True,
}

_NAT64 = IPv6Network("64:ff9b::/96")


def _narrowest_first(networks: Mapping[str, bool]) -> Sequence[tuple[IPv4Network | IPv6Network, bool]]:
    parsed = [(ip_network(network), is_global) for network, is_global in networks.items()]
    return sorted(parsed, key=lambda row: row[0].prefixlen, reverse=True)


_SPECIAL = _narrowest_first(SPECIAL)


def is_reachable(address: Address) -> bool:
    """Return whether an address is globally reachable.

    An IPv6 address that leads to IPv4 addresses by NAT64, 6to4, Teredo or mapping is so if all of those are.
    """
    embedded = _embedded(address) if isinstance(address, IPv6Address) else ()
    if embedded:
        return all(map(is_reachable, embedded))
    return next((is_global for network, is_global in _SPECIAL if address in network), True)


def _embedded(address: IPv6Address) -> Sequence[IPv4Address]:
    """Return the IPv4 addresses to which an IPv6 address leads: for Teredo those of the server and of the client."""
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFF_FFFF)]
    return address.teredo or [found for found in (address.ipv4_mapped, address.sixtofour) if found]
