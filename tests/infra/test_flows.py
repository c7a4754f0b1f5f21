"""Which functions messages come back to, in made-up applications."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import (
    ACCESS_LOGS,
    ARRIVALS,
    DELETIONS,
    INCOMING,
    INDEXING,
    LEFTOVERS,
    LOGS,
    ORIGINALS,
    Grant,
    Resource,
)
from constellation.runtime.consumer import Consumer, consumer
from infra import flows


def feeds(queue: Resource, *targets: Resource | Grant) -> Consumer:
    """A consumer that sends messages to queues, and what else it is granted."""

    def nothing(_message: Any, _now: datetime) -> None:
        """Queue: nothing."""

    sends = [Grant(each, ("sqs:SendMessage",)) if isinstance(each, Resource) else each for each in targets]
    return consumer(queue, grants=sends)(nothing)


def puts(bucket: Resource, path: str = "") -> Grant:
    return Grant(bucket, ("s3:GetObject", "s3:PutObject"), path)


def test_what_sends_to_its_own_queue() -> None:
    assert flows.looping({"a": feeds(INDEXING, INDEXING), "b": feeds(DELETIONS, INDEXING)}) == {"a"}


def test_all_that_lie_on_a_way_back() -> None:
    consumers = {
        "a": feeds(INDEXING, DELETIONS),
        "b": feeds(DELETIONS, LEFTOVERS),
        "c": feeds(LEFTOVERS, INDEXING, ARRIVALS),
        "d": feeds(ARRIVALS),
    }
    assert flows.looping(consumers) == {"a", "b", "c"}
    assert flows.reached("a", consumers) == {"a", "b", "c", "d"}
    assert flows.reached("d", consumers) == set()


def test_ways_back_through_a_bucket_that_tells_of_its_objects() -> None:
    for path, loops in (("", True), ("*", True), ("dr*", True), ("drop/x/*", True), ("drop-failed/*", False)):
        assert bool(flows.looping({"a": feeds(ARRIVALS, puts(INCOMING, path))})) == loops, path
    assert flows.looping({"a": feeds(ARRIVALS, puts(ORIGINALS)), "b": feeds(ACCESS_LOGS, puts(LOGS, "cdn/*"))}) == {"b"}
    assert flows.looping({"a": feeds(ARRIVALS, DELETIONS), "b": feeds(DELETIONS, puts(INCOMING))}) == {"a", "b"}


def test_rights_that_send_nothing() -> None:
    reads = Grant(INDEXING, ("sqs:GetQueueAttributes",)), Grant(INCOMING, ("s3:GetObject",))
    assert flows.looping({"a": feeds(INDEXING, *reads), "b": feeds(ARRIVALS, *reads)}) == set()
