"""Delete many images together with their folders."""

from collections.abc import Sequence
from datetime import datetime

from constellation.aws.queue import SETTLED_SECONDS, Queue
from constellation.aws.resources import DELETIONS, HIDING, Grant
from constellation.images import store as image_store
from constellation.images.model import Image
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store

_SEND = (Grant(DELETIONS, ("sqs:SendMessage",)), Grant(HIDING, ("sqs:SendMessage",)))

_HIDDEN_TOGETHER = 50
"""Images that one message hides. Deleting them takes about a second."""


@operation(grants=[image_store.DELETE, folder_store.UNFILE, *_SEND])
def delete_images(found: Sequence[Image], now: datetime) -> int:
    """Delete images and return how many were deleted. Those that have changed since they were read stay."""
    messages = [{"image": image.id, "with_folder": True} for image in found]
    # The final clean-ups are requested first, in case the function is killed after a transaction.
    Queue(DELETIONS).send_many([{**message, "final": True} for message in messages], SETTLED_SECONDS)
    deleted = 0
    for start in range(0, len(found), _HIDDEN_TOGETHER):
        part = found[start : start + _HIDDEN_TOGETHER]
        gone = [image.id for image in part if image_store.delete(image, keeps_bytes=False, now=now)]
        if gone:
            Queue(HIDING).send({"images": gone})
        deleted += len(gone)
    Queue(DELETIONS).send_many([{**message, "final": False} for message in messages])
    return deleted
