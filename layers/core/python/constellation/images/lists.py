"""The lists that images are in, in the order of time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from constellation.accounts.usage_store import READ as READ_COUNTS
from constellation.aws import client as aws
from constellation.aws.items import Wire, from_wire, to_wire
from constellation.aws.resources import IMAGES, OWN_CREATED, OWN_UPDATED, PUBLIC_CREATED, PUBLIC_UPDATED, Grant, Index
from constellation.images.model import PUBLIC

READ_PUBLIC_CREATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{PUBLIC_CREATED.name}")
READ_PUBLIC_UPDATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{PUBLIC_UPDATED.name}")
READ_OWN_CREATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{OWN_CREATED.name}")
READ_OWN_UPDATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{OWN_UPDATED.name}")

READ_PUBLIC = (READ_COUNTS, READ_PUBLIC_CREATED, READ_PUBLIC_UPDATED)
READ_OWN = (READ_COUNTS, READ_OWN_CREATED, READ_OWN_UPDATED)

MOST_AT_ONCE = 5000
"""Entries that one call may bring; DynamoDB stops at 1 MB by itself."""


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
    position: str
    owner: str | None = None
    name: str = ""
    description: str = ""
    described_at: str = ""
    size: int = 0
    views: int = 0
    extension: str = ""
    constellation: str | None = None


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
        position=item[index.sort],
        owner=item.get("owner"),
        name=item.get("name", ""),
        description=item.get("description", ""),
        described_at=item.get("describedAt", ""),
        size=item.get("size", 0),
        views=item.get("views", 0),
        extension=item.get("extension", ""),
        constellation=item.get("constellation"),
    )
