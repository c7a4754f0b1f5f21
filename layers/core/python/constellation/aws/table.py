"""Tables: every call that the product makes to DynamoDB.

Expressions and conditions are DynamoDB's own. In them ``:x`` stands for the value ``x`` of ``values``, and ``#x`` for
the attribute that ``names`` gives for ``x``. Items are plain dictionaries; an attribute that is None is not written.

A name that begins with ``to_`` makes a part of a transaction and writes nothing. A name that begins with ``try_``
returns False where a condition failed; any other raises ConditionFailed, with the item that stands there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from constellation.aws import client
from constellation.aws.items import Wire, from_wire, to_wire
from constellation.aws.resources import Index, Resource
from constellation.aws.retry import in_batches
from constellation.common.ids import new_id

Item = dict[str, Any]
"""An item of a table, or a part of one."""

Part = dict[str, Any]
"""One write of a transaction, or one condition."""

NEW = "attribute_not_exists(pk)"
"""The condition that no item has this key."""

EXISTS = "attribute_exists(pk)"
"""The condition that an item has this key."""

MOST_PARTS = 100
"""Parts of one transaction (DynamoDB's quota)."""

_READ_TOGETHER, _WRITTEN_TOGETHER = 100, 25


@dataclass(frozen=True)
class Table:
    """A table, all of whose keys are ``pk`` and ``sk``."""

    resource: Resource

    def get(self, key: Mapping[str, str], *, consistent: bool = True, attributes: str = "") -> Item | None:
        """Return an item, or None.

        ``consistent`` sees every acknowledged write; without it the item is of a moment ago, at half the cost.
        ``attributes``, separated by commas, are the only ones returned, if named.
        """
        projection = {"ProjectionExpression": attributes} if attributes else {}
        answer = client.call(
            "dynamodb", "get_item", TableName=self._name, Key=to_wire(key), ConsistentRead=consistent, **projection
        )
        return from_wire(answer["Item"]) if "Item" in answer else None

    def get_many(
        self, keys: Iterable[Mapping[str, str]], *, consistent: bool = False, attributes: Sequence[str] = ()
    ) -> list[Item]:
        """Return the items that exist, in any order. No key may occur twice.

        They are of a moment ago, at half a unit each, or ``consistent`` at twice that. ``attributes`` are the only ones
        returned, if named.
        """
        found: list[Item] = []
        names = {f"#{name}": name for name in attributes}
        projection = {"ProjectionExpression": ",".join(names), "ExpressionAttributeNames": names} if names else {}

        def read(batch: list[dict[str, Wire]]) -> list[dict[str, Wire]]:
            wanted = {"Keys": batch, "ConsistentRead": consistent, **projection}
            answer = client.call("dynamodb", "batch_get_item", RequestItems={self._name: wanted})
            found.extend(map(from_wire, answer["Responses"][self._name]))
            return answer["UnprocessedKeys"].get(self._name, {}).get("Keys", [])

        in_batches(map(to_wire, keys), _READ_TOGETHER, read)
        return found

    def query(
        self,
        condition: str,
        values: Mapping[str, str],
        *,
        index: Index | None = None,
        names: Mapping[str, str] | None = None,
        consistent: bool = False,
        ascending: bool = True,
        limit: int | None = None,
        at_once: int | None = None,
        doubling_to: int | None = None,
    ) -> Iterator[Item]:
        """Yield the items that a key condition selects, in the order of their sort keys, read as they are asked for.

        ``limit`` is how many to yield at most, ``at_once`` how many one call reads. With ``doubling_to`` each further
        call reads twice as many as the one before, up to that number.
        """
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": to_wire({f":{name}": value for name, value in values.items()}),
            **({"IndexName": index.name} if index else {}),
            **({"ExpressionAttributeNames": {f"#{name}": path for name, path in names.items()}} if names else {}),
            **({"ConsistentRead": True} if consistent else {}),
            **({} if ascending else {"ScanIndexForward": False}),
        }
        left = limit
        while True:
            sizes = [size for size in (at_once, left) if size is not None]
            answer = client.call("dynamodb", "query", **request, **({"Limit": min(sizes)} if sizes else {}))
            items = answer["Items"] if left is None else answer["Items"][:left]
            yield from map(from_wire, items)
            left = None if left is None else left - len(items)
            if "LastEvaluatedKey" not in answer or left == 0:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            if at_once and doubling_to:
                at_once = min(2 * at_once, doubling_to)

    def scan(self, index: Index, checkpoint: str, most: int) -> tuple[list[Item], str]:
        """Return ``most`` items of an index, in no order, and the checkpoint of the rest, empty at the end."""
        start = {"ExclusiveStartKey": json.loads(checkpoint)} if checkpoint else {}
        answer = client.call("dynamodb", "scan", TableName=self._name, IndexName=index.name, Limit=most, **start)
        rest = json.dumps(answer["LastEvaluatedKey"]) if "LastEvaluatedKey" in answer else ""
        return [from_wire(item) for item in answer["Items"]], rest

    def put(self, item: Mapping[str, Any], condition: str = "", **values: Any) -> None:
        """Write an item in the place of the one with its key, if the condition holds."""
        client.call("dynamodb", "put_item", **_alone(self.to_put(item, condition, **values)["Put"]))

    def update(
        self,
        key: Mapping[str, str],
        expression: str,
        condition: str = "",
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
        *,
        returns: Literal["NONE", "ALL_OLD", "ALL_NEW"] = "NONE",
    ) -> Item:
        """Change an item if the condition holds, and return it as it was or as it is now, if asked for."""
        change = self.to_update(key, expression, condition, values, names)["Update"]
        asked = {} if returns == "NONE" else {"ReturnValues": returns}
        answer = client.call("dynamodb", "update_item", **_alone(change), **asked)
        return from_wire(answer.get("Attributes", {}))

    def try_update(
        self,
        key: Mapping[str, str],
        expression: str,
        condition: str,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> bool:
        """Change an item if the condition holds; False where it does not."""
        try:
            self.update(key, expression, condition, values, names)
        except client.ConditionFailed:
            return False
        return True

    def delete(
        self, key: Mapping[str, str], condition: str = "", names: Mapping[str, str] | None = None, **values: Any
    ) -> None:
        """Delete an item if the condition holds. Without a condition a missing item counts as deleted."""
        part = _where(self._name, key, condition, values, names)
        client.call("dynamodb", "delete_item", **_alone(part))

    def put_many(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Write items, each by itself, in the places of those with their keys."""
        self._write({"PutRequest": {"Item": to_wire(item)}} for item in items)

    def delete_many(self, keys: Iterable[Mapping[str, str]]) -> None:
        """Delete items, each by itself. Those that are missing count as deleted."""
        self._write({"DeleteRequest": {"Key": to_wire(key)}} for key in keys)

    def to_put(self, item: Mapping[str, Any], condition: str = "", **values: Any) -> Part:
        """Return the part that writes an item in the place of the one with its key."""
        content = {name: value for name, value in item.items() if value is not None}
        return {"Put": {"TableName": self._name, "Item": to_wire(content), **_conditions(condition, values, None)}}

    def to_put_new(self, item: Mapping[str, Any]) -> Part:
        """Return the part that writes an item whose key no other has."""
        return self.to_put(item, NEW)

    def to_update(
        self,
        key: Mapping[str, str],
        expression: str,
        condition: str = "",
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
    ) -> Part:
        """Return the part that changes an item."""
        return {"Update": {**_where(self._name, key, condition, values, names), "UpdateExpression": expression}}

    def to_delete(self, key: Mapping[str, str], condition: str = "", **values: Any) -> Part:
        """Return the part that deletes an item."""
        return {"Delete": _where(self._name, key, condition, values, None)}

    def to_check(self, key: Mapping[str, str], condition: str, **values: Any) -> Part:
        """Return the part that writes nothing and has the condition hold."""
        return {"ConditionCheck": _where(self._name, key, condition, values, None)}

    def _write(self, requests: Iterable[dict[str, Any]]) -> None:
        def send(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
            answer = client.call("dynamodb", "batch_write_item", RequestItems={self._name: batch})
            return answer["UnprocessedItems"].get(self._name, [])

        in_batches(requests, _WRITTEN_TOGETHER, send)

    @property
    def _name(self) -> str:
        return self.resource.physical_name


def transact(parts: Sequence[Part]) -> None:
    """Write all parts or none. Raises ConditionFailed, whose ``failed`` says which of the parts did.

    A retry after a lost answer writes nothing a second time.
    """
    client.call("dynamodb", "transact_write_items", ClientRequestToken=new_id(), TransactItems=list(parts))


def try_transact(parts: Sequence[Part]) -> bool:
    """Write all parts, or none and return False where a condition failed."""
    try:
        transact(parts)
    except client.ConditionFailed:
        return False
    return True


def transact_once(parts: Sequence[Part]) -> None:
    """Write all parts or none. Raises Contended too, where another write to one of the items is under way."""
    client.attempt("dynamodb", "transact_write_items", ClientRequestToken=new_id(), TransactItems=list(parts))


def _where(
    table: str,
    key: Mapping[str, str],
    condition: str,
    values: Mapping[str, Any] | None,
    names: Mapping[str, str] | None,
) -> Part:
    return {"TableName": table, "Key": to_wire(key), **_conditions(condition, values, names)}


def _conditions(condition: str, values: Mapping[str, Any] | None, names: Mapping[str, str] | None) -> Part:
    return {
        **({"ConditionExpression": condition} if condition else {}),
        **({"ExpressionAttributeNames": {f"#{name}": path for name, path in names.items()}} if names else {}),
        **(
            {"ExpressionAttributeValues": to_wire({f":{name}": value for name, value in values.items()})}
            if values
            else {}
        ),
    }


def _alone(part: Part) -> Part:
    """Return what one call by itself takes: a failed condition then says what stands there, at no cost."""
    return part | ({"ReturnValuesOnConditionCheckFailure": "ALL_OLD"} if "ConditionExpression" in part else {})
