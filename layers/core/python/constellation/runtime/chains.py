"""Chains of messages: a consumer continues its work by a message to its own queue.

Lambda is configured not to stop such chains (``infra.flows``). So each is bounded here: by the number of its messages,
and by how many of them in a row may achieve nothing. The reconciliation picks up what a stopped chain left.
"""

from collections.abc import Mapping
from typing import Any

from constellation.aws.queue import Queue
from constellation.aws.resources import Resource
from constellation.common.observability import count, logger

MOST_IDLE = 3
"""Messages in a row that achieve nothing, after which a chain ends."""

STOPPED = "ChainsStopped"
"""The metric that counts the chains that reached a bound."""


def go_on(queue: Resource, before: Mapping[str, Any], following: Mapping[str, Any], most: int, *, done: bool) -> None:
    """Send the message that follows the one ``before``, unless the chain has reached a bound.

    ``most`` is the number of messages of a chain. ``done`` says whether the message before achieved something.
    """
    number, idle = before.get("number", 0) + 1, 0 if done else before.get("idle", 0) + 1
    if number < most and idle < MOST_IDLE:
        Queue(queue).send({**following, "number": number, "idle": idle})
        return
    logger().error("chain stopped", extra={"queue": queue.name, "left": following, "number": number, "idle": idle})
    count(STOPPED)
