"""What S3 tells a queue."""

import json

import pytest

from constellation.events.s3 import objects_in


def test_keys_are_decoded() -> None:
    records = [{"s3": {"object": {"key": key}}} for key in ("cdn/a+b%2Bc.gz", "drop/%C3%A4/100%25.png")]
    assert objects_in({"Records": records}) == ["cdn/a b+c.gz", "drop/ä/100%.png"]


def test_the_message_that_tries_the_queue_is_about_nothing() -> None:
    tried = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "logs", "RequestId": "r", "HostId": "h"}
    assert objects_in(tried) == []


@pytest.mark.parametrize("message", ["{}", '{"Records": [{}]}', "[]", '"text"', "null"])
def test_what_s3_does_not_say_is_a_fault(message: str) -> None:
    with pytest.raises((KeyError, AttributeError)):
        objects_in(json.loads(message))
