"""Read the lists that images are in, in the order of creation or of change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constellation.aws.resources import (
    FOLDER_CREATED,
    IMAGES,
    OWN_CREATED,
    OWN_UPDATED,
    PUBLIC_CREATED,
    PUBLIC_UPDATED,
    Grant,
    Index,
)
from constellation.aws.table import Table
from constellation.images.model import PUBLIC

READ_PUBLIC_CREATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{PUBLIC_CREATED.name}")
READ_PUBLIC_UPDATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{PUBLIC_UPDATED.name}")
READ_OWN_CREATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{OWN_CREATED.name}")
READ_OWN_UPDATED = Grant(IMAGES, ("dynamodb:Query",), f"index/{OWN_UPDATED.name}")

READ_FOLDER = Grant(IMAGES, ("dynamodb:Query",), f"index/{FOLDER_CREATED.name}")

MOST_AT_ONCE = 5000
"""The most entries of one call. DynamoDB stops at 1 MB by itself."""

_TABLE = Table(IMAGES)


@dataclass(frozen=True)
class Span:
    """A part of an order: what follows the position ``start``, or all. ``inclusive`` adds what stands there itself."""

    ascending: bool
    start: str = ""
    inclusive: bool = False


@dataclass(frozen=True)
class Entry:
    """An image's position in an order, and the fields that the index of the order holds."""

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
    """Return the images in the order of creation, read as they are asked for.

    The first call reads ``at_once``, each further one twice as many: most of what was read so far was passed over.
    """
    return _walk(PUBLIC_CREATED if list_ == PUBLIC else OWN_CREATED, list_, span, at_once)


def by_change(list_: str, span: Span, at_once: int = MOST_AT_ONCE) -> Iterator[Entry]:
    """Return the images in the order of change, with what search and the other orders need, as ``by_creation`` does."""
    return _walk(PUBLIC_UPDATED if list_ == PUBLIC else OWN_UPDATED, list_, span, at_once)


def in_folder(folder_id: str, after: str, at_once: int) -> Iterator[Entry]:
    """Return the images that lie in a folder after a position, newest first, ``at_once`` in each call."""
    return _entries(FOLDER_CREATED, folder_id, "<", after, ascending=False, at_once=at_once, doubling_to=None)


def newest(list_: str, since: str, most: int) -> list[Entry]:
    """Return up to ``most`` images after the position ``since`` in the order of change, the last one first."""
    index = PUBLIC_UPDATED if list_ == PUBLIC else OWN_UPDATED
    return list(_entries(index, list_, ">", since, ascending=False, limit=most))


def _walk(index: Index, list_: str, span: Span, at_once: int) -> Iterator[Entry]:
    operator = (">" if span.ascending else "<") + ("=" if span.inclusive else "")
    return _entries(index, list_, operator, span.start, ascending=span.ascending, at_once=at_once)


def _entries(
    index: Index,
    list_: str,
    operator: str,
    position: str,
    *,
    ascending: bool,
    limit: int | None = None,
    at_once: int | None = None,
    doubling_to: int | None = MOST_AT_ONCE,
) -> Iterator[Entry]:
    condition = "#list = :list" + (f" AND #position {operator} :position" if position else "")
    items = _TABLE.query(
        condition,
        {"list": list_} | ({"position": position} if position else {}),
        index=index,
        names={"list": index.partition} | ({"position": index.sort} if position else {}),
        ascending=ascending,
        limit=limit,
        at_once=at_once,
        doubling_to=doubling_to,
    )
    return (_entry(index, item) for item in items)


def _entry(index: Index, item: Mapping[str, Any]) -> Entry:
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
