"""Views in the records of images: each access log counted once, whatever happens on the way."""

import gzip
import random
from collections.abc import Sequence
from typing import Any

import pytest

from constellation.aws import client as aws
from constellation.aws.resources import ACCESS_LOGS, IMAGES, LOGS, LOGS_OF_CDN
from constellation.common.ids import new_id
from constellation.links import access_log_store, view_store
from tests.support import logs, pictures
from tests.support.faults import Killed, answer_lost, killed, meanwhile
from tests.support.logs import line
from tests.support.sharing import uploaded
from tests.support.world import NOON, World

MOMENTS = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])


def gallery(count: int) -> list[str]:
    """The ids of so many images, of whose records nothing stands but what counting needs."""
    ids = [new_id() for _ in range(count)]
    for image_id in ids:
        item = {**_key(image_id), "views": {"N": "0"}}
        aws.call("dynamodb", "put_item", TableName=IMAGES.physical_name, Item=item)
    return ids


def views(ids: Sequence[str]) -> list[int]:
    """The views in the records of these images."""
    keys = [_key(image_id) for image_id in ids]
    items = [aws.call("dynamodb", "get_item", TableName=IMAGES.physical_name, Key=key)["Item"] for key in keys]
    return [int(item["views"]["N"]) for item in items]


def record(world: World, image_id: str) -> dict[str, Any]:
    """An image's record in wire form."""
    (item,) = (item for item in world.items(IMAGES) if {"pk": item["pk"], "sk": item["sk"]} == _key(image_id))
    return item


def remove(image_id: str) -> None:
    """Take an image's record away."""
    aws.call("dynamodb", "delete_item", TableName=IMAGES.physical_name, Key=_key(image_id))


def counted(world: World, key: str) -> None:
    """Let the function hear of this log once more."""
    assert world.receive(ACCESS_LOGS, [logs.event(key)]) == []


