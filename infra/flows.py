"""Find the functions to which their own events can return.

Buckets send messages about new objects to queues, queues invoke functions, and functions send messages and put objects.
Lambda stops a chain of events that reaches the same function for the 17th time ("Use Lambda recursive loop detection to
prevent infinite loops", Lambda developer guide). The grants of the functions say where such chains are possible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from constellation.aws.resources import ACCESS_LOGS, ARRIVALS, INCOMING, LOGS, LOGS_OF_CDN, Grant, Resource
from constellation.runtime.consumer import Consumer
from constellation.uploads.model import DROPPED, POSTED


@dataclass(frozen=True)
class Announcement:
    """A bucket sends a message to a queue for every new object under some prefixes."""

    bucket: Resource
    prefixes: tuple[str, ...]
    queue: Resource


ANNOUNCEMENTS = (
    Announcement(LOGS, (LOGS_OF_CDN,), ACCESS_LOGS),
    Announcement(INCOMING, (POSTED, DROPPED), ARRIVALS),
)


def reached(name: str, consumers: Mapping[str, Consumer]) -> frozenset[str]:
    """Return the names of the consumers that messages of one consumer can reach, directly or through others."""
    found, waiting = set[str](), [name]
    while waiting:
        fresh = {
            other
            for other, consumer in consumers.items()
            if consumer.queue in set(_fed(consumers[waiting[-1]])) and other not in found
        }
        waiting.pop()
        found |= fresh
        waiting += fresh
    return frozenset(found)


def looping(consumers: Mapping[str, Consumer]) -> frozenset[str]:
    """Return the names of the consumers whose messages can return to them."""
    return frozenset(name for name in consumers if name in reached(name, consumers))


def _fed(consumer: Consumer) -> Iterator[Resource]:
    """Yield the queues into which a consumer can cause a message."""
    for grant in consumer.grants:
        if "sqs:SendMessage" in grant.actions:
            yield grant.resource
        if "s3:PutObject" in grant.actions:
            yield from (each.queue for each in ANNOUNCEMENTS if _announces(each, grant))


def _announces(told: Announcement, grant: Grant) -> bool:
    """Return whether the bucket sends messages about objects that the grant allows to put."""
    begin = grant.path.partition("*")[0]
    return told.bucket == grant.resource and any(
        prefix.startswith(begin) or begin.startswith(prefix) for prefix in told.prefixes
    )
