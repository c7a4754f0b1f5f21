"""Delete an image: hide it in one transaction, and ask for the clean-up."""

from datetime import datetime

from constellation.aws import queues
from constellation.aws.resources import DELETIONS, HIDING
from constellation.common.errors import NotFound, Unavailable
from constellation.images import store as images
from constellation.images.change import again
from constellation.images.model import Image
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store as folders

_TRIES = 10


DELETE = (images.DELETE, folders.UNFILE, queues.ASK_FOR_DELETION, queues.ASK_TO_HIDE)
"""What a function that deletes needs."""


@operation(grants=DELETE, errors=[NotFound, Unavailable])
def delete(image: Image, *, keeps_bytes: bool, now: datetime) -> None:
    """Delete an image; ``keeps_bytes`` leaves its original in the bucket. Raises NotFound when it is gone already."""
    message = {"image": image.id, "with_folder": False}
    queues.send(DELETIONS, {**message, "final": True}, queues.SETTLED_SECONDS)
    for _ in range(_TRIES):
        if images.delete(image, keeps_bytes=keeps_bytes, now=now):
            queues.send(HIDING, {"images": [image.id]})
            queues.send(DELETIONS, {**message, "final": False})
            return
        image = again(image)
    raise Unavailable
