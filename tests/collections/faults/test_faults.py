"""Collections under faults at every AWS call: whole or not at all, and the retry ends where one alone would have."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from constellation.aws.resources import DELETIONS
from constellation.collections import parts
from constellation.collections.model import Collection
from constellation.common.ids import new_id
from tests.support import pictures
from tests.support.consistency import assert_at_rest, assert_collected, settle, shelf
from tests.support.faults import FAILED, THROTTLED, Killed, counted, killed, lost, refused
from tests.support.filled import fill
from tests.support.sharing import ANNA, uploaded
from tests.support.world import World, event, load, unrecorded

pytestmark = pytest.mark.usefixtures("shelves")  # many calls of DynamoDB

MOST_CALLS = 7
"""More than any of these requests makes."""


def ask(world: World, function: str, body: Any = None, **path: str) -> Any:
    handler: Any = load(function)
    return world.call(function, event(handler.methods[0], "/", json=body, path_parameters=path, caller=ANNA))


def pictured(world: World, number: int) -> list[str]:
    return [uploaded(world, pictures.still("GIF", 2, 2)) for _ in range(number)]


def collected(world: World, images: Sequence[str]) -> str:
    """A new collection of these images."""
    made = Collection(new_id(), ANNA.user_id, "All", "", world.now)
    with unrecorded():
        fill(made, images)
    return made.id


Doing = Callable[[World, str, list[str]], int]

DOINGS: Mapping[str, tuple[Doing, tuple[int, ...], list[int]]] = {
    "put": (
        lambda world, c, i: ask(world, "put_item", collection_id=c, image_id=i[5]).status,
        (204,),
        [0, 1, 2, 3, 4, 5],
    ),
    "take out": (
        lambda world, c, i: ask(world, "delete_item", collection_id=c, image_id=i[1]).status,
        (204, 404),
        [0, 2, 3, 4],
    ),
    "order": (
        lambda world, c, i: ask(world, "order_items", {"ids": [i[4], i[2]]}, collection_id=c).status,
        (204,),
        [4, 2, 0, 1, 3],
    ),
    "rename": (
        lambda world, c, i: ask(world, "change_collection", {"name": "New"}, collection_id=c).status,
        (204,),
        [0, 1, 2, 3, 4],
    ),
    "delete": (lambda world, c, i: ask(world, "delete_collection", collection_id=c).status, (204, 404), []),
}
"""A request, the statuses of its retry, and which of the images are in the collection at the end, in order."""


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST", 2)


def held(world: World, collection: str) -> list[str]:
    now = shelf(world)
    assert_collected(now)
    return [id_ for part in now.orders.get(collection, []) for id_ in part]


def assert_done(world: World, name: str, known: str, images: list[str]) -> None:
    """All is as it is to be, and nothing is left."""
    world.advance(minutes=20)
    world.invoke("reconcile", {})
    settle(world)
    assert held(world, known) == [images[index] for index in DOINGS[name][2]]
    assert_at_rest(world)


@pytest.mark.parametrize("name", DOINGS)
def test_a_killed_request_is_done_wholly_or_not_at_all(
    world: World, name: str, record_property: Callable[[str, object], None]
) -> None:
    doing, statuses, _ = DOINGS[name]
    covered = made = 0
    known, images = "", pictured(world, 6)
    for after in (False, True):
        for at in range(MOST_CALLS):
            known = collected(world, images[:5])
            before = held(world, known)
            with counted() as calls, killed(at, after=after), contextlib.suppress(Killed):
                doing(world, known, images)
            covered, made = covered + (len(calls) > at), max(made, len(calls))
            between = held(world, known)
            wanted = [images[index] for index in DOINGS[name][2]]
            assert between in (before, wanted) or name == "delete"
            assert doing(world, known, images) in statuses
            if name != "delete":
                assert held(world, known) == wanted
    assert made < MOST_CALLS
    assert covered == 2 * made
    record_property("faults covered", covered)
    record_property("faults made", 2 * made)
    assert_done(world, name, known, images)


@pytest.mark.parametrize("name", DOINGS)
def test_lost_answers_and_errors_change_nothing(world: World, name: str) -> None:
    doing, _, _ = DOINGS[name]
    known, images = "", pictured(world, 6)
    for fault in (lost, partial(refused, said=FAILED), partial(refused, said=THROTTLED)):
        for at in range(MOST_CALLS):
            known = collected(world, images[:5])
            with fault(at):
                assert doing(world, known, images) == 204
    assert_done(world, name, known, images)


def test_a_clean_up_that_is_killed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A collection and an image in another one are deleted. The clean-ups end before each call in turn.

    What is left then is what an end after the call before leaves.
    """
    monkeypatch.setattr("constellation.cleanup.clean_up_collection.PARTS", 1)
    monkeypatch.setattr("constellation.cleanup.clean_up_image.COLLECTIONS", 1)
    others, at = pictured(world, 2), 0
    while at < 40:
        (image,) = pictured(world, 1)
        known, other = collected(world, [*others, image]), collected(world, [image, *others])
        assert ask(world, "delete_collection", collection_id=known).status == 204
        assert ask(world, "share_delete_image", image_id=image).status == 204
        with counted() as calls, killed(at, after=False), contextlib.suppress(Killed):
            while world.deliver(DELETIONS):
                pass
        world.advance(minutes=20)
        world.invoke("reconcile", {})
        while world.deliver(DELETIONS, delayed=True):
            pass
        orders = shelf(world).orders
        assert known not in orders
        assert orders[other] == [tuple(others)]
        if len(calls) <= at:
            break
        at += 1
    assert 10 < at < 40
    settle(world)
    assert_at_rest(world)
