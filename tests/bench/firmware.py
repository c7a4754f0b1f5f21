"""What requests for firmware cost at DynamoDB, for an owner of few firmware images and of many.

The functions run as in the tests, on the local engine's DynamoDB; ``tests.support.capacity`` counts what they spend.
The session check, which a request needs at most every 30 s, is not in it.
"""

import contextlib
import gc
import io
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from constellation.aws.resources import FIRMWARE
from constellation.aws.table import Table
from constellation.firmware import binary_store as binaries
from constellation.firmware import store as firmware
from constellation.firmware.model import INTEL_HEX, Binary, Firmware
from constellation.firmware.versions import parse_version
from constellation.runtime.request import Caller
from tests.bench import table
from tests.bench.workspace import new_id
from tests.support.accounts import sign_up
from tests.support.engine import Engine, engine, without_the_sdk
from tests.support.hex_files import firmware as hex_file
from tests.support.meter import Bill, metered
from tests.support.world import NOON, Answer, File, World, new_world

SIZES = (100, 10_000)
LABEL = "pump"
PAGE = {"label": LABEL, "limit": "50"}


@dataclass(frozen=True)
class Owner:
    """The user of a world of its own, with firmware images of one label, all with a binary."""

    world: World
    engine: Engine
    caller: Caller
    images: Sequence[Firmware]

    def asks(self, function: str, image_id: str = "", status: int = 200, **parts: Any) -> Answer:
        """The answer of a function."""
        path = {"image_id": image_id} if image_id else None
        answer = self.world.ask(function, path_parameters=path, caller=self.caller, **parts)
        assert answer.status == status, answer.body
        return answer

    def spends(self, function: str, image_id: str = "", status: int = 200, **parts: Any) -> Bill:
        """What that costs."""
        with metered(self.engine) as bill:
            self.asks(function, image_id, status, **parts)
        return bill


@contextlib.contextmanager
def owner_of(number: int) -> Generator[Owner]:
    """The owner of so many firmware images, each of a higher version than the one before."""
    logged = contextlib.redirect_stdout(io.StringIO())
    with logged, pytest.MonkeyPatch.context() as patch, new_world(patch) as world, engine() as made:
        user_id = sign_up(world)
        images = [_image(user_id, count) for count in range(number)]
        items = [firmware.to_item(replace(each, binary=_binary(each))) for each in images]
        with without_the_sdk(made):
            Table(FIRMWARE).put_many(items)
        gc.freeze()  # What is loaded stays; the collector need not look at it again and again.
        try:
            yield Owner(world, made, Caller(user_id, session_id="session"), images)
        finally:
            gc.unfreeze()


def costs() -> None:
    """Print what requests cost at each size."""
    bills: dict[str, list[Bill]] = {}
    for size in SIZES:
        with owner_of(size) as owner:
            for what, bill in _bills(owner):
                bills.setdefault(what, []).append(bill)
    table(
        "Firmware: read units / write units / AWS calls of a request",
        ["", *(f"{size:,} images" for size in SIZES), "within 1 unit", "goal"],
        [
            [what, *(f"{bill.reads:.1f} / {bill.writes} / {bill.calls}" for bill in found), _same(found), "yes"]
            for what, found in bills.items()
        ],
    )


def _bills(owner: Owner) -> Generator[tuple[str, Bill]]:
    more = owner.asks("list_firmware", query=PAGE).headers["link"].partition("cursor=")[2].partition("&")[0]
    one = owner.images[0].id
    yield "GET /image?label=, 50 of it", owner.spends("list_firmware", query=PAGE)
    yield "the next 50", owner.spends("list_firmware", query={**PAGE, "cursor": more})
    yield "the same by version", owner.spends("list_firmware", query={**PAGE, "sort": "version"})
    yield "GET /image, 50 of all labels", owner.spends("list_firmware", query={"limit": "50"})
    yield "GET /image/binary, 50", owner.spends("list_binaries", query={"limit": "50"})
    yield "GET /image/latest", owner.spends("get_latest_firmware", query={"label": LABEL})
    yield "GET /image/{id}", owner.spends("get_firmware", one)
    yield "DELETE /image/{id}/binary", owner.spends("delete_binary", one)
    yield "POST /image/{id}/binary", owner.spends("upload_binary", one, form={"image": File("a.hex", hex_file(9))})
    yield "DELETE /image/{id}", owner.spends("delete_firmware", one)
    yield "POST /image", owner.spends("create_firmware", status=201, json={"label": LABEL, "fw_version": "0.1.0"})


def _same(bills: Sequence[Bill]) -> str:
    reads, writes = [bill.reads for bill in bills], [bill.writes for bill in bills]
    return "yes" if max(reads) - min(reads) <= 1 and max(writes) - min(writes) <= 1 else "no"


def _image(owner: str, number: int) -> Firmware:
    version = parse_version(f"1.{number}.0")
    return Firmware(new_id(), owner, None, LABEL, version, NOON + number * timedelta(seconds=1))


def _binary(image: Firmware) -> Binary:
    key = binaries.key(image.id, new_id())
    return Binary(key, image.owner, "ab" * 32, 4000, INTEL_HEX)


if __name__ == "__main__":
    costs()
