"""accounts.usage_store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from constellation.aws import client as aws
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.transactions import Part, update
from constellation.common.times import to_wire as time_to_wire

READ_TOTALS = Grant(IMAGES, ("dynamodb:Query",))
REPAIR = Grant(IMAGES, ("dynamodb:UpdateItem",))
COUNT_BINARY = Grant(IMAGES, ("dynamodb:UpdateItem",))


IMAGE, BINARY = "COUNT", "FIRMWARE"
"""What is counted."""


@dataclass(frozen=True)
class Count:
    """How many there are, of how many bytes; ``changed_at`` is when that last changed.

    ``kept`` are the bytes of originals that a deletion has left, of images that were counted here.
    """

    total: int = 0
    size: int = 0
    changed_at: str = ""
    kept: int = 0


@dataclass(frozen=True)
class State:
    """What is known of a list without reading it. ``counts`` of images and ``binaries`` are by the ids' first digits.

    ``indexed_to`` is the place in the order of change up to which the search index holds the list.
    """

    counts: Mapping[str, Count]
    binaries: Mapping[str, Count]
    indexed_to: str

    def of(self, kind: str) -> Mapping[str, Count]:
        """The counts of IMAGE or of BINARY."""
        return self.counts if kind == IMAGE else self.binaries

    @property
    def total(self) -> int:
        """The number of images in the list."""
        return sum(count.total for count in self.counts.values())


def state(list_: str) -> State:
    """Totals and progress of a list, as of a moment ago, in one read of half a unit or one."""
    answer = aws.call(
        "dynamodb",
        "query",
        TableName=IMAGES.physical_name,
        KeyConditionExpression="pk = :list",
        ExpressionAttributeValues=to_wire({":list": f"LIST#{list_}"}),
    )
    counts: dict[str, dict[str, Count]] = {IMAGE: {}, BINARY: {}}
    indexed_to = ""
    for item in map(from_wire, answer["Items"]):
        kind, _, digit = item["sk"].partition("#")
        if kind in counts:
            counts[kind][digit] = Count(item["total"], item["bytes"], item["changedAt"], item.get("keptBytes", 0))
        else:
            indexed_to = item.get("indexedTo", "")
    return State(counts[IMAGE], counts[BINARY], indexed_to)


def change_of_totals(
    list_: str, image_id: str, size: int, number: int, now: datetime, *, kept: int = 0
) -> dict[str, Any]:
    """The part of a transaction that counts an image of ``size`` bytes in (1) or out (-1) of a list.

    ``kept`` are the bytes that a deletion leaves and that go on counting.
    """
    kept_value = {":kept": kept} if kept else {}
    return {
        "Update": {
            "TableName": IMAGES.physical_name,
            "Key": to_wire(_part_key(list_, IMAGE, image_id[0])),
            "UpdateExpression": "SET changedAt = :now ADD #total :number, #bytes :size"
            + (", keptBytes :kept" if kept else ""),
            "ExpressionAttributeNames": {"#total": "total", "#bytes": "bytes"},
            "ExpressionAttributeValues": to_wire(
                {":now": time_to_wire(now), ":number": number, ":size": number * size, **kept_value}
            ),
        }
    }


def change_of_binaries(user_id: str, firmware_id: str, size: int, number: int, now: datetime) -> Part:
    """The part of a transaction that counts a firmware image's binary in (1) or out (-1) for who uploaded it."""
    return update(
        IMAGES,
        _part_key(user_id, BINARY, firmware_id[0]),
        "SET changedAt = :now ADD #total :number, #bytes :size",
        "",
        {"now": time_to_wire(now), "number": number, "size": number * size},
        {"total": "total", "bytes": "bytes"},
    )


def correct(list_: str, kind: str, digit: str, seen: Count, counted: Count) -> bool:
    """Put what was counted of IMAGE or BINARY in the place of what was ``seen``; False when that has changed since."""
    try:
        aws.call(
            "dynamodb",
            "update_item",
            TableName=IMAGES.physical_name,
            Key=to_wire(_part_key(list_, kind, digit)),
            UpdateExpression="SET #total = :total, #bytes = :size, changedAt = :at",
            ConditionExpression="changedAt = :seen" if seen.changed_at else "attribute_not_exists(pk)",
            ExpressionAttributeNames={"#total": "total", "#bytes": "bytes"},
            ExpressionAttributeValues=to_wire(
                {":total": counted.total, ":size": counted.size, ":at": counted.changed_at}
                | ({":seen": seen.changed_at} if seen.changed_at else {})
            ),
        )
    except aws.ConditionFailed:
        return False
    return True


def _part_key(list_: str, kind: str, digit: str) -> dict[str, str]:
    return {"pk": f"LIST#{list_}", "sk": f"{kind}#{digit}"}
