"""Conditional writes: to several items in one step, all of them or none, or to one."""

from collections.abc import Mapping
from typing import Any

from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import Resource
from constellation.common.ids import new_id

Part = dict[str, Any]
"""One write of a transaction."""


def commit(parts: list[Part]) -> None:
    """Write all ``parts``, or none and raise ConditionFailed; the SDK's own retry is not a second time."""
    aws.call("dynamodb", "transact_write_items", ClientRequestToken=new_id(), TransactItems=parts)


def attempt(parts: list[Part]) -> None:
    """As ``commit``; but raises Contended when another write to one of the items is under way."""
    aws.attempt("dynamodb", "transact_write_items", ClientRequestToken=new_id(), TransactItems=parts)


def commits(parts: list[Part]) -> bool:
    """As ``commit``; False where a condition failed."""
    try:
        commit(parts)
    except aws.ConditionFailed:
        return False
    return True


def updates(part: Part) -> bool:
    """Write what ``update`` has made by itself, which costs half; False where its condition failed."""
    try:
        aws.call("dynamodb", "update_item", **part["Update"])
    except aws.ConditionFailed:
        return False
    return True


def put(table: Resource, item: Mapping[str, Any]) -> Part:
    """Put an item, whatever stands in its place."""
    return {"Put": {"TableName": table.physical_name, "Item": to_wire(item)}}


def put_new(table: Resource, item: Mapping[str, Any]) -> Part:
    """Put an item in an empty place."""
    return {"Put": put(table, item)["Put"] | {"ConditionExpression": "attribute_not_exists(pk)"}}


def update(
    table: Resource,
    key: Mapping[str, str],
    expression: str,
    condition: str,
    values: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> Part:
    """Change an item. In the expressions ``:x`` is the value ``x`` and ``#x`` the attribute that ``names`` gives."""
    where = _where(table, key, condition, values, names or {})
    return {"Update": where | {"UpdateExpression": expression}}


def delete(table: Resource, key: Mapping[str, str], condition: str = "", **values: Any) -> Part:
    """Delete an item, where there is a ``condition`` only if it holds."""
    return {"Delete": _where(table, key, condition, values, {})}


def check(table: Resource, key: Mapping[str, str], condition: str, **values: Any) -> Part:
    """Write nothing, and have the condition hold."""
    return {"ConditionCheck": _where(table, key, condition, values, {})}


def _where(
    table: Resource, key: Mapping[str, str], condition: str, values: Mapping[str, Any], names: Mapping[str, str]
) -> Part:
    where: Part = {"TableName": table.physical_name, "Key": to_wire(key)}
    where |= {"ConditionExpression": condition} if condition else {}
    where |= {"ExpressionAttributeNames": {f"#{name}": path for name, path in names.items()}} if names else {}
    where |= (
        {"ExpressionAttributeValues": to_wire({f":{name}": each for name, each in values.items()})} if values else {}
    )
    return where
