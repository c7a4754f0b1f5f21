"""Ask for what follows when a member may no longer share what is in a constellation.

It is asked for twice: before the change, for when the request has ended, and right after. So a function that is killed
in between leaves nothing behind.
"""

from constellation.aws.queue import SETTLED_SECONDS, Queue
from constellation.aws.resources import DELETIONS, Grant
from constellation.runtime.operation import operation
from constellation.workspaces.rights import NEEDED, Operation, Right

_QUEUE = Queue(DELETIONS)


def is_lost(before: Right | None, after: Right | None) -> bool:
    """Return whether a change of a right takes away that of sharing; None is no right at all."""
    return (before or 0) >= NEEDED[Operation.SHARE] > (after or 0)


@operation(grants=[Grant(DELETIONS, ("sqs:SendMessage",))])
def announce(constellation_id: str, user_id: str) -> None:
    """Ask for what follows a change that is about to be made."""
    _QUEUE.send(_message(constellation_id, user_id), SETTLED_SECONDS)


@operation(grants=[Grant(DELETIONS, ("sqs:SendMessage",))])
def follow(constellation_id: str, user_id: str) -> None:
    """Ask for what follows a change that was made."""
    _QUEUE.send(_message(constellation_id, user_id))


def _message(constellation_id: str, user_id: str) -> dict[str, str]:
    return {"lost_right": user_id, "constellation": constellation_id}
