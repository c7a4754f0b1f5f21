"""A thousand files, each told of three times and in no order, among what is no message: as if told once, in turn."""

import random
from collections.abc import Generator
from typing import Any

import pytest

from constellation.aws.resources import ARRIVALS, INCOMING
from constellation.runtime.consumer import Consumer
from tests.support.arrivals import begun, differences, keep, posted, put, s3_by_its_clock, state
from tests.support.consistency import assert_at_rest, assert_no_bytes_left, settle, uploads
from tests.support.engine import Engine, engine
from tests.support.firmware import created
from tests.support.hex_files import firmware
from tests.support.sharing import SMALL
from tests.support.spaces import Space
from tests.support.world import World, new_world, queue_event

FILES, TIMES = 1000, 3

BAD = (SMALL[:20], b"%PDF-1.7", b":00000001FE\r\n")
"""What becomes neither an image nor a binary."""


@pytest.fixture(scope="module")
def made() -> Generator[tuple[World, Engine]]:
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        new_world(monkeypatch) as world,
        engine() as running,
        s3_by_its_clock(world),
    ):
        yield world, running


def come(world: World) -> list[Any]:
    """Let the files come; the answer is what their queue is told."""
    spaces = [Space(world) for _ in range(4)]
    for number in range(FILES):
        space, user = spaces[number % 4], spaces[number % 4].owner
        folder = {"constellation_uuid": space.id, "folder_uuid": space.root} if number % 3 else {}
        hex_file = firmware(16 + number % 5)
        match number % 10:
            case 0 | 1:
                put(f"drop/{user.user_id}/{number}.gif", SMALL)
            case 2 | 3:
                put(f"drop/{user.user_id}/{space.id}/again.gif", SMALL + bytes([number % 256]))
            case 4:
                put(f"drop/{user.user_id}/{space.id}/Pump {number}-1.{number}.0.hex", hex_file)
            case 5 | 6:
                posted(begun(world, user, kind="image", fileName="a.gif", isPublic=number % 4 == 0, **folder), SMALL)
            case 7:
                image = created(world, user)
                posted(begun(world, user, kind="firmware", fileName="a.hex", image_id=image), hex_file)
            case 8:
                put(f"drop/{user.user_id}/{number}.txt", BAD[number % 3])
            case _:
                posted(begun(world, user, kind="image", fileName="a.gif", **folder), BAD[number % 3])
    return world.take(ARRIVALS)


def poison(number: int, user_id: str) -> Any:
    """Something that is no message about a file that has come."""
    stored = {"bucket": {"name": INCOMING.physical_name}, "object": {"key": f"drop/{user_id}/a.gif"}}
    kinds: list[Any] = [
        f"garbage {number}",
        [number],
        {"Records": [{"number": number}]},
        {"Records": [{"s3": stored | {"bucket": {"name": f"another-{number}"}}}]},
        {"Records": number},
        {"Records": [{"s3": {"bucket": stored["bucket"], "object": {"size": number}}}]},
    ]
    return kinds[number % len(kinds)]


def delivered(world: World, contents: list[Any]) -> list[Any]:
    """What is given up after the consumer has had each message as often as it fails, at most so many times."""
    for _ in range(Consumer.attempts):
        contents = world.receive(ARRIVALS, contents)
    return contents


def test_a_thousand_files_told_of_thrice_in_no_order_are_taken_in_once(made: tuple[World, Engine]) -> None:
    world, running = made
    contents = come(world)
    assert len(contents) == FILES
    begin = keep(world, running)

    assert delivered(world, contents) == []
    settle(world)
    in_turn = state(running)
    statuses = [upload["status"] for upload in uploads(world).values()]
    assert (statuses.count("ready"), statuses.count("failed")) == (FILES * 8 // 10, FILES * 2 // 10)

    begin()
    bad = [poison(number, "nobody") for number in range(FILES * TIMES // 100)]
    shuffled = [*contents * TIMES, *bad]
    random.Random(6).shuffle(shuffled)
    given_up = delivered(world, shuffled)
    assert sorted(map(str, given_up)) == sorted(map(str, bad))
    settle(world)
    assert differences(state(running), in_turn) == {}
    assert_at_rest(world)
    assert_no_bytes_left(world)


def test_a_message_that_is_not_json_fails_alone(made: tuple[World, Engine]) -> None:
    world, _ = made
    happening = queue_event(ARRIVALS, {"garbled": {}, "tried": {"Event": "s3:TestEvent"}})
    happening["Records"][0]["body"] = "{"
    answer = world.invoke("ingest_upload", happening)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "garbled"}]}
