"""Many items of a table in few calls: no transactions, each item for itself."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from constellation.aws import client as aws
from constellation.aws.items import Wire, from_wire, to_wire
from constellation.aws.resources import Index, Resource
from constellation.aws.retry import in_batches


def get_many(table: Resource, keys: Iterable[Mapping[str, str]], *, consistent: bool = False) -> list[dict[str, Any]]:
    """Those of the items that there are, in any order; no key may come twice.

    They are a moment ago's state, at half a unit each; ``consistent``: as of now, at twice that.
    """
    found: list[dict[str, Any]] = []

    def read(batch: list[dict[str, Wire]]) -> list[dict[str, Wire]]:
        wanted = {"Keys": batch, "ConsistentRead": consistent}
        answer = aws.call("dynamodb", "batch_get_item", RequestItems={table.physical_name: wanted})
        found.extend(map(from_wire, answer["Responses"][table.physical_name]))
        return answer["UnprocessedKeys"].get(table.physical_name, {}).get("Keys", [])

    in_batches(map(to_wire, keys), 100, read)
    return found


def query(table: Resource, condition: str, values: Mapping[str, str], **parameters: Any) -> Iterator[dict[str, Any]]:
    """The items that a key condition selects, in their order, read as they are asked for."""
    request = parameters | {"ExpressionAttributeValues": to_wire(values)}
    while True:
        answer = aws.call(
            "dynamodb", "query", TableName=table.physical_name, KeyConditionExpression=condition, **request
        )
        yield from map(from_wire, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def scan(table: Resource, index: Index, place: str, most: int) -> tuple[list[dict[str, Any]], str]:
    """A part of what an index holds, ``most`` of it, in no order; and the place of the rest, empty at the end."""
    start = {"ExclusiveStartKey": json.loads(place)} if place else {}
    answer = aws.call("dynamodb", "scan", TableName=table.physical_name, IndexName=index.name, Limit=most, **start)
    rest = json.dumps(answer["LastEvaluatedKey"]) if "LastEvaluatedKey" in answer else ""
    return [from_wire(item) for item in answer["Items"]], rest


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

    in_batches(requests, 25, send)
