"""Work that a consumer goes on with by a message to its own queue: a chain of messages.

Lambda is told not to stop such chains (``infra.flows``), so each is bounded here: by the number of its messages, and by
how many of them in a row may come to nothing. What is left of a chain that was stopped is for the reconciliation.
"""

from collections.abc import Mapping
from typing import Any

from constellation.aws import queues
from constellation.aws.resources import Resource
from constellation.common.observability import count, logger

MOST_IDLE = 3
"""Messages in a row that come to nothing, after which a chain ends."""

STOPPED = "ChainsStopped"
"""The metric that counts the chains that came to a bound."""


def go_on(queue: Resource, before: Mapping[str, Any], following: Mapping[str, Any], most: int, *, done: bool) -> None:
    """Send the message that is ``following`` the one ``before``, unless the chain has come to its end.

    ``most`` is how many messages a chain has, ``done`` whether the one before came to something.
    """
    number, idle = before.get("number", 0) + 1, 0 if done else before.get("idle", 0) + 1
    if number < most and idle < MOST_IDLE:
        queues.send(queue, {**following, "number": number, "idle": idle})
        return
    logger().error("chain stopped", extra={"queue": queue.name, "left": following, "number": number, "idle": idle})
    count(STOPPED)
