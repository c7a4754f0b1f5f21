"""Bring the bucket and the CDN up to date after a change of an image's access or focus.

It is asked for twice. Right after the change, what was stored for its links is removed. The final time comes when every
request that had seen the image before has ended: what such a request has stored is removed too. If the image's links
must be signed now, its unsigned copies can be purged then, because the CDN refuses them and none is added.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from constellation.aws.queue import Queue
from constellation.aws.resources import HIDING, Grant
from constellation.cleanup import purge_store
from constellation.images import store as image_store
from constellation.links import rendition_store
from constellation.links.marks import mark_of
from constellation.runtime.operation import operation

SETTLED = timedelta(seconds=90)
"""The time after which every request has ended that had seen an image before its access changed."""

_TELL = Grant(HIDING, ("sqs:SendMessage",))

_HIDING = Queue(HIDING)


@operation(grants=[image_store.READ, rendition_store.LIST, rendition_store.DELETE, purge_store.WAIT, _TELL])
def refresh_image(message: Mapping[str, Any], now: datetime) -> None:
    """Remove what is stored for the links of an image, unless it is gone. Safe to repeat."""
    image = image_store.get(message["refresh"])
    if image is None:
        return
    rendition_store.delete_all(image.id)
    if not message["final"]:
        return
    # If the access has changed once more since, that change has a final time of its own.
    if message["access"] and image.signed_at and now - image.signed_at >= SETTLED:
        _HIDING.send({"access": [image.id]})  # again, because the function may have been killed that changed the access
        purge_store.wait(image.id, image.id, now, mark_of(image))
    if message["focus"]:
        _HIDING.send({"tags": [image.focus_tag]})
