"""What happens between a reconciliation's look and its doing is left alone."""

from collections.abc import Callable
from functools import partial

import pytest

from constellation.aws import client as aws
from constellation.aws.resources import BINARIES
from constellation.runtime.request import Caller
from tests.support.faults import meanwhile
from tests.support.firmware import FILE, about, provided, upload
from tests.support.sharing import ANNA
from tests.support.world import World

Happening = Callable[[World, Caller, str], object]


def _given_another(world: World, caller: Caller, firmware_id: str) -> None:
    assert about(world, "delete_binary", caller, firmware_id).status == 200
    assert upload(world, caller, firmware_id).status == 200


def _deleted(world: World, caller: Caller, firmware_id: str) -> None:
    assert about(world, "delete_firmware", caller, firmware_id).status == 200


@pytest.mark.parametrize(("happening", "left"), [(_given_another, [FILE]), (_deleted, [])])
def test_firmware_whose_lost_bytes_are_dealt_with_meanwhile(
    world: World, happening: Happening, left: list[bytes]
) -> None:
    firmware_id = provided(world, ANNA)
    (key,) = world.objects(BINARIES)
    aws.call("s3", "delete_object", Bucket=BINARIES.physical_name, Key=key)
    world.advance(hours=1)
    with meanwhile("HeadObject", partial(happening, world, ANNA, firmware_id)):
        assert world.invoke("reconcile", {})["FirmwareWithoutBytes"] == 0
    assert list(world.objects(BINARIES).values()) == left
    assert (about(world, "get_binary", ANNA, firmware_id).status == 200) == bool(left)
