"""What of an address a limit counts by."""

import pytest

from constellation.runtime.viewer import UNKNOWN, network


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1", "::FFFF:C000:201", "0:0:0:0:0:ffff:192.0.2.1"])
def test_an_ipv4_address_counts_whole_however_it_is_written(address: str) -> None:
    assert network(address) == "192.0.2.1"


@pytest.mark.parametrize(
    "address",
    [
        "2001:db8:1:2::",
        "2001:db8:1:2::1",
        "2001:DB8:1:2:ffff:ffff:ffff:ffff",
        "2001:0db8:0001:0002:0000:0000:0000:0003",
        "2001:db8:1:2::192.0.2.1",
        "2001:db8:1:2::1%eth0",
    ],
)
def test_an_ipv6_address_counts_by_its_64_bits(address: str) -> None:
    assert network(address) == "2001:db8:1:2::/64"


def test_neighbours_are_told_apart() -> None:
    addresses = ["2001:db8:1:2::1", "2001:db8:1:3::1", "192.0.2.1", "192.0.2.2", "::1", "64:ff9b::192.0.2.1"]
    assert len({network(address) for address in addresses}) == len(addresses)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "nobody",
        "192.0.2",
        "192.0.2.1, 192.0.2.2",
        "192.0.2.1:80",
        "::g",
        "1" * 100_000,
        ":" * 100_000,
        "\0",
        "‮",
        "\ud800",
        "١.٢.٣.٤",
    ],
)
def test_what_is_no_address_counts_as_one(text: str) -> None:
    assert network(text) == UNKNOWN
