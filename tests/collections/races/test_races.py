"""Collections that are changed at once: nothing is lost, nothing is in one twice, and never more than there may be."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from constellation.collections import parts, store
from constellation.collections.model import Collection
from constellation.common.ids import new_id
from tests.support import pictures
from tests.support.consistency import assert_collected, shelf
from tests.support.engine import engine
from tests.support.interleaving import interleaved
from tests.support.sharing import ANNA, uploaded
from tests.support.world import World, event, load

ROUNDS = 15


def asked(world: World, function: str, body: Any = None, **path: str) -> Callable[[], int]:
    happening = event("PUT", "/", json=body, path_parameters=path, caller=ANNA)
    handler: Any = load(function)
    return lambda: handler(happening, None, now=world.now)["statusCode"]


def made(world: World, images: list[str]) -> str:
    collection = Collection(new_id(), ANNA.user_id, "All", "", world.now)
    store.create(collection)
    store.add(collection.id, images, world.now)
    return collection.id


def held(world: World, collection: str) -> list[str]:
    now = shelf(world)
    assert_collected(now)
    return [id_ for part in now.orders.get(collection, []) for id_ in part]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST", 2)


def pictured(world: World, number: int) -> list[str]:
    return [uploaded(world, pictures.still("GIF", 2, 2)) for _ in range(number)]


def test_there_are_never_too_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_ITEMS", 3)
    with engine():
        images = pictured(world, 6)
        for seed in range(ROUNDS):
            known = made(world, images[:2])
            puts = [asked(world, "put_item", collection_id=known, image_id=each) for each in images[2:]]
            assert sorted(interleaved(random.Random(seed), puts)) == [204, 422, 422, 422]
            assert len(held(world, known)) == 3


def test_the_same_image_put_at_once_is_in_it_once(world: World) -> None:
    with engine():
        (image,) = pictured(world, 1)
        for seed in range(ROUNDS):
            known = made(world, [])
            puts = [asked(world, "put_item", collection_id=known, image_id=image)] * 3
            assert interleaved(random.Random(seed), puts) == [204] * 3
            assert held(world, known) == [image]


def test_images_come_go_and_are_put_in_order_at_once(world: World) -> None:
    with engine():
        images = pictured(world, 7)
        for seed in range(ROUNDS):
            known = made(world, images[:5])
            *_, new, newer = images
            first = {"ids": [images[3], images[1]]}
            answers = interleaved(
                random.Random(seed),
                [
                    asked(world, "put_item", collection_id=known, image_id=new),
                    asked(world, "put_item", collection_id=known, image_id=newer),
                    asked(world, "delete_item", collection_id=known, image_id=images[0]),
                    asked(world, "delete_item", collection_id=known, image_id=images[0]),
                    asked(world, "order_items", first, collection_id=known),
                ],
            )
            assert sorted(answers[2:4]) == [204, 404]
            assert [answers[0], answers[1], answers[4]] == [204] * 3
            order = held(world, known)
            assert order[:4] == [images[3], images[1], images[2], images[4]]
            assert sorted(order[4:]) == sorted([new, newer])


def test_an_image_put_and_taken_out_at_once(world: World) -> None:
    with engine():
        images = pictured(world, 3)
        for seed in range(ROUNDS):
            known = made(world, images)
            put = asked(world, "put_item", collection_id=known, image_id=images[1])
            out = asked(world, "delete_item", collection_id=known, image_id=images[1])
            assert interleaved(random.Random(seed), [put, out]) == [204, 204]
            assert held(world, known) in ([images[0], images[2]], [images[0], images[2], images[1]])


def test_a_collection_deleted_meanwhile(world: World) -> None:
    with engine():
        images = pictured(world, 3)
        for seed in range(ROUNDS):
            known = made(world, images[:2])
            answers = interleaved(
                random.Random(seed),
                [
                    asked(world, "put_item", collection_id=known, image_id=images[2]),
                    asked(world, "order_items", {"ids": [images[1]]}, collection_id=known),
                    asked(world, "change_collection", {"name": "New"}, collection_id=known),
                    asked(world, "delete_collection", collection_id=known),
                ],
            )
            assert answers[3] == 204
            assert set(answers[:3]) <= {204, 404}
            while not store.empty(known, 1):
                pass
            now = shelf(world)
            assert not now.orders
            assert not now.held
            assert not now.swept
            assert not now.collections
