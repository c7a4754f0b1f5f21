"""Messages to the queues that the consumers of ``functions/`` are fed from."""

import json
from collections.abc import Iterable
from typing import Any

from constellation.aws import client as aws
from constellation.aws.resources import ARRIVALS, DELETIONS, HIDING, INDEXING, LEFTOVERS, REMOVALS, Grant, Resource
from constellation.aws.retry import in_batches

ASK_FOR_INDEXING = Grant(INDEXING, ("sqs:SendMessage",))
ASK_FOR_DELETION = Grant(DELETIONS, ("sqs:SendMessage",))
ASK_TO_HIDE = Grant(HIDING, ("sqs:SendMessage",))
ASK_FOR_REMOVAL = Grant(REMOVALS, ("sqs:SendMessage",))
ANNOUNCE_ARRIVALS = Grant(ARRIVALS, ("sqs:SendMessage",))
NOTE_LEFTOVERS = Grant(LEFTOVERS, ("sqs:SendMessage",))

SETTLED_SECONDS = 120
"""A delay after which every request that was under way has ended, and whatever it may have seen has gone its way."""


def send(queue: Resource, message: dict[str, Any], delay: int = 0) -> None:
    """Put a message into ``queue``; its consumer gets it after ``delay`` seconds, at most 900."""
    aws.call("sqs", "send_message", QueueUrl=queue.physical_name, MessageBody=json.dumps(message), DelaySeconds=delay)


def send_many(queue: Resource, messages: Iterable[dict[str, Any]], delay: int = 0) -> None:
    """The same with many messages, in few calls."""

    def send_batch(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        entries = [
            {"Id": str(number), "MessageBody": json.dumps(message), "DelaySeconds": delay}
            for number, message in enumerate(batch)
        ]
        answer = aws.call("sqs", "send_message_batch", QueueUrl=queue.physical_name, Entries=entries)
        return [batch[int(failure["Id"])] for failure in answer.get("Failed", ())]

    in_batches(messages, 10, send_batch)
