"""What a user's files take, beside the totals of the user's list, so that one read tells all of it.

    pk LIST#<user>   sk COUNT#<hex digit>      total, bytes, keptBytes (``stores.lists``)
    pk LIST#<user>   sk FIRMWARE#<hex digit>   total, bytes, changes: of the binaries that the user has uploaded, to
                                               firmware images whose id begins with the digit

All move in the transactions of the records that they count, which alone say what is there.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from constellation.stores import lists
from constellation.stores.resources import IMAGES, Grant
from constellation.stores.transactions import Part, update

READ = lists.READ_TOTALS
COUNT_BINARY = Grant(IMAGES, ("dynamodb:UpdateItem",))


@dataclass(frozen=True)
class Usage:
    """The files of a user: images, originals that are kept after their deletion, and binaries of firmware."""

    images: int = 0
    image_bytes: int = 0
    kept_bytes: int = 0
    binaries: int = 0
    binary_bytes: int = 0

    @property
    def size(self) -> int:
        """The bytes of all of them."""
        return self.image_bytes + self.kept_bytes + self.binary_bytes


def of(user_id: str) -> Usage:
    """What a user's files take, as of a moment ago, in one read of half a unit or one."""
    sums = defaultdict[str, Counter[str]](Counter)
    for sk, item in lists.items(user_id).items():
        sums[sk.partition("#")[0]].update({name: item.get(name, 0) for name in ("total", "bytes", "keptBytes")})
    images, binaries = sums["COUNT"], sums["FIRMWARE"]
    return Usage(images["total"], images["bytes"], images["keptBytes"], binaries["total"], binaries["bytes"])


def change_of_binaries(user_id: str, firmware_id: str, size: int, number: int) -> Part:
    """The part of a transaction that counts a binary of a firmware image in (1) or out (-1) for who uploaded it."""
    return update(
        IMAGES,
        {"pk": f"LIST#{user_id}", "sk": f"FIRMWARE#{firmware_id[0]}"},
        "ADD #total :number, #bytes :size, changes :one",
        "",
        {"number": number, "size": number * size, "one": 1},
        {"total": "total", "bytes": "bytes"},
    )
