"""The local engine's DynamoDB in this process with its tables in order, as ``make run`` has them."""

import base64
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from infra.local.ministack_internals import dynamodb
from infra.local.ordered_tables import keep_tables_in_order


@contextmanager
def tables_in_order() -> Generator[None]:
    """Keep tables in order, until the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("query", "scan", "index_item", "set_item", "remove_item"):
            patch.setattr(*dynamodb.place(name), getattr(dynamodb, name))
        keep_tables_in_order()
        yield


def engines_items_in(table: str) -> list[dict[str, Any]]:
    """Return everything in a table, as a scan does and in one page."""
    partitions: Mapping[str, Mapping[str, Any]] = dynamodb.tables[table]["items"]
    return [
        {name: _received(value) for name, value in dynamodb.copy.deepcopy(partitions[key][place]).items()}
        for key in sorted(partitions)
        for place in sorted(partitions[key])
    ]


def _received(attribute: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an attribute as botocore gives it, with bytes that are not in base64."""
    ((kind, value),) = attribute.items()
    match kind:
        case "B":
            return {kind: base64.b64decode(value)}
        case "BS":
            return {kind: [*map(base64.b64decode, value)]}
        case "M":
            return {kind: {name: _received(one) for name, one in value.items()}}
        case "L":
            return {kind: [_received(one) for one in value]}
        case _:
            return attribute
