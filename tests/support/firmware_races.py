"""Races for firmware: what must hold however requests and removals interleave; each takes a world and chance."""

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from constellation.aws.resources import BINARIES, FIRMWARE, LEFTOVERS
from constellation.runtime.request import Caller
from tests.support.firmware import FILE, about, create, created, provided, upload
from tests.support.hex_files import firmware
from tests.support.races import Race, race, race_statuses
from tests.support.spaces import Space, newcomer, work_off
from tests.support.world import World, load, queue_event

FILES = (firmware(24), firmware(40), b"as it is")


def downloaded(world: World, caller: Caller, firmware_id: str) -> bytes | None:
    """The binary of a firmware image, None where there is none."""
    answer = about(world, "get_binary", caller, firmware_id)
    assert answer.status in (200, 404)
    return answer.body if answer.status == 200 else None


def leftovers(world: World) -> Callable[[], Any]:
    """The clean-up after what came before."""
    contents = [message.content for message in world.messages(LEFTOVERS)]
    happening = queue_event(LEFTOVERS, {f"message-{n}": content for n, content in enumerate(contents)})
    consumer: Any = load("remove_leftover")
    return lambda: consumer(happening, None, now=world.now)


def two_uploads(world: World, chance: random.Random) -> None:
    """One of them is the binary, whole; the other is told so, and nothing is left of it."""
    caller = newcomer(world)
    image = created(world, caller)
    files = chance.sample(FILES, 2)
    statuses = race_statuses(world, chance, *[partial(upload, world, caller, image, data) for data in files])
    assert sorted(statuses) == [200, 400]
    assert downloaded(world, caller, image) == files[statuses.index(200)]
    assert about(world, "delete_firmware", caller, image).status == 200  # a world that grows is slow


def an_upload_and_deletions_of_the_binary(world: World, chance: random.Random) -> None:
    """Each is done, in some order; what cleans up after an earlier binary does not touch the new one."""
    caller = newcomer(world)
    has_binary = chance.choice((True, False))
    image = provided(world, caller)
    takes = partial(about, world, "delete_binary", caller, image)
    if not has_binary:
        takes()
    uploaded, *deleted = race_statuses(
        world,
        chance,
        partial(upload, world, caller, image, FILES[0]),
        *[takes] * chance.choice((1, 2)),
        beside=[leftovers(world)],
    )
    assert set(deleted) == {200}
    assert uploaded == 200 or (has_binary and uploaded == 400)
    assert downloaded(world, caller, image) in (FILES[0] if uploaded == 200 else None, None)


def an_upload_and_deletions_of_the_image(world: World, chance: random.Random) -> None:
    """One deletes it, and nothing is left."""
    caller = newcomer(world)
    image = chance.choice((created, provided))(world, caller)
    goes = partial(about, world, "delete_firmware", caller, image)
    uploaded, *deleted = race_statuses(world, chance, partial(upload, world, caller, image), goes, goes)
    assert sorted(deleted) == [200, 404]
    assert uploaded in (200, 400, 404)
    assert_gone(world, image)


def downloads_and_a_deletion(world: World, chance: random.Random) -> None:
    """Of the binary or of the image: a download brings all of it or nothing."""
    caller = newcomer(world)
    image = provided(world, caller)
    goes = partial(about, world, chance.choice(("delete_binary", "delete_firmware")), caller, image)
    downloads = [partial(about, world, "get_binary", caller, image)] * 2
    deleted, *answers = race(world, chance, goes, *downloads)
    assert deleted.status == 200
    assert {(answer.status, answer.status == 200 and answer.body) for answer in answers} <= {(200, FILE), (404, False)}
    assert downloaded(world, caller, image) is None


def the_end_of_a_constellation(world: World, chance: random.Random) -> None:
    """Its firmware goes with it, also what is made and filled at the same time."""
    space = Space(world)
    bare, full = created(world, space.owner, space.id), provided(world, space.owner, space.id)
    own = provided(world, space.owner)
    ended, *others = race_statuses(
        world,
        chance,
        partial(space.ask, "delete_constellation"),
        partial(create, world, space.owner, space.id),
        partial(upload, world, space.owner, bare),
        partial(about, world, chance.choice(("delete_binary", "delete_firmware")), space.owner, full),
        beside=[partial(work_off, world)] * 2,
    )
    assert ended == 200
    assert set(others) <= {200, 201, 404}
    assert not [item for item in world.items(FIRMWARE) if item["scope"]["S"] == space.id]
    assert downloaded(world, space.owner, own) == FILE


def assert_gone(world: World, firmware_id: str) -> None:
    """Neither record nor object is left."""
    assert not [item for item in world.items(FIRMWARE) if firmware_id in item["pk"]["S"]]
    assert not [key for key in world.objects(BINARIES) if firmware_id in key]


RACES: Mapping[Race, int] = {
    two_uploads: 1000,
    an_upload_and_deletions_of_the_binary: 1000,
    an_upload_and_deletions_of_the_image: 1000,
    downloads_and_a_deletion: 240,
    the_end_of_a_constellation: 240,
}
"""The races, and how many rounds of each the bench runs."""
