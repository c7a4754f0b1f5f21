"""Delete an image: hide it in one transaction, and ask for the clean-up."""

from datetime import datetime

from constellation.aws.queue import SETTLED_SECONDS, Queue
from constellation.aws.resources import DELETIONS, HIDING, Grant
from constellation.common.errors import Unavailable
from constellation.images import store
from constellation.images.access import again
from constellation.images.model import Image
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store

ASK_FOR_DELETION = Grant(DELETIONS, ("sqs:SendMessage",))
ASK_TO_HIDE = Grant(HIDING, ("sqs:SendMessage",))

_DELETIONS, _HIDING = Queue(DELETIONS), Queue(HIDING)
_TRIES = 10


@operation(grants=[store.DELETE, folder_store.UNFILE, ASK_FOR_DELETION, ASK_TO_HIDE], uses=[again])
def delete(image: Image, *, keeps_bytes: bool, now: datetime) -> None:
    """Delete an image. ``keeps_bytes`` leaves its original in the bucket. Raise NotFound when it is gone already."""
    message = {"image": image.id, "with_folder": False}
    # Asked for first, in case the function is killed after the transaction.
    _DELETIONS.send({**message, "final": True}, SETTLED_SECONDS)
    for _ in range(_TRIES):
        if store.delete(image, keeps_bytes=keeps_bytes, now=now):
            _HIDING.send({"images": [image.id]})
            _DELETIONS.send({**message, "final": False})
            return
        image = again(image)
    raise Unavailable
