"""Batches at once: on the same images, in one folder, one collection and the same lists. Nobody is sent away."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from constellation.batches.model import MOST_IMAGES
from constellation.collections import parts, store
from constellation.collections.model import Collection
from constellation.common import outcomes
from constellation.common.ids import new_id
from constellation.images import store as image_store
from constellation.runtime.request import Caller
from tests.support.consistency import assert_collected, assert_filed, assert_totals, shelf, workspaces
from tests.support.contention import Contention
from tests.support.engine import engine
from tests.support.interleaving import interleaved
from tests.support.spaces import Space, ask, own_image
from tests.support.world import World

ROUNDS = 10


@pytest.fixture
def space(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Space]:
    monkeypatch.setattr(outcomes, "SECONDS", 600)  # of this machine's clock, however busy it is
    with engine():
        yield Space(world)


def images(world: World, owner: Caller, number: int) -> list[str]:
    """New images in no constellation, whose bytes are not there but for those of one."""
    first = image_store.get(own_image(world, owner))
    assert first
    more = [replace(first, id=new_id()) for _ in range(number - 1)]
    for each in more:
        image_store.create(each)
    return [first.id, *(each.id for each in more)]


def collection(space: Space, held: list[str] | None = None) -> str:
    made = Collection(new_id(), space.owner.user_id, "All", "", space.world.now)
    store.create(made)
    if held:
        store.add(made.id, held, space.world.now)
    return made.id


def batch(space: Space, ids: list[str], action: str, **fields: Any) -> Callable[[], list[int]]:
    """A batch, which returns the statuses of its images."""

    def run() -> list[int]:
        answer = ask(space.world, "run_batch", space.owner, {"ids": ids, "action": action, **fields})
        assert answer.status == 200, answer.body
        return [each["status"] for each in answer.json["results"]]

    return run


def assert_sound(world: World) -> None:
    now = shelf(world)
    assert_totals(now)
    assert_collected(now)
    assert_filed(now, workspaces(world))


@pytest.mark.parametrize("action", ["publish", "tag", "move", "collect", "delete"])
def test_batches_of_a_hundred_at_once(world: World, space: Space, action: str) -> None:
    """Two of them touch the items of one folder, of one collection, and the counts of the same lists."""
    places: dict[str, dict[str, Any]] = {
        "tag": {"tags": ["sea"]},
        "move": {"constellation_uuid": space.id, "folder_uuid": space.folder()},
        "collect": {"collection_id": collection(space)},
    }
    found = images(world, space.owner, 2 * MOST_IMAGES)
    halves = found[:MOST_IMAGES], found[MOST_IMAGES:]
    contention = Contention()
    calls = [batch(space, half, action, **places.get(action, {})) for half in halves]
    answers = contention.run(random.Random(7), calls)
    assert answers == [[200 if action == "move" else 204] * MOST_IMAGES] * 2
    assert contention.refused or action == "tag"  # which writes nothing that two images share
    assert contention.lasted < 15
    assert_sound(world)
    now = shelf(world)
    match action:
        case "publish":
            assert all("publicList" in now.records[each] for each in found)
        case "tag":
            assert {now.records[each]["tags"] for each in found} == {"sea"}
        case "move":
            assert {now.records[each]["folder"] for each in found} == {places["move"]["folder_uuid"]}
        case "collect":
            (order,) = now.orders.values()
            held = [each for part in order for each in part]
            assert [[each for each in held if each in half] for half in halves] == list(halves)
        case _:
            assert not set(found) & now.records.keys()


@pytest.mark.parametrize("action", ["publish", "tag", "move", "collect", "delete"])
def test_the_same_batch_twice_at_once(world: World, space: Space, action: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST", 2)
    monkeypatch.setattr(store, "MOST_ADDED", 2)
    places: dict[str, dict[str, Any]] = {
        "tag": {"tags": ["sea"]},
        "move": {"constellation_uuid": space.id, "folder_uuid": space.folder()},
    }
    for seed in range(ROUNDS):
        found = images(world, space.owner, 3)
        fields = {"collection_id": collection(space)} if action == "collect" else places.get(action, {})
        calls = [batch(space, ids, action, **fields) for ids in (found, found[::-1])]
        first, second = interleaved(random.Random(seed), calls)
        for one, other in zip(first, second[::-1], strict=True):
            if action == "delete":
                assert sorted((one, other)) == [204, 404]
            else:
                # An image that enters its constellation while it is read is tried again.
                assert {one, other} <= ({200, 503} if action == "move" else {204})
    assert_sound(world)


def test_tags_that_are_added_at_once_are_all_there(world: World, space: Space) -> None:
    for seed in range(ROUNDS):
        found = images(world, space.owner, 2)
        calls = [batch(space, found, "tag", tags=[each]) for each in ("a", "b")]
        assert interleaved(random.Random(seed), calls) == [[204, 204]] * 2
        assert {frozenset(shelf(world).records[each]["tags"].split()) for each in found} == {frozenset("ab")}


def test_images_that_go_while_they_are_collected(world: World, space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST", 2)
    for seed in range(ROUNDS):
        found = images(world, space.owner, 4)
        known = collection(space)
        collected, deleted = interleaved(
            random.Random(seed),
            [batch(space, found, "collect", collection_id=known), batch(space, found[1:3], "delete")],
        )
        assert deleted == [204, 204]
        assert [collected[0], collected[3]] == [204, 204]
        assert set(collected) <= {204, 404}
        held = {image for id_, image in shelf(world).held if id_ == known}
        assert held == {image for image, status in zip(found, collected, strict=True) if status == 204}


def test_a_collection_that_goes_meanwhile(world: World, space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_ADDED", 2)
    seen = set[Any]()
    for seed in range(ROUNDS):
        found, known = images(world, space.owner, 4), collection(space)
        deletion = partial(ask, world, "delete_collection", space.owner, collection_id=known)
        collecting = batch_or_none(space, found, known)
        statuses, deleted = interleaved(random.Random(seed), [collecting, deletion])
        assert deleted.status == 204
        assert statuses == sorted(statuses)
        assert set(statuses) <= {204, 404}
        seen.add(tuple(statuses))
    assert len(seen) > 1


def batch_or_none(space: Space, ids: list[str], known: str) -> Callable[[], list[int]]:
    """A batch that collects; where the collection is gone before it begins, no image has a status but 404."""

    def run() -> list[int]:
        body = {"ids": ids, "action": "collect", "collection_id": known}
        answer = ask(space.world, "run_batch", space.owner, body)
        if answer.status == 404:
            return [404] * len(ids)
        return [each["status"] for each in answer.json["results"]]

    return run


def test_a_folder_that_goes_while_images_are_moved(world: World, space: Space) -> None:
    for seed in range(ROUNDS):
        found, folder = images(world, space.owner, 3), space.folder()
        deletion = partial(ask, world, "delete_folder", space.owner, folder_uuid=folder)
        moves = batch(space, found, "move", constellation_uuid=space.id, folder_uuid=folder)
        statuses, deleted = interleaved(random.Random(seed), [moves, deletion])
        assert deleted.status == 200
        assert set(statuses) <= {200, 400}
        now = shelf(world)
        inside = {each for each in found if now.records[each].get("folder") == folder}
        assert inside == {each for each, status in zip(found, statuses, strict=True) if status == 200}
