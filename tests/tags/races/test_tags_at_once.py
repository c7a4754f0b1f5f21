"""Tags that are changed at once: one of the changes stands, whole, and the counts follow."""

import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from constellation.aws import retry
from constellation.aws.resources import INDEXING
from constellation.images import rename_tags
from tests.support.consistency import assert_at_rest, settle, shelf
from tests.support.engine import engine
from tests.support.interleaving import interleaved
from tests.support.spaces import Space, ask, own_image
from tests.support.world import World, load, queue_event

ROUNDS = 5


@pytest.fixture
def space(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Space]:
    monkeypatch.setattr(retry, "PAUSES", (0,) * 9)
    monkeypatch.setattr(rename_tags, "LOOKED_AT", 2)
    with engine():
        yield Space(world)


def put(space: Space, image_id: str, *tags: str) -> int:
    return ask(space.world, "share_tag_image", space.owner, {"tags": list(tags)}, image_id=image_id).status


def renamed(space: Space, old: str, new: str) -> int:
    return ask(space.world, "share_rename_tags", space.owner, {"from": old, "to": new}).status


def delete(space: Space, image_id: str) -> int:
    return ask(space.world, "share_delete_image", space.owner, image_id=image_id).status


def publish(space: Space, image_id: str) -> int:
    return ask(space.world, "share_change_image", space.owner, {"isPublic": True}, image_id=image_id).status


def work_off(space: Space) -> Any:
    """Let the consumer have a message about the owner's renames, and return what it failed at."""
    consumer: Any = load("index_images")
    told = queue_event(INDEXING, {"message": {"renames": space.owner.user_id}})
    return consumer(told, None, now=space.world.now)["batchItemFailures"]


def tags_of(world: World, image_id: str) -> list[str]:
    record = shelf(world).records[image_id]
    return record["tags"].split("\n") if "tags" in record else []


def done_at_once(space: Space, doings: list[Callable[[], Any]]) -> Iterator[list[Any]]:
    """Yield what requests at once answer, in some orders, and check what they leave once all has settled."""
    for seed in range(ROUNDS):
        yield interleaved(random.Random(seed), doings)
        settle(space.world)
        assert_at_rest(space.world)


def test_two_replacements_at_once(world: World, space: Space) -> None:
    image = own_image(world, space.owner)
    doings = [partial(put, space, image, *tags) for tags in (("a/b", "c"), ("a", "d/e"), ())]
    for statuses in done_at_once(space, doings):
        assert statuses == [204, 204, 204]
        assert tags_of(world, image) in (["a/b", "c"], ["a", "d/e"], [])


def test_a_rename_and_a_replacement_at_once(world: World, space: Space) -> None:
    """What is given with the rename, or after it, stays; what was there before is renamed."""
    for seed in range(ROUNDS):
        images = [own_image(world, space.owner) for _ in range(3)]
        assert [put(space, each, "a/b", f"{seed}") for each in images] == [204] * 3
        settle(world)
        doings = [
            partial(renamed, space, "a", "z"),
            partial(work_off, space),
            partial(work_off, space),
            partial(put, space, images[1], "a/b", "new"),
        ]
        assert interleaved(random.Random(seed), doings) == [202, [], [], 204]
        settle(world)
        assert tags_of(world, images[0]) == tags_of(world, images[2]) == ["z/b", f"{seed}"]
        assert tags_of(world, images[1]) in (["a/b", "new"], ["z/b", "new"])
        assert put(space, images[1]) == 204
        settle(world)
        assert_at_rest(world)


def test_a_rename_and_a_deletion_at_once(world: World, space: Space) -> None:
    for seed in range(ROUNDS):
        images = [own_image(world, space.owner) for _ in range(3)]
        assert [put(space, each, "a/b", "c") for each in images] == [204] * 3
        settle(world)
        doings = [
            partial(renamed, space, "a", "z"),
            partial(work_off, space),
            partial(delete, space, images[0]),
            partial(work_off, space),
        ]
        assert interleaved(random.Random(seed), doings) == [202, [], 204, []]
        settle(world)
        assert images[0] not in shelf(world).records
        assert tags_of(world, images[1]) == tags_of(world, images[2]) == ["z/b", "c"]
        assert_at_rest(world)


def test_a_rename_and_a_publication_at_once(world: World, space: Space) -> None:
    for seed in range(ROUNDS):
        image = own_image(world, space.owner)
        assert put(space, image, "a/b") == 204
        settle(world)
        doings = [partial(renamed, space, "a", "z"), partial(work_off, space), partial(publish, space, image)]
        assert interleaved(random.Random(seed), doings) == [202, [], 204]
        settle(world)
        assert tags_of(world, image) == ["z/b"]
        assert_at_rest(world)


def test_renames_at_once_are_done_in_some_order(world: World, space: Space) -> None:
    for seed in range(ROUNDS):
        image = own_image(world, space.owner)
        assert put(space, image, "a") == 204
        settle(world)
        doings = [partial(renamed, space, *each) for each in (("a", "b"), ("b", "c"), ("c", "a"))]
        assert interleaved(random.Random(seed), [*doings, partial(work_off, space)]) == [202, 202, 202, []]
        settle(world)
        assert tags_of(world, image) in (["a"], ["b"], ["c"])
        assert_at_rest(world)
