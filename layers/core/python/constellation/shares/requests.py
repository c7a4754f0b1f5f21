"""Ask the queues for work on shares."""

from contextlib import AbstractContextManager

from constellation.aws.queue import Queue
from constellation.aws.resources import DELETIONS, HIDING, Grant
from constellation.runtime.operation import operation


@operation(grants=[Grant(DELETIONS, ("sqs:SendMessage",))])
def ask_to_count(share_id: str) -> None:
    """Ask for the images of a share to be counted again."""
    Queue(DELETIONS).send({"counted_share": share_id})


@operation(grants=[Grant(HIDING, ("sqs:SendMessage",))])
def ending(tag: str) -> AbstractContextManager[None]:
    """Have the CDN refuse links of a share that end inside, by their tag."""
    return Queue(HIDING).around({"ended": [tag]})
