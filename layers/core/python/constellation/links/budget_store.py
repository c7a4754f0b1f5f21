"""How much is rendered: CPU time, counted in windows of some seconds.

    pk RENDERS#<share>   sk <end of the window>      spent, in milliseconds; it expires with its window

The count is in the table of images: the function that decodes strangers' files must not be able to write accounts.
It is in shares, to one of which an image belongs: one image cannot spend everybody's time, and no item is written to
as often as all renditions are made.
"""

from datetime import datetime
from zlib import crc32

from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import IMAGES, Grant
from constellation.common.times import seconds_left

SPEND = Grant(IMAGES, ("dynamodb:UpdateItem",))

SHARES = 8
WINDOW = 5
"""Seconds. In a longer one, more could begin at once; in a shorter one, a share would not do for a large picture."""


def spend(image_id: str, milliseconds: int, concurrency: int, now: datetime) -> bool:
    """Count CPU time for an image; False, and nothing counted, where its share has not as much left in this window.

    ``concurrency`` is how many seconds a second all shares have. What is more than a whole share takes the whole.
    Sent again since its answer was lost, it counts twice, harmlessly.
    """
    share = concurrency * WINDOW * 1000 // SHARES
    amount = min(milliseconds, share)
    ends = int(now.timestamp()) + seconds_left(now, WINDOW)
    try:
        aws.call(
            "dynamodb",
            "update_item",
            TableName=IMAGES.physical_name,
            Key=to_wire({"pk": f"RENDERS#{crc32(image_id.encode()) % SHARES}", "sk": str(ends)}),
            UpdateExpression="SET #ttl = :ends ADD spent :amount",
            ConditionExpression="attribute_not_exists(spent) OR spent <= :room",
            ExpressionAttributeNames={"#ttl": "ttl"},
            ExpressionAttributeValues=to_wire({":ends": ends, ":amount": amount, ":room": share - amount}),
        )
    except aws.ConditionFailed:
        return False
    return True
