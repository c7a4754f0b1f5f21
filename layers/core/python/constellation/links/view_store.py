"""Views of images, added up in their records.

pk LOG#<key>   sk <part>   ttl: this part of that access log is counted
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import IMAGES, Grant
from constellation.common.ids import new_id

COUNT = Grant(IMAGES, ("dynamodb:PutItem", "dynamodb:UpdateItem"))

PART = 99
"""Images in one part: with its mark they are what one transaction takes."""

_REMEMBERED = timedelta(days=60)
"""An event comes again for two weeks in the queue and for two more in the dead-letter queue."""


def add(log: str, part: int, views: Mapping[str, int], now: datetime) -> None:
    """Add the ``views`` by image id, at most PART of them, that a part of an access log tells of; once and no more.

    An image that is gone is left out. It changes nothing else of an image, not even its version.
    """
    mark = {
        "TableName": IMAGES.physical_name,
        "Item": to_wire({"pk": f"LOG#{log}", "sk": str(part), "ttl": int((now + _REMEMBERED).timestamp())}),
        "ConditionExpression": "attribute_not_exists(pk)",
    }
    left = list(views)
    while True:
        try:
            aws.call(
                "dynamodb",
                "transact_write_items",
                ClientRequestToken=new_id(),
                TransactItems=[{"Put": mark}, *({"Update": _update(image_id, views[image_id])} for image_id in left)],
            )
        except aws.ConditionFailed as refused:
            is_counted, *gone = refused.failed
            if is_counted:
                return
            left = [image_id for image_id, is_gone in zip(left, gone, strict=True) if not is_gone]
        else:
            return


def _update(image_id: str, views: int) -> dict[str, Any]:
    return {
        "TableName": IMAGES.physical_name,
        "Key": to_wire({"pk": f"IMAGE#{image_id}", "sk": "IMAGE"}),
        "UpdateExpression": "ADD #views :views",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeNames": {"#views": "views"},
        "ExpressionAttributeValues": to_wire({":views": views}),
    }
