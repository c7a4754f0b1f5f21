"""What feeds what: buckets tell queues of objects, queues feed functions, functions send messages and put objects.

Lambda ends a chain of events that comes to the same function for the 17th time ("Use Lambda recursive loop detection to
prevent infinite loops", Lambda developer guide). Which functions such chains lead back to follows from their grants.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from constellation.aws.resources import ACCESS_LOGS, ARRIVALS, INCOMING, LOGS, Grant, Resource
from constellation.links import access_log_store as access_logs
from constellation.runtime.consumer import Consumer
from constellation.uploads.model import DROPPED, POSTED


@dataclass(frozen=True)
class Announcement:
    """A bucket tells a queue of every new object under some prefixes."""

    bucket: Resource
    prefixes: tuple[str, ...]
    queue: Resource


ANNOUNCEMENTS = (
    Announcement(LOGS, (access_logs.PREFIX,), ACCESS_LOGS),
    Announcement(INCOMING, (POSTED, DROPPED), ARRIVALS),
)


def reached(name: str, consumers: Mapping[str, Consumer]) -> frozenset[str]:
    """The consumers, by name, that the messages of one may come to, through whatever others."""
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
    """The consumers whose messages may come back to them."""
    return frozenset(name for name in consumers if name in reached(name, consumers))


def _fed(consumer: Consumer) -> Iterator[Resource]:
    """The queues in which a consumer can bring about a message."""
    for grant in consumer.grants:
        if "sqs:SendMessage" in grant.actions:
            yield grant.resource
        if "s3:PutObject" in grant.actions:
            yield from (each.queue for each in ANNOUNCEMENTS if _announces(each, grant))


def _announces(told: Announcement, grant: Grant) -> bool:
    """Whether a bucket tells of an object that may be put by a grant; it is about keys that begin so."""
    begin = grant.path.partition("*")[0]
    return told.bucket == grant.resource and any(
        prefix.startswith(begin) or begin.startswith(prefix) for prefix in told.prefixes
    )
