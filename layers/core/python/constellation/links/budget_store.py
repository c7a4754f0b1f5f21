"""The CPU time spent on renditions, counted in windows of a few seconds, in the table ``images``.

    pk RENDERS#<share>   sk <end of the window>      spent, in milliseconds; the item expires with its window

The count is in the table ``images``, because the function that decodes files of strangers must not be able to write
accounts. It is divided into shares, and each image belongs to one: a single image cannot spend everybody's time, and
no item is written as often as renditions are made.
"""

from datetime import datetime
from zlib import crc32

from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import Table
from constellation.common.times import seconds_left

SPEND = Grant(IMAGES, ("dynamodb:UpdateItem",))

SHARES = 8
WINDOW = 5
"""Seconds. A longer window lets more renders start at once. In a shorter one, a share is too small for a large picture.
"""


def spend(image_id: str, milliseconds: int, concurrency: int, now: datetime) -> bool:
    """Spend CPU time on an image; False, and nothing is spent, if its share has less than that left in this window.

    ``concurrency`` is the CPU time of all shares together, in seconds per second. A request for more than a whole share
    takes the whole share. A retry after a lost response counts twice, which does no harm.
    """
    share = concurrency * WINDOW * 1000 // SHARES
    amount = min(milliseconds, share)
    ends = int(now.timestamp()) + seconds_left(now, WINDOW)
    return Table(IMAGES).try_update(
        {"pk": f"RENDERS#{crc32(image_id.encode()) % SHARES}", "sk": str(ends)},
        "SET #ttl = :ends ADD spent :amount",
        "attribute_not_exists(spent) OR spent <= :room",
        {"ends": ends, "amount": amount, "room": share - amount},
        {"ttl": "ttl"},
    )
