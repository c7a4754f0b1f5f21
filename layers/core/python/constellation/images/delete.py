"""Delete images: hide each in one transaction, and ask for the clean-up."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from constellation.aws.queue import SETTLED_SECONDS, Queue
from constellation.aws.resources import DELETIONS, HIDING, Grant
from constellation.common.errors import DomainError, Unavailable
from constellation.common.outcomes import made, one_by_one
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
    made(delete_each([image], keeps_bytes=keeps_bytes, now=now)[image.id])


@operation(grants=[store.DELETE, folder_store.UNFILE, ASK_FOR_DELETION, ASK_TO_HIDE], uses=[again])
def delete_each(images: Sequence[Image], *, keeps_bytes: bool, now: datetime) -> dict[str, DomainError | None]:
    """Delete images, each by itself as ``delete`` does, and return the outcomes by id."""
    messages = {image.id: {"image": image.id, "with_folder": False} for image in images}
    # Asked for first, in case the function is killed after a transaction.
    _DELETIONS.send_many(({**message, "final": True} for message in messages.values()), SETTLED_SECONDS)
    outcomes = one_by_one({image.id: partial(_delete, image, keeps_bytes=keeps_bytes, now=now) for image in images})
    deleted = [id_ for id_, refusal in outcomes.items() if refusal is None]
    if deleted:
        _HIDING.send({"images": deleted})
        _DELETIONS.send_many({**messages[id_], "final": False} for id_ in deleted)
    return outcomes


def _delete(image: Image, *, keeps_bytes: bool, now: datetime) -> None:
    for _ in range(_TRIES):
        if store.delete(image, keeps_bytes=keeps_bytes, now=now):
            return
        image = again(image)
    raise Unavailable
