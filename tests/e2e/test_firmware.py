"""A large binary through the edge, up and down, whole and in parts; and a few rounds of the races for firmware."""

import hashlib
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.support.hex_files import firmware
from tests.support.http_firmware_races import an_upload_and_a_deletion, created, two_uploads, uploads
from tests.support.http_user import User
from tests.support.product import Product

PART = 64 * 1024
"""Bytes of a range, and of what a device has got when its connection breaks."""


@dataclass
class Device:
    """Who downloads a binary."""

    client: httpx.Client
    user: User
    image: str
    binary: bytes

    def asks(self, method: str = "GET", **headers: str) -> httpx.Response:
        """The answer to a request for the binary; ``If_Range`` is the header ``If-Range``."""
        return self.client.request(method, f"{self.image}/binary", headers=self._sent(headers))

    def breaks_off(self) -> tuple[bytes, httpx.Headers]:
        """What has come of the binary when the connection is closed early, and the headers."""
        with self.client.stream("GET", f"{self.image}/binary", headers=self.user.headers) as answer:
            return next(answer.iter_raw(PART)), answer.headers

    def _sent(self, headers: dict[str, str]) -> dict[str, str]:
        return {**self.user.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}


@pytest.fixture(scope="module")
def device(product: Product) -> Generator[Device]:
    """With a binary that was uploaded already."""
    if not product.running():
        product.start()
    with product.http() as client:
        user = User(client)
        image = created(user)
        binary = firmware(1_420_000)
        answer = uploads(user, image, binary)
        assert answer.json() == {"image": image.rpartition("/")[2], "message": "image uploaded"}
        yield Device(client, user, image, binary)


def test_four_megabytes_come_back_bit_by_bit(device: Device) -> None:
    sha256 = hashlib.sha256(device.binary).hexdigest()
    assert 3_900_000 < len(device.binary) < 4_100_000
    answer = device.asks()
    assert answer.status_code == 200
    assert answer.content == device.binary
    assert answer.headers["ETag"] == f'"{sha256}"'
    detail: Any = device.user.gets("GET", device.image)
    assert (detail["sha256"], detail["size"]) == (sha256, len(device.binary))
    assert detail["segments"] == [{"start": 0, "length": 1_420_000}]


def test_it_comes_in_ranges(device: Device) -> None:
    parts = list[bytes]()
    for first in range(0, len(device.binary), PART):
        last = min(first + PART, len(device.binary)) - 1
        answer = device.asks(Range=f"bytes={first}-{first + PART - 1}")
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(device.binary)}"
        parts.append(answer.content)
    assert b"".join(parts) == device.binary


def test_what_was_interrupted_goes_on_where_it_ended(device: Device) -> None:
    begun, headers = device.breaks_off()
    assert 0 < len(begun) < len(device.binary)
    rest = device.asks(Range=f"bytes={len(begun)}-", If_Range=headers["ETag"])
    assert rest.status_code == 206
    assert begun + rest.content == device.binary
    assert device.asks(Range=f"bytes={len(begun)}-", If_Range='"another"').content == device.binary


def test_head_tells_what_get_would(device: Device) -> None:
    head, whole = device.asks("HEAD"), device.asks()
    told = ("ETag", "Accept-Ranges", "Content-Type", "Content-Disposition", "Cache-Control")
    assert head.status_code == 200
    assert head.content == b""
    assert {name: head.headers[name] for name in told} == {name: whole.headers[name] for name in told}
    assert head.headers["Content-Length"] == whole.headers["Content-Length"] == str(len(device.binary))


@pytest.mark.parametrize(("race", "rounds"), [(two_uploads, 10), (an_upload_and_a_deletion, 5)])
def test_a_race(client: httpx.Client, race: Callable[[User, int], None], rounds: int) -> None:
    race(User(client), rounds)
