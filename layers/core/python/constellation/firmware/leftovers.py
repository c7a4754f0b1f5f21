"""Announce objects that may be left over when a function is killed between S3 and the table."""

from constellation.aws.queue import SETTLED_SECONDS, Queue
from constellation.aws.resources import LEFTOVERS, Grant
from constellation.firmware.model import Binary
from constellation.runtime.operation import operation


@operation(grants=[Grant(LEFTOVERS, ("sqs:SendMessage",))])
def expect_leftover(firmware_id: str, binary: Binary, seconds: int = SETTLED_SECONDS) -> None:
    """Have the object of a binary looked at after ``seconds``, and deleted unless its firmware image names it then."""
    Queue(LEFTOVERS).send({"firmware": firmware_id, "key": binary.key}, seconds)
