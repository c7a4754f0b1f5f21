"""Ask the queues for work on shares."""

from constellation.aws.queue import SETTLED_SECONDS, Queue
from constellation.aws.resources import DELETIONS, HIDING, Grant
from constellation.runtime.operation import operation


@operation(grants=[Grant(DELETIONS, ("sqs:SendMessage",))])
def ask_to_count(share_id: str) -> None:
    """Ask for the images of a share to be counted again."""
    Queue(DELETIONS).send({"counted_share": share_id})


@operation(grants=[Grant(HIDING, ("sqs:SendMessage",))])
def announce_end(tag: str) -> None:
    """Have the CDN refuse links of a share after this request, if they have ended by then."""
    Queue(HIDING).send({"ended": [tag]}, SETTLED_SECONDS)


@operation(grants=[Grant(HIDING, ("sqs:SendMessage",))])
def follow_end(tag: str) -> None:
    """Have the CDN refuse the links of a share that have ended."""
    Queue(HIDING).send({"ended": [tag]})