def test_the_views_of_a_log_are_all_that_changes(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    before = record(world, image_id)
    requests = [line(f"/image/{image_id}.jpg"), line(f"/api/image/{image_id}.png", status=304)]
    others = [line(f"/image/{image_id}_thumbnail.jpg"), line(f"/image/{image_id}.jpg", method="HEAD")]
    logs.write("E1.2025-07-11-12.0a1b2c3d.gz", [*requests, *others])
    assert world.deliver(ACCESS_LOGS) == 1
    assert record(world, image_id) == {**before, "views": {"N": "2"}}


def test_a_log_counts_once_however_often_its_event_comes(world: World) -> None:
    ids = gallery(2)
    key = logs.write("one log.gz", [line(f"/image/{image_id}.jpg") for image_id in ids])
    for _ in range(3):
        counted(world, key)
    assert world.receive(ACCESS_LOGS, [logs.event(key)] * 12) == []
    assert views(ids) == [1, 1]


def test_logs_add_up(world: World) -> None:
    (image_id,) = gallery(1)
    keys = [logs.write(f"{name}.gz", [line(f"/image/{image_id}.jpg")] * 3) for name in "abc"]
    assert world.receive(ACCESS_LOGS, [logs.event(key) for key in keys]) == []
    assert views([image_id]) == [9]


def test_one_log_of_many_images(world: World) -> None:
    ids = gallery(250)
    requests = [line(f"/image/{image_id}.jpg") for n, image_id in enumerate(ids) for _ in range(n % 3 + 1)]
    random.Random(1).shuffle(requests)
    key = logs.write("many.gz", requests)
    for _ in range(2):
        counted(world, key)
    assert views(ids) == [n % 3 + 1 for n in range(250)]


@MOMENTS
@pytest.mark.parametrize("call", range(4))
def test_a_count_that_was_killed_is_completed_by_the_next_event(
    world: World, monkeypatch: pytest.MonkeyPatch, call: int, after: bool
) -> None:
    monkeypatch.setattr(view_store, "PART", 3)
    ids = gallery(7)
    key = logs.write("log.gz", [line(f"/image/{image_id}.jpg") for image_id in ids])
    with pytest.raises(Killed), killed(call, after=after):
        counted(world, key)
    done = sum(views(ids))
    assert done == [0, 0, 3, 6, 7][call + after]
    counted(world, key)
    assert views(ids) == [1] * len(ids)


def test_a_count_whose_answer_was_lost_counts_once(world: World) -> None:
    (image_id,) = gallery(1)
    key = logs.write("log.gz", [line(f"/image/{image_id}.jpg")])
    with answer_lost("TransactWriteItems"):
        counted(world, key)
    counted(world, key)
    assert views([image_id]) == [1]


def test_images_that_are_gone_are_left_out(world: World) -> None:
    ids = gallery(4)
    key = logs.write("log.gz", [line(f"/image/{image_id}.jpg") for image_id in [*ids, new_id()]])
    remove(ids[0])
    with meanwhile("TransactWriteItems", lambda: remove(ids[1])):
        counted(world, key)
    counted(world, key)
    assert views(ids[2:]) == [1, 1]
    assert {item["pk"]["S"] for item in world.items(IMAGES) if item["sk"]["S"] == "IMAGE"} == {
        f"IMAGE#{image_id}" for image_id in ids[2:]
    }


def test_a_log_of_images_that_are_all_gone_is_done_with(world: World) -> None:
    key = logs.write("log.gz", [line(f"/image/{new_id()}.jpg")])
    counted(world, key)
    assert [item["pk"]["S"] for item in world.items(IMAGES)] == [f"LOG#{key}"]


def test_two_that_count_the_same_log_at_once_count_it_once(world: World) -> None:
    """The second begins after the first has read the log and ends before the first has written."""
    (image_id,) = gallery(1)
    key = logs.write("log.gz", [line(f"/image/{image_id}.jpg")])
    with meanwhile("GetObject", lambda: view_store.add(key, 0, {image_id: 1}, NOON)):
        counted(world, key)
    assert views([image_id]) == [1]


def test_what_is_remembered_of_a_log_goes_after_two_months(world: World) -> None:
    counted(world, logs.write("log.gz", [line(f"/image/{new_id()}.jpg")]))
    (marker,) = world.items(IMAGES)
    assert int(marker["ttl"]["N"]) == NOON.timestamp() + 60 * 86400


def test_a_log_that_is_gone_is_nothing_to_do(world: World) -> None:
    counted(world, f"{LOGS_OF_CDN}expired.gz")
    assert world.items(IMAGES) == []


def test_a_log_without_views_leaves_nothing(world: World) -> None:
    counted(world, logs.write("log.gz", [line("/users/me"), "garbage\n"]))
    assert world.items(IMAGES) == []


def test_the_message_that_tries_the_queue_is_taken(world: World) -> None:
    assert world.receive(ACCESS_LOGS, [{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "logs"}]) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no gzip",
        gzip.compress(b""),
        gzip.compress(b"<html>\n"),
        gzip.compress("".join([*logs.HEADING, line(f"/image/{new_id()}.jpg") * 500]).encode())[:-100],
        gzip.compress("".join(logs.HEADING).encode()) + b"trailing",
    ],
    ids=["empty", "no gzip", "empty gzip", "no log", "cut short", "more than gzip"],
)
def test_what_is_no_log_fails_alone_and_counts_nothing(world: World, content: bytes) -> None:
    (image_id,) = gallery(1)
    good = logs.write("good.gz", [line(f"/image/{image_id}.jpg")])
    bad = f"{LOGS_OF_CDN}bad.gz"
    aws.call("s3", "put_object", Bucket=LOGS.physical_name, Key=bad, Body=content)
    messages: list[Any] = [logs.event(bad), {}, "text", logs.event(good)]
    assert world.receive(ACCESS_LOGS, messages) == messages[:3]
    assert views([image_id]) == [1]
    assert [item["pk"]["S"] for item in world.items(IMAGES) if item["pk"]["S"].startswith("LOG")] == [f"LOG#{good}"]


def test_a_line_without_end_is_read_in_parts(world: World) -> None:
    (image_id,) = gallery(1)
    key = logs.write("log.gz", ["x" * 1_000_000 + "\n", line(f"/image/{image_id}.jpg")])
    assert max(len(each) for each in access_log_store.lines(key)) < 100_000
    counted(world, key)
    assert views([image_id]) == [1]


def _key(image_id: str) -> dict[str, Any]:
    return {"pk": {"S": f"IMAGE#{image_id}"}, "sk": {"S": "IMAGE"}}
