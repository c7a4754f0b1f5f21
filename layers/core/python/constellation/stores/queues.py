"""Messages to the queues that the consumers of ``functions/`` are fed from."""

import json
from typing import Any

from constellation.stores import aws
from constellation.stores.resources import DELETIONS, INDEXING, Grant, Resource

ASK_FOR_INDEXING = Grant(INDEXING, ("sqs:SendMessage",))
ASK_FOR_DELETION = Grant(DELETIONS, ("sqs:SendMessage",))


def send(queue: Resource, message: dict[str, Any], delay: int = 0) -> None:
    """Put a message into ``queue``; its consumer gets it after ``delay`` seconds, at most 900."""
    aws.call("sqs", "send_message", QueueUrl=queue.physical_name, MessageBody=json.dumps(message), DelaySeconds=delay)
