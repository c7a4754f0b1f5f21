"""Ask for a deleted folder or constellation to be emptied."""

from contextlib import AbstractContextManager
from typing import Any

from constellation.aws.queue import Queue
from constellation.aws.resources import REMOVALS, Grant
from constellation.runtime.operation import operation
from constellation.workspaces.model import Removal

SEND = Grant(REMOVALS, ("sqs:SendMessage",))

_QUEUE = Queue(REMOVALS)


@operation(grants=[SEND])
def beginning(removal: Removal) -> AbstractContextManager[None]:
    """Ask for a removal that begins inside to be done."""
    return _QUEUE.around(message(removal))


@operation(grants=[SEND])
def ask(removal: Removal, *, part: int) -> None:
    """Ask for a part of a removal to be done."""
    _QUEUE.send(message(removal, part=part))


def message(removal: Removal, *, closed: bool = False, part: int = 0) -> dict[str, Any]:
    """Return the message that asks for a part of a removal. ``closed``: its folders take in nothing any more."""
    return {"constellation": removal.constellation, "folder": removal.folder, "closed": closed, "part": part}
