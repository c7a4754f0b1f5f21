"""The lists that images are in, in the table ``images``: their totals, and their order by time.

A user's list also counts the binaries of firmware that the user has uploaded, so that one read tells all there is.

    pk LIST#<list>   sk COUNT#<hex digit>   total, bytes, changedAt: of the images whose id begins with the digit;
                                            keptBytes: of those that were deleted but for their originals
    pk LIST#<user>   sk FIRMWARE#<digit>    total, bytes, changedAt: of the binaries that the user has uploaded to the
                                            firmware images whose id begins with the digit
    pk LIST#<list>   sk INDEX               indexedTo, leasedTo, leasedBy: how far the search index has come

A list is ``domain.images.PUBLIC`` or a user's id. The totals move in the transactions of the records
(``change_of_totals``, ``change_of_binaries``); sixteen items share them, so that parallel uploads seldom meet at one.
The orders are the table's secondary indexes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from constellation.domain.images import PUBLIC, Image
from constellation.domain.times import to_wire as time_to_wire
from constellation.stores import aws
from constellation.stores.items import Wire, from_wire, to_wire
from constellation.stores.resources import (
    IMAGES,
    OWN_CREATED,
    OWN_UPDATED,
    PUBLIC_CREATED,
    PUBLIC_UPDATED,
    Grant,
    Index,
)
from constellation.stores.transactions import Part, update

READ_TOTALS = Grant(IMAGES, ("dynamodb:Query",))
REPAIR = Grant(IMAGES, ("dynamodb:UpdateItem",))
COUNT_BINARY = Grant(IMAGES, ("dynamodb:UpdateItem",))
READ_PUBLIC_CREATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{PUBLIC_CREATED.name}")
READ_PUBLIC_UPDATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{PUBLIC_UPDATED.name}")
READ_OWN_CREATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{OWN_CREATED.name}")
READ_OWN_UPDATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{OWN_UPDATED.name}")

READ_PUBLIC = (READ_TOTALS, READ_PUBLIC_CREATED, READ_PUBLIC_UPDATED)
READ_OWN = (READ_TOTALS, READ_OWN_CREATED, READ_OWN_UPDATED)

MOST_AT_ONCE = 5000
"""Entries that one call may bring; DynamoDB stops at 1 MB by itself."""


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


@dataclass(frozen=True)
class Span:
    """A part of an order: from ``start`` on (without it, unless ``inclusive``), or from the end of the order."""

    ascending: bool
    start: str = ""
    inclusive: bool = False


@dataclass(frozen=True)
class Entry:
    """An image's place in an order, and of the rest what its index holds."""

    id: str
    place: str
    owner: str | None = None
    name: str = ""
    description: str = ""
    described_at: str = ""
    size: int = 0
    views: int = 0
    extension: str = ""
    constellation: str | None = None


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
    list_: str, image: Image, number: int, now: datetime, *, keeps_bytes: bool = False
) -> dict[str, Any]:
    """The part of a transaction that counts ``image`` in (1) or out (-1) of a list.

    ``keeps_bytes``: what is counted out of its owner's list leaves its original, which goes on counting.
    """
    kept = {":kept": image.size} if keeps_bytes and list_ == image.owner else {}
    return {
        "Update": {
            "TableName": IMAGES.physical_name,
            "Key": to_wire(_part_key(list_, IMAGE, image.id[0])),
            "UpdateExpression": "SET changedAt = :now ADD #total :number, #bytes :size"
            + (", keptBytes :kept" if kept else ""),
            "ExpressionAttributeNames": {"#total": "total", "#bytes": "bytes"},
            "ExpressionAttributeValues": to_wire(
                {":now": time_to_wire(now), ":number": number, ":size": number * image.size, **kept}
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


def by_creation(list_: str, span: Span, at_once: int = MOST_AT_ONCE) -> Iterator[Entry]:
    """The images in the order of creation, read as they are asked for.

    The first call brings ``at_once``, each that follows twice as many: who asks for more has had no use for those.
    """
    return _walk(PUBLIC_CREATED if list_ == PUBLIC else OWN_CREATED, list_, span, at_once)


def by_change(list_: str, span: Span, at_once: int = MOST_AT_ONCE) -> Iterator[Entry]:
    """The same in the order of change, with what search and the other orders need."""
    return _walk(PUBLIC_UPDATED if list_ == PUBLIC else OWN_UPDATED, list_, span, at_once)


def newest(list_: str, since: str, most: int) -> list[Entry]:
    """Up to ``most`` of the images that stand after the place ``since`` in the order of change, the last one first."""
    index = PUBLIC_UPDATED if list_ == PUBLIC else OWN_UPDATED
    return list(islice(_query(index, list_, ">", since, most, ascending=False), most))


def _walk(index: Index, list_: str, span: Span, at_once: int) -> Iterator[Entry]:
    operator = (">" if span.ascending else "<") + ("=" if span.inclusive else "")
    return _query(index, list_, operator, span.start, at_once, ascending=span.ascending)


def _query(index: Index, list_: str, operator: str, place: str, at_once: int, *, ascending: bool) -> Iterator[Entry]:
    request: dict[str, Any] = {
        "TableName": IMAGES.physical_name,
        "IndexName": index.name,
        "KeyConditionExpression": "#list = :list" + (f" AND #place {operator} :place" if place else ""),
        "ExpressionAttributeNames": {"#list": index.partition} | ({"#place": index.sort} if place else {}),
        "ExpressionAttributeValues": to_wire({":list": list_} | ({":place": place} if place else {})),
        "ScanIndexForward": ascending,
        "Limit": at_once,
    }
    while True:
        answer = aws.call("dynamodb", "query", **request)
        yield from (_entry(index, item) for item in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        request["Limit"] = min(2 * request["Limit"], MOST_AT_ONCE)


def _entry(index: Index, wire: Mapping[str, Wire]) -> Entry:
    item = from_wire(wire)
    return Entry(
        id=item["pk"].removeprefix("IMAGE#"),
        place=item[index.sort],
        owner=item.get("owner"),
        name=item.get("name", ""),
        description=item.get("description", ""),
        described_at=item.get("describedAt", ""),
        size=item.get("size", 0),
        views=item.get("views", 0),
        extension=item.get("extension", ""),
        constellation=item.get("constellation"),
    )
