"""Enter images from before the index ``files-created`` into it, which shares of folders and constellations read.

Images that have come to their folders since are in it. An entry is changed only while it stands and is not in the
index, so nothing that others do meanwhile is undone.
"""

from datetime import datetime
from typing import TypedDict

from constellation.cleanup import model
from constellation.images import scan_store
from constellation.images import store as image_store
from constellation.runtime.operation import operation
from constellation.workspaces import folder_store

MOST = 20_000
"""Images that one run looks at. It takes some minutes where all of them have to be entered."""


class Report(TypedDict):
    """How many images were looked at and entered, and where the next run goes on. ``checkpoint`` is empty at the end.

    It is the payload of the next run, too.
    """

    seen: int
    entered: int
    checkpoint: str


@operation(grants=[scan_store.SCAN_OWNED, image_store.READ_MANY, folder_store.ENTER_OLD])
def enter_old_files(checkpoint: str, now: datetime) -> Report:
    """Enter the next images. Safe to repeat, also from an older checkpoint, and while everything is in use."""
    seen = entered = 0
    while True:
        owners, checkpoint = scan_store.owners_before(checkpoint, model.RECORDS, now)
        images = image_store.get_many(owners).values()
        located = {image.id: image.location for image in images if image.location}
        created = {image.id: image.created for image in images}
        for image_id in folder_store.untimed(located):
            entered += folder_store.enter_time(located[image_id], image_id, created[image_id])
        seen += len(owners)
        if not checkpoint or seen >= MOST:
            return {"seen": seen, "entered": entered, "checkpoint": checkpoint}
