"""Which addresses are public: every row of IANA's registries of special addresses, and what leads to IPv4 addresses.

The rows were copied from the registries themselves as they stood in 2025, with what they say of being reachable.
"""

from ipaddress import ip_address, ip_network

import pytest

from constellation.common.reachable import is_reachable

IPV4 = {
    "0.0.0.0/8": False,  # "this network"
    "0.0.0.0/32": False,
    "10.0.0.0/8": False,
    "100.64.0.0/10": False,  # shared by a provider's customers
    "127.0.0.0/8": False,
    "169.254.0.0/16": False,
    "172.16.0.0/12": False,
    "192.0.0.0/24": False,
    "192.0.0.0/29": False,
    "192.0.0.8/32": False,
    "192.0.0.9/32": True,
    "192.0.0.10/32": True,
    "192.0.0.170/32": False,
    "192.0.0.171/32": False,
    "192.0.2.0/24": False,
    "192.31.196.0/24": True,
    "192.52.193.0/24": True,
    "192.88.99.2/32": False,
    "192.168.0.0/16": False,
    "192.175.48.0/24": True,
    "198.18.0.0/15": False,
    "198.51.100.0/24": False,
    "203.0.113.0/24": False,
    "240.0.0.0/4": False,
    "255.255.255.255/32": False,
}

IPV6 = {
    "::1/128": False,
    "::/128": False,
    "64:ff9b:1::/48": False,
    "100::/64": False,
    "100:0:0:1::/64": False,
    "2001::/23": False,  # where no row below says otherwise
    "2001:1::1/128": True,
    "2001:1::2/128": True,
    "2001:1::3/128": True,
    "2001:2::/48": False,
    "2001:3::/32": True,
    "2001:4:112::/48": True,
    "2001:10::/28": False,
    "2001:20::/28": True,
    "2001:30::/28": True,
    "2001:db8::/32": False,
    "2620:4f:8000::/48": True,
    "3fff::/20": False,
    "5f00::/16": False,
    "fc00::/7": False,
    "fe80::/10": False,
}

NOT_THERE = {
    "192.88.99.0/24": False,  # relays of 6to4, given up
    "224.0.0.0/4": False,
    "ff00::/8": False,
    "fec0::/10": False,
    "::/8": False,
    "4000::/3": False,  # not allocated, and so are the next ones
    "8000::/1": False,
}
"""What those registries do not list and is not reachable either."""

PUBLIC = (
    *("1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"),
    *("169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255"),
    *("192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "203.0.114.0", "223.255.255.255"),
    *("2000::", "2001:200::1", "2001:db7:ffff::1", "2001:db9::", "2606:4700::1111", "3ffe:ffff::1", "3fff:1000::1"),
)


@pytest.mark.parametrize(("network", "is_global"), (IPV4 | IPV6 | NOT_THERE).items())
def test_every_row_of_the_registries(network: str, is_global: bool) -> None:
    row = ip_network(network)
    if network == "2001::/23":
        assert not is_reachable(ip_address("2001:1ff:ffff::1"))
        assert not is_reachable(ip_address("2001:5::1"))
        return
    assert is_reachable(row[0]) == is_reachable(row[-1]) == is_global


@pytest.mark.parametrize("address", PUBLIC)
def test_what_lies_between_the_rows(address: str) -> None:
    assert is_reachable(ip_address(address))


@pytest.mark.parametrize("inner", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "0.0.0.0", "192.168.1.1", "8.8.8.8"])
def test_what_leads_to_an_ipv4_address_is_judged_by_it(inner: str) -> None:
    number, is_public = int(ip_address(inner)), inner == "8.8.8.8"
    hidden, server = number ^ 0xFFFF_FFFF, int(ip_address("8.8.4.4"))
    ways = {
        "mapped": 0xFFFF << 32 | number,
        "NAT64": 0x64FF9B << 96 | number,
        "6to4": 0x2002 << 112 | number << 80 | 1,
        "Teredo, the client": 0x20010000 << 96 | server << 64 | hidden,
        "Teredo, the server": 0x20010000 << 96 | number << 64 | (server ^ 0xFFFF_FFFF),
    }
    assert {way: is_reachable(ip_address(value)) for way, value in ways.items()} == dict.fromkeys(ways, is_public)
    for way, value in {"compatible": number, "translated": 0xFFFF << 48 | number}.items():
        assert not is_reachable(ip_address(value if way == "translated" else f"::{inner}"))
    local = ip_address(f"64:ff9b:1::{inner}")
    assert not is_reachable(local)
