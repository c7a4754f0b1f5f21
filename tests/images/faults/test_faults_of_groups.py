"""Uploads of several files with a key, ended or failing at every AWS call: repeated, every file is one image."""

import contextlib
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.support import pictures
from tests.support.consistency import assert_totals, settle, shelf
from tests.support.faults import FAILED, THROTTLED, Killed, counted, killed, lost, refused
from tests.support.interleaving import interleaved
from tests.support.sharing import ANNA, SMALL, records
from tests.support.world import Answer, File, World, event

pytestmark = pytest.mark.usefixtures("shelves")  # many calls of DynamoDB

FILES = (File("a.gif", SMALL), File("b.png", pictures.still("PNG", 3, 2)), File("a.gif", SMALL))


def send(world: World, key: str, *files: File) -> Answer:
    sent = event("POST", "/", form={"image": files or FILES}, headers={"Idempotency-Key": key}, caller=ANNA)
    return world.call("share_upload_images", sent)


def statuses(answer: Answer) -> list[int]:
    assert answer.status == 200, answer.body
    return [each["status"] for each in answer.json["results"]]


def made(world: World, key: str, *files: File) -> list[str]:
    """Repeat a request until every file is an image, and return the ids."""
    answer = send(world, key, *files)
    if statuses(answer) != [201] * len(files or FILES):
        assert set(statuses(answer)) <= {201, 409}
        # The claim of a run that was killed is void by then.
        world.advance(seconds=60)
        answer = send(world, key, *files)
    assert set(statuses(answer)) == {201}
    return [each["image"]["id"] for each in answer.json["results"]]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_killed_request_and_its_repeat_make_each_image_once(
    world: World, after: bool, record_property: Callable[[str, object], None]
) -> None:
    with counted() as calls:
        first = send(world, "count")
    total, seen = len(calls), [each["image"]["id"] for each in first.json["results"]]
    assert len(set(seen)) == len(records(world)) == 3
    for at in range(total):
        key, before = f"{at}", len(records(world))
        with pytest.raises(Killed), killed(at, after=after):
            send(world, key)
        done = len(records(world)) - before
        assert done <= 3
        # Other groups, the other way round.
        parts = [*made(world, key, *FILES[1:]), *made(world, key, *FILES[:1])]
        whole = made(world, key)
        # Of two equal files in two requests each is the first one.
        assert parts == [whole[1], whole[0], whole[0]]
        assert made(world, key) == whole
        assert len(set(whole)) == len(records(world)) - before == 3
    record_property("faults covered", total)
    record_property("faults made", total)
    settle(world)
    assert_totals(shelf(world))


@pytest.mark.parametrize("fault", [lost, partial(refused, said=THROTTLED)])
def test_lost_answers_and_throttling_change_nothing(world: World, fault: Any) -> None:
    at, struck = 0, [0]
    while struck:
        before = len(records(world))
        with fault(at) as struck:
            first = send(world, f"{at}")
        assert statuses(first) == [201] * 3
        assert send(world, f"{at}").json == first.json
        assert len(records(world)) == before + 3
        at += 1
    assert at > 12


def test_where_aws_fails_one_file_is_busy_and_the_others_are_made(world: World) -> None:
    with counted() as calls:
        assert statuses(send(world, "count")) == [201] * 3
    for at in range(len(calls)):
        before = len(records(world))
        with refused(at, FAILED, times=4):
            first = send(world, f"{at}")
        if at == 0:  # the message to the index, before the first file
            assert first.status == 503
            continue
        assert sorted(statuses(first)) in ([201, 201, 503], [201, 201, 201])
        again = made(world, f"{at}")
        for told, image in zip(first.json["results"], again, strict=True):
            assert told.get("image", {"id": image}) == {"id": image}
        assert len(records(world)) == before + 3


@pytest.mark.parametrize("seed", range(5))
def test_equal_requests_at_once_make_each_image_once(world: World, seed: int) -> None:
    chance = random.Random(seed)
    answers: list[Answer] = interleaved(chance, [lambda: send(world, "key")] * 2)
    assert {status for answer in answers for status in statuses(answer)} <= {201, 409}
    whole = made(world, "key")
    for answer in answers:
        for told, image in zip(answer.json["results"], whole, strict=True):
            assert told.get("image", {"id": image}) == {"id": image}
    assert len(set(whole)) == len(records(world)) == 3
    assert_totals(shelf(world))


def test_equal_requests_one_after_the_other_whose_claims_run_still(world: World) -> None:
    with contextlib.suppress(Killed), killed(1, after=True):
        send(world, "key")
    answer = send(world, "key")
    assert statuses(answer) == [409, 201, 201]
    assert answer.json["results"][0]["error"]["message"] == "The first request with this key still runs"
