"""What S3 tells a queue."""

import json

import pytest

from constellation.runtime.s3_events import StoredObject, notification, objects_in

KEYS = ("drop/a b.png", "drop/a+b%2Bc.gz", "drop/100%.png", "drop/%25", "drop/ä/🏝️ \u2028.png", "drop/a\\'\"&=?#~*")
"""Keys that a URL would spell otherwise."""


def test_objects_are_read() -> None:
    records = [
        {"s3": {"bucket": {"name": "incoming"}, "object": {"key": "drop/a+b%2Bc.gz", "versionId": "v1"}}},
        {"s3": {"bucket": {"name": "logs"}, "object": {"key": "drop%2F%C3%A4/100%25.png", "size": 5}}},
    ]
    assert objects_in({"Records": records}) == [
        StoredObject("incoming", "drop/a b+c.gz", "v1"),
        StoredObject("logs", "drop/ä/100%.png"),
    ]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("version", ["3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo", ""])
def test_a_notification_is_read_as_what_it_was_made_of(key: str, version: str) -> None:
    stored = StoredObject("incoming", key, version)
    assert objects_in(json.loads(json.dumps(notification(stored)))) == [stored]


@pytest.mark.parametrize("key", KEYS)
def test_a_notification_spells_keys_as_s3_does(key: str) -> None:
    (record,) = notification(StoredObject("incoming", key))["Records"]
    told = record["s3"]["object"]["key"]
    assert told.isascii()
    assert not set(told) & set(" &=?#\"'\\/")


def test_the_message_that_tries_the_queue_is_about_nothing() -> None:
    tried = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "logs", "RequestId": "r", "HostId": "h"}
    assert objects_in(tried) == []


@pytest.mark.parametrize("message", ["{}", '{"Records": [{}]}', "[]", '"text"', "null"])
def test_what_s3_does_not_say_is_a_fault(message: str) -> None:
    with pytest.raises((KeyError, AttributeError)):
        objects_in(json.loads(message))
