"""The repair of totals: what is wrong is corrected, what is in use is left alone, and what is right is not written."""

from collections.abc import Iterator
from typing import Any

import pytest

from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import IMAGES
from constellation.images import lists, usage_store
from constellation.images.counts import Count
from constellation.images.lists import Entry, Span
from constellation.images.model import PUBLIC
from tests.support import pictures
from tests.support.faults import meanwhile
from tests.support.sharing import ANNA, uploaded
from tests.support.world import World

OLD = "2025-07-11T11:00:00.000000+00:00"


@pytest.fixture
def images(world: World) -> list[str]:
    """The ids of forty images of Anna's, every other public, that changed long enough ago."""
    made = [uploaded(world, pictures.still("GIF", 8, 6), isPublic=str(number % 2 == 0)) for number in range(40)]
    world.advance(minutes=2)
    return made


def repaired(world: World, list_: str) -> Any:
    return world.invoke("recount_list", {"list": list_})


def put(list_: str, digit: str, count: Count) -> None:
    """Let a part of the totals be this."""
    key = {"pk": f"LIST#{list_}", "sk": f"COUNT#{digit}"}
    item = key | {"total": count.total, "bytes": count.size, "changedAt": count.changed_at}
    aws.call("dynamodb", "put_item", TableName=IMAGES.physical_name, Item=to_wire(item))


def drop(list_: str, digit: str) -> None:
    """Lose a part of the totals."""
    key = to_wire({"pk": f"LIST#{list_}", "sk": f"COUNT#{digit}"})
    aws.call("dynamodb", "delete_item", TableName=IMAGES.physical_name, Key=key)


def sums(list_: str) -> dict[str, tuple[int, int]]:
    """Totals and bytes by digit."""
    return {digit: (count.total, count.size) for digit, count in usage_store.find(list_).images.items() if count.total}


@pytest.mark.parametrize(("list_", "number"), [(PUBLIC, 20), (ANNA.user_id, 40)])
def test_right_totals_are_left_as_they_are(world: World, images: list[str], list_: str, number: int) -> None:
    before = world.items(IMAGES)
    assert repaired(world, list_) == {"list": list_, "counted": number, "corrected": 0, "skipped": 0}
    assert world.items(IMAGES) == before


@pytest.mark.parametrize(("list_", "number"), [(PUBLIC, 20), (ANNA.user_id, 40)])
def test_wrong_totals_are_corrected_and_no_others(world: World, images: list[str], list_: str, number: int) -> None:
    right = sums(list_)
    other = sums(PUBLIC if list_ == ANNA.user_id else ANNA.user_id)
    first, second, third, *_ = right
    empty = next((digit for digit in "0123456789abcdef" if digit not in right), None)
    put(list_, first, Count(right[first][0] + 5, right[first][1], OLD))
    put(list_, second, Count(right[second][0], 1, OLD))
    drop(list_, third)
    if empty:
        put(list_, empty, Count(3, 300, OLD))
    corrected = 4 if empty else 3
    assert repaired(world, list_) == {"list": list_, "counted": number, "corrected": corrected, "skipped": 0}
    assert sums(list_) == right
    assert usage_store.find(list_).total == number
    assert sums(PUBLIC if list_ == ANNA.user_id else ANNA.user_id) == other
    assert repaired(world, list_) == {"list": list_, "counted": number, "corrected": 0, "skipped": 0}


def test_what_has_just_changed_is_left_for_another_time(world: World, images: list[str]) -> None:
    """The list is read from an index, which may not show yet what the totals count already."""
    digit = images[0][0]
    right = sums(ANNA.user_id)
    put(ANNA.user_id, digit, Count(99, 99, "2025-07-11T12:01:30.000000+00:00"))
    assert repaired(world, ANNA.user_id) == {"list": ANNA.user_id, "counted": 40, "corrected": 0, "skipped": 1}
    assert sums(ANNA.user_id)[digit] == (99, 99)
    world.advance(seconds=31)
    assert repaired(world, ANNA.user_id)["corrected"] == 1
    assert sums(ANNA.user_id) == right


@pytest.mark.parametrize("lost", [False, True])
def test_what_changes_meanwhile_is_left_for_another_time(world: World, images: list[str], lost: bool) -> None:
    digit = images[0][0]
    if lost:
        drop(ANNA.user_id, digit)
    else:
        put(ANNA.user_id, digit, Count(99, 99, OLD))

    def upload() -> None:
        put(ANNA.user_id, digit, Count(100, 100, "2025-07-11T12:02:00.000000+00:00"))

    with meanwhile("Query", upload):
        report = repaired(world, ANNA.user_id)
    assert report == {"list": ANNA.user_id, "counted": 40, "corrected": 0, "skipped": 1}
    assert sums(ANNA.user_id)[digit] == (100, 100)


def test_a_list_that_is_not_there_is_empty(world: World) -> None:
    assert repaired(world, "nobody") == {"list": "nobody", "counted": 0, "corrected": 0, "skipped": 0}
    assert world.items(IMAGES) == []


def test_a_list_of_many_pages_is_counted_to_its_end(
    world: World, images: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = lists.by_change

    def seven_at_once(list_: str, span: Span) -> Iterator[Entry]:
        return whole(list_, span, 7)

    monkeypatch.setattr(lists, "by_change", seven_at_once)
    assert repaired(world, ANNA.user_id)["counted"] == 40
