"""The world that functions are tested in: what it sees of their calls, and how it brings messages."""

from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

import pytest

import tests.support.world
from constellation.aws import cdn
from constellation.aws import client as aws
from constellation.aws.queue import Queue
from constellation.aws.resources import (
    ACCESS_LOGS,
    BUCKETS,
    CDN,
    DELETIONS,
    IMAGES,
    INDEXING,
    LOGS,
    ORIGINALS,
    PUBLIC_CREATED,
    RENDITIONS,
    TABLES,
    Grant,
    Resource,
)
from constellation.aws.table import transact
from constellation.runtime.consumer import Consumer, consumer
from constellation.runtime.task import task
from tests.support.world import Call, Declared, Message, World, new_world, recording

KEY = {"pk": {"S": "a"}, "sk": {"S": "b"}}


def test_calls_are_seen_as_a_policy_sees_them(world: World) -> None:
    images, renditions = IMAGES.physical_name, RENDITIONS.physical_name
    with recording() as calls:
        aws.call("dynamodb", "batch_get_item", RequestItems={images: {"Keys": [KEY]}})
        aws.call("dynamodb", "batch_write_item", RequestItems={images: [{"PutRequest": {"Item": KEY}}]})
        aws.call("dynamodb", "transact_get_items", TransactItems=[{"Get": {"TableName": images, "Key": KEY}}])
        aws.call(
            "dynamodb",
            "query",
            TableName=images,
            IndexName=PUBLIC_CREATED.name,
            KeyConditionExpression="publicList = :list",
            ExpressionAttributeValues={":list": {"S": "PUBLIC"}},
        )
        aws.call("s3", "list_objects_v2", Bucket=renditions, Prefix="a/")
        aws.call("s3", "delete_objects", Bucket=renditions, Delete={"Objects": [{"Key": "a/1"}, {"Key": "a/2"}]})
        Queue(INDEXING).send({})
        cdn.purge(["a"], "once")
    assert calls == [
        Call("dynamodb:BatchGetItem", images),
        Call("dynamodb:BatchWriteItem", images),
        Call("dynamodb:GetItem", images),
        Call("dynamodb:Query", images, "index/public-created"),
        Call("s3:ListBucket", renditions),
        Call("s3:DeleteObject", renditions, "a/1"),
        Call("s3:DeleteObject", renditions, "a/2"),
        Call("sqs:SendMessage", INDEXING.physical_name),
        Call("cloudfront:CreateInvalidation", CDN.physical_name),
    ]


def test_what_is_granted_elsewhere_is_not_granted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def send(_message: Any, _now: datetime) -> None:
        Queue(DELETIONS).send({})

    _have(monkeypatch, feed=consumer(INDEXING, grants=[Grant(INDEXING, ("sqs:SendMessage",))])(send))
    with pytest.raises(AssertionError, match="feed may not sqs:SendMessage"):
        world.receive(INDEXING, [1])
    _have(monkeypatch, feed=consumer(INDEXING, grants=[Grant(DELETIONS, ("sqs:SendMessage",))])(send))
    assert world.receive(INDEXING, [1]) == []
    assert world.unused("feed") == []


def test_an_index_is_granted_apart_from_its_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(_message: Any, _now: datetime) -> None:
        aws.call(
            "dynamodb",
            "query",
            TableName=IMAGES.physical_name,
            IndexName=PUBLIC_CREATED.name,
            KeyConditionExpression="publicList = :list",
            ExpressionAttributeValues={":list": {"S": "PUBLIC"}},
        )

    _have(monkeypatch, find=consumer(INDEXING, grants=[Grant(IMAGES, ("dynamodb:Query",))])(find))
    with pytest.raises(AssertionError, match=r"find may not dynamodb:Query .*index/public-created"):
        world.receive(INDEXING, [1])
    granted = Grant(IMAGES, ("dynamodb:Query",), "index/public-created")
    _have(monkeypatch, find=consumer(INDEXING, grants=[granted])(find))
    assert world.receive(INDEXING, [1]) == []


def test_messages_come_once_in_order_and_delayed_ones_when_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[Any] = []
    _have(monkeypatch, feed=_collecting(INDEXING, got))
    Queue(INDEXING).send({"n": 1}, delay=40)
    for n in range(2, 14):
        Queue(INDEXING).send({"n": n})
    assert world.messages(INDEXING)[:2] == [Message({"n": 1}, 40), Message({"n": 2}, 0)]
    assert world.deliver(INDEXING) == 12
    assert got == [{"n": n} for n in range(2, 14)]
    assert world.deliver(INDEXING) == 0
    assert world.deliver(INDEXING, delayed=True) == 1
    assert got[-1] == {"n": 1}
    assert world.messages(INDEXING) == []


