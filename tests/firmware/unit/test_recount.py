"""The repair of what binaries count for a user: what is wrong is corrected, whoever's the firmware is."""

from typing import Any

import pytest

from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import FIRMWARE, IMAGES
from constellation.cleanup import recount
from constellation.images import usage_store
from constellation.images.counts import BINARY, Count
from constellation.images.model import PUBLIC
from constellation.runtime.request import Caller
from constellation.workspaces.rights import Right
from tests.support.consistency import assert_binaries_counted, assert_stocked
from tests.support.faults import meanwhile
from tests.support.firmware import FILE, about, created, provided, upload
from tests.support.spaces import Space, own_image
from tests.support.world import World

SIZE = len(FILE)


@pytest.fixture
def space(world: World) -> Space:
    """A constellation whose ADMIN has eight binaries in it and eight besides; of a member there are two more."""
    made = Space(world)
    member = made.member(Right.WRITE)
    for _ in range(8):
        provided(world, made.owner, made.id)
        provided(world, made.owner)
    for _ in range(2):
        assert upload(world, member, created(world, made.owner, made.id)).status == 200
    created(world, made.owner)
    own_image(world, made.owner)
    world.advance(minutes=2)
    return made


def repaired(world: World, list_: str) -> Any:
    return world.invoke("recount_list", {"list": list_})


def spoil(user_id: str, digit: str, count: Count) -> None:
    """Let a part of what binaries count be this."""
    seen = usage_store.find(user_id).binaries.get(digit, Count())
    assert usage_store.correct(user_id, BINARY, digit, seen, count)


def total(user: Caller) -> tuple[int, int]:
    """How many binaries count for a user, and their bytes."""
    counts = usage_store.find(f"{user.user_id}").binaries.values()
    return sum(count.total for count in counts), sum(count.size for count in counts)


def test_right_counts_are_left_as_they_are(world: World, space: Space) -> None:
    before = world.items(IMAGES)
    right = {"list": space.owner.user_id, "counted": 17, "corrected": 0, "skipped": 0}
    assert repaired(world, space.owner.user_id) == right
    assert world.items(IMAGES) == before
    assert [call.action for call in world.calls][2:] == ["dynamodb:Scan", "dynamodb:BatchGetItem", "dynamodb:Query"]
    assert repaired(world, PUBLIC)["counted"] == 0
    assert len(world.calls) == 3, "no binary is in the list of public images"


def test_wrong_counts_are_corrected_and_no_others(world: World, space: Space) -> None:
    user = space.owner.user_id
    first = next(iter(usage_store.find(user).binaries))
    empty = next(digit for digit in "0123456789abcdefx" if digit not in usage_store.find(user).binaries)
    wrong = [first, *([empty] if empty != "x" else [])]
    for digit in wrong:
        spoil(user, digit, Count(-3, 7, "2025"))
    assert repaired(world, user) == {"list": user, "counted": 17, "corrected": len(wrong), "skipped": 0}
    assert_binaries_counted(world)
    assert repaired(world, user)["corrected"] == 0


def test_all_binaries_are_looked_at_in_parts(world: World, space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount, "_BINARIES_TOGETHER", 5)
    assert repaired(world, space.owner.user_id)["counted"] == 17
    assert [call.action for call in world.calls].count("dynamodb:Scan") == 4


def test_what_changes_meanwhile_is_left_for_another_time(world: World, space: Space) -> None:
    user = space.owner.user_id
    image = provided(world, space.owner)
    world.advance(minutes=2)
    spoil(user, image[0], Count(99, 99, "2025"))

    def take() -> None:
        assert about(world, "delete_binary", space.owner, image).status == 200

    with meanwhile("Scan", take):
        assert repaired(world, user)["skipped"] == 1
    assert usage_store.find(user).binaries[image[0]].total == 98
    assert repaired(world, user)["skipped"] == 1, "it has changed just now"
    world.advance(minutes=2)
    assert repaired(world, user)["corrected"] == 1
    assert_stocked(world)


def test_binaries_of_before_uploaders_were_kept_come_to_count_for_the_firmwares_owner(
    world: World, space: Space
) -> None:
    older = [provided(world, space.owner, space.id) for _ in range(2)]
    for image in older:
        key = to_wire({"pk": f"FIRMWARE#{image}", "sk": "FIRMWARE"})
        name = FIRMWARE.physical_name
        aws.call("dynamodb", "update_item", TableName=name, Key=key, UpdateExpression="REMOVE uploader")
        spoil(space.owner.user_id, image[0], Count(0, 0, "2025"))
    world.advance(minutes=2)
    assert repaired(world, space.owner.user_id)["counted"] == 19
    assert total(space.owner) == (18, 18 * SIZE)
    assert_stocked(world)
    for image in older:
        assert about(world, "delete_binary", space.owner, image).status == 200
    assert total(space.owner) == (16, 16 * SIZE)
    assert_stocked(world)
