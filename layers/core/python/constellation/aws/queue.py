"""Queues: every call that the product makes to SQS."""

import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from constellation.aws import client
from constellation.aws.resources import Resource
from constellation.aws.retry import in_batches

SETTLED_SECONDS = 120
"""A delay after which every request that was under way has ended, and everything that it had seen has taken effect."""

_SENT_TOGETHER = 10


@dataclass(frozen=True)
class Queue:
    """A queue of JSON messages, which feeds one consumer."""

    resource: Resource

    def send(self, message: Mapping[str, Any], delay: int = 0, group: str = "") -> None:
        """Send a message, to be delivered after ``delay`` seconds, at most 900.

        Groups take turns: the messages of one that has many do not hold up those of others ("Amazon SQS fair queues").
        """
        grouped = {"MessageGroupId": group} if group else {}
        body = json.dumps(message)
        client.call("sqs", "send_message", QueueUrl=self._url, MessageBody=body, DelaySeconds=delay, **grouped)

    @contextmanager
    def around(self, message: Mapping[str, Any]) -> Generator[None]:
        """Send a message about the change that is made inside, twice: with a delay before it, and at once after it.

        The delayed one comes when every request that was under way has ended. So a function that is killed in between
        leaves nothing behind. An error inside sends no second one.
        """
        self.send(message, SETTLED_SECONDS)
        yield
        self.send(message)

    def send_many(self, messages: Iterable[Mapping[str, Any]], delay: int = 0) -> None:
        """Send messages, ten in a call."""

        def send_batch(batch: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
            entries = [
                {"Id": str(number), "MessageBody": json.dumps(message), "DelaySeconds": delay}
                for number, message in enumerate(batch)
            ]
            answer = client.call("sqs", "send_message_batch", QueueUrl=self._url, Entries=entries)
            return [batch[int(failure["Id"])] for failure in answer.get("Failed", ())]

        in_batches(messages, _SENT_TOGETHER, send_batch)

    @property
    def _url(self) -> str:
        return self.resource.physical_name