def test_what_a_consumer_sends_itself_waits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def again(message: Any, _now: datetime) -> None:
        Queue(INDEXING).send({"n": message["n"] + 1})

    _have(monkeypatch, feed=consumer(INDEXING, grants=[Grant(INDEXING, ("sqs:SendMessage",))])(again))
    Queue(INDEXING).send({"n": 1})
    assert world.deliver(INDEXING) == 1
    assert world.messages(INDEXING) == [Message({"n": 2}, 0)]


def test_a_message_that_fails_is_named_and_not_delivered_in_silence(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(message: Any, _now: datetime) -> None:
        assert message % 2

    _have(monkeypatch, feed=consumer(INDEXING)(fail))
    assert world.receive(INDEXING, list(range(13))) == [0, 2, 4, 6, 8, 10, 12]
    Queue(INDEXING).send({})
    with pytest.raises(AssertionError):
        world.deliver(INDEXING)


def test_a_new_access_log_is_a_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[Any] = []
    _have(monkeypatch, count=_collecting(ACCESS_LOGS, got))
    for key in ("other/a.gz", "cdn/E1.2025-07-11-12.a.gz"):
        aws.call("s3", "put_object", Bucket=LOGS.physical_name, Key=key, Body=b"log")
    assert world.deliver(ACCESS_LOGS) == 1
    ((record,),) = (message["Records"] for message in got)
    assert record["s3"]["bucket"]["name"] == LOGS.physical_name
    assert unquote_plus(record["s3"]["object"]["key"]) == "cdn/E1.2025-07-11-12.a.gz"


def test_what_the_cdn_forgets_is_known(world: World) -> None:
    assert world.invalidated() == []
    cdn.purge(["b", "a"], "1")
    cdn.purge_everything("2")
    assert world.invalidated() == ["#a", "#b", "/*"]


def test_a_task_answers_with_its_report(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _have(monkeypatch, repair=task()(lambda payload, now: {**payload, "at": now.isoformat()}))
    assert world.invoke("repair", {"a": 1}) == {"a": 1, "at": world.now.isoformat()}


def test_objects_of_another_bucket_are_not_granted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def wipe(_message: Any, _now: datetime) -> None:
        aws.call("s3", "delete_objects", Bucket=ORIGINALS.physical_name, Delete={"Objects": [{"Key": "images/1"}]})

    for bucket, path in ((RENDITIONS, ""), (ORIGINALS, "incoming/*")):
        _have(monkeypatch, wipe=consumer(INDEXING, grants=[Grant(bucket, ("s3:DeleteObject",), path)])(wipe))
        with pytest.raises(AssertionError, match="wipe may not s3:DeleteObject"):
            world.receive(INDEXING, [1])
    _have(monkeypatch, wipe=consumer(INDEXING, grants=[Grant(ORIGINALS, ("s3:DeleteObject",), "images/*")])(wipe))
    assert world.receive(INDEXING, [1]) == []


def _have(monkeypatch: pytest.MonkeyPatch, **functions: Declared) -> None:
    """Let these be the functions of the product."""
    monkeypatch.setattr(tests.support.world, "handlers", lambda: functions)
    monkeypatch.setattr(tests.support.world, "load", functions.__getitem__)


def _collecting(queue: Resource, got: list[Any]) -> Consumer:
    def collect(message: Any, _now: datetime) -> None:
        got.append(message)

    return consumer(queue)(collect)


def test_a_transaction_that_fails_changes_nothing(world: World) -> None:
    """moto copies the tables before a transaction; here the copies share their items (``tests.support.moto``)."""
    table = IMAGES.physical_name
    kept, new = ({"pk": {"S": "a"}, "sk": {"S": name}} for name in ("kept", "new"))
    aws.call("dynamodb", "put_item", TableName=table, Item={**kept, "n": {"N": "1"}, "of": {"M": {"x": {"S": "1"}}}})
    before = world.items(IMAGES)
    change = {
        "TableName": table,
        "Key": kept,
        "UpdateExpression": "SET #of.x = :s ADD n :one",
        "ExpressionAttributeNames": {"#of": "of"},
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":s": {"S": "2"}},
    }
    refused = {"TableName": table, "Key": KEY, "ConditionExpression": "attribute_exists(pk)"}
    done: list[dict[str, Any]] = [{"Update": change}, {"Put": {"TableName": table, "Item": new}}]
    with pytest.raises(aws.ConditionFailed):
        transact([*done, {"ConditionCheck": refused}])
    assert world.items(IMAGES) == before
    transact(done)
    assert world.items(IMAGES) == [{**kept, "n": {"N": "2"}, "of": {"M": {"x": {"S": "2"}}}}, new]


def test_each_world_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        with new_world(monkeypatch) as world:
            assert [world.items(table) for table in TABLES] == [[]] * len(TABLES)
            assert [world.objects(bucket) for bucket in BUCKETS] == [{}] * len(BUCKETS)
            aws.call("dynamodb", "put_item", TableName=IMAGES.physical_name, Item=KEY)
            aws.call("s3", "put_object", Bucket=RENDITIONS.physical_name, Key="a", Body=b"a")
