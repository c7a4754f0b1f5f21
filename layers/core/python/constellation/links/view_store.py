"""Views of images, added up in their records.

pk LOG#<key>   sk <part>   ttl: marks a part of an access log as counted
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import EXISTS, MOST_PARTS, Table, transact
from constellation.images.store import record_key

COUNT = Grant(IMAGES, ("dynamodb:PutItem", "dynamodb:UpdateItem"))

PART = MOST_PARTS - 1
"""Images in one part. With the mark they fill one transaction."""

_REMEMBERED = timedelta(days=60)
"""An event can come again for two weeks in the queue and for two more in the dead-letter queue."""


def add(log: str, part: int, views: Mapping[str, int], now: datetime) -> None:
    """Add the ``views`` by image id, at most PART of them, that a part of an access log reports. They count only once.

    Images that are gone are left out. Nothing else of an image changes, not even its version.
    """
    table = Table(IMAGES)
    mark = table.to_put_new({"pk": f"LOG#{log}", "sk": str(part), "ttl": int((now + _REMEMBERED).timestamp())})
    left = list(views)
    while True:
        counts = [
            table.to_update(record_key(image_id), "ADD #views :views", EXISTS, {"views": views[image_id]}, _NAMES)
            for image_id in left
        ]
        try:
            transact([mark, *counts])
        except ConditionFailed as refused:
            is_counted, *gone = refused.failed
            if is_counted:
                return
            left = [image_id for image_id, is_gone in zip(left, gone, strict=True) if not is_gone]
        else:
            return


_NAMES = {"views": "views"}
