"""Many items of a table in few calls: no transactions, each item for itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from constellation.stores import aws
from constellation.stores.items import Wire, from_wire, to_wire
from constellation.stores.resources import Resource


def get_many(table: Resource, keys: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Those of the items that there are, in any order; a moment ago's state, at half a unit each. No key twice."""
    found: list[dict[str, Any]] = []

    def read(batch: list[dict[str, Wire]]) -> list[dict[str, Wire]]:
        answer = aws.call("dynamodb", "batch_get_item", RequestItems={table.physical_name: {"Keys": batch}})
        found.extend(map(from_wire, answer["Responses"][table.physical_name]))
        return answer["UnprocessedKeys"].get(table.physical_name, {}).get("Keys", [])

    aws.in_batches(map(to_wire, keys), 100, read)
    return found


def put_many(table: Resource, items: Iterable[Mapping[str, Any]]) -> None:
    """Put items, whatever stands in their places."""
    _write(table, ({"PutRequest": {"Item": to_wire(item)}} for item in items))


def delete_many(table: Resource, keys: Iterable[Mapping[str, str]]) -> None:
    """Delete items; those that are not there are deleted already."""
    _write(table, ({"DeleteRequest": {"Key": to_wire(key)}} for key in keys))


def _write(table: Resource, requests: Iterable[dict[str, Any]]) -> None:
    def send(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = aws.call("dynamodb", "batch_write_item", RequestItems={table.physical_name: batch})
        return answer["UnprocessedItems"].get(table.physical_name, [])

    aws.in_batches(requests, 25, send)
