"""Ask the CDN to forget the pictures that have an image as their watermark.

An image whose links must be signed shows in the variants of its own place only (``links.vary``). When its access
becomes ``signed``, or it moves into another place, other variants no longer show it. Their pictures have paths of other
images, so the CDN's refusal of an image does not cover them. They have the cache tag of their watermark.
"""

from collections.abc import Iterable

from constellation.aws.queue import SETTLED_SECONDS, Queue
from constellation.aws.resources import HIDING, Grant
from constellation.images.model import Image
from constellation.runtime.operation import operation

ASK_TO_TELL = Grant(HIDING, ("sqs:SendMessage",))

_HIDING = Queue(HIDING)


@operation(grants=[ASK_TO_TELL])
def announce_entry(images: Iterable[Image]) -> None:
    """Have the CDN forget them once every request that saw the images outside of their new constellation has ended."""
    _forget(images, SETTLED_SECONDS)


@operation(grants=[ASK_TO_TELL])
def follow(images: Iterable[Image]) -> None:
    """Have the CDN forget them now that the images have changed."""
    _forget(images, 0)


def _forget(images: Iterable[Image], delay: int) -> None:
    tags = [image.id for image in images if image.signed_at]
    if tags:
        _HIDING.send({"tags": tags}, delay)
