"""Ask for what the CDN and the bucket hold of an image to follow a change of its access or its focus.

Both are asked for twice: before the record changes, for when everything has ended that had seen it as it was, and again
right after. So a function killed in between leaves nothing behind for ever.
"""

from collections.abc import Iterable

from constellation.aws.queue import SETTLED_SECONDS, Queue
from constellation.aws.resources import DELETIONS, HIDING, Grant
from constellation.images.model import Image
from constellation.runtime.operation import operation

ASK_TO_REFRESH = Grant(DELETIONS, ("sqs:SendMessage",))
ASK_TO_TELL = Grant(HIDING, ("sqs:SendMessage",))

_DELETIONS, _HIDING = Queue(DELETIONS), Queue(HIDING)


@operation(grants=[ASK_TO_REFRESH])
def announce(image: Image, *, access: bool, focus: bool) -> None:
    """Ask for the last work after a change of an image's access, its focus or both, which is about to be made."""
    _DELETIONS.send({"refresh": image.id, "access": access, "focus": focus, "final": True}, SETTLED_SECONDS)


@operation(grants=[ASK_TO_REFRESH, ASK_TO_TELL])
def follow(before: Image, after: Image) -> None:
    """Have links follow a change that was made: those that the CDN must refuse, and those that it must forget."""
    access, focus = after.access != before.access, after.focus != before.focus
    if access:
        _HIDING.send({"access": [after.id]})
    if focus:
        _HIDING.send({"tags": [after.focus_tag]})
    if access or focus:
        _DELETIONS.send({"refresh": after.id, "access": access, "focus": focus, "final": False})


@operation(grants=[ASK_TO_TELL, ASK_TO_REFRESH])
def announce_entry(images: Iterable[Image]) -> None:
    """Have the CDN forget what variants of their owners give of images, which are about to enter a constellation.

    It does so when every request has ended that had seen an image outside. Then the constellation's variants count,
    and its ADMINs see the shares of the images.
    """
    _HIDING.send({"tags": [image.focus_tag for image in images]}, SETTLED_SECONDS)
    _DELETIONS.send_many([{"entered": image.id} for image in images], SETTLED_SECONDS)
