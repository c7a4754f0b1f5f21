"""Ask for the reductions of an image that has none, or damaged ones."""

from constellation.aws.queue import Queue
from constellation.aws.resources import REDUCING, Grant
from constellation.common.errors import Unavailable
from constellation.common.observability import count
from constellation.runtime.operation import operation

_QUEUE = Queue(REDUCING)


@operation(grants=[Grant(REDUCING, ("sqs:SendMessage",))])
def ask(image_id: str, seen: str) -> None:
    """Ask for the reductions of an image with the note that was ``seen``, empty without any.

    Where the queue does not answer nothing is asked: whoever needs them next will ask again.
    """
    try:
        _QUEUE.send({"image": image_id, "seen": seen})
    except Unavailable:
        count("ReductionsNotAskedFor")
