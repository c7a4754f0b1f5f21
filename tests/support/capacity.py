"""What a call costs at DynamoDB in request units, by the published rules, from its request, its answer and the items.

The rules: "Read and write operations" and "Global secondary indexes" in the DynamoDB developer guide. A unit is a
strongly consistent read of 4 KB or a write of 1 KB. The local engine reports writes by the same rules, but half a unit
for every read, whatever its size.
"""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from constellation.aws.items import Wire
from constellation.aws.resources import Index

Item = Mapping[str, Wire]

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})

_READ_STEP, _WRITE_STEP = 4096, 1024


def size(item: Item) -> int:
    """The bytes of an item, as they are billed: its attributes' names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def read_units(operation: str, request: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    """Units of one of READS that answers with all that it reads: it has no filter and no projection."""
    assert not {"FilterExpression", "ProjectionExpression"} & set(request)
    match operation:
        case "BatchGetItem":
            units = 0.0
            for table, wanted in request["RequestItems"].items():
                found: Sequence[Item] = answer["Responses"].get(table, [])
                missing = len(wanted["Keys"]) - len(found)
                units += sum(_read([item], wanted) for item in found) + missing * _read([], wanted)
            return units
        case "GetItem":
            return _read([answer["Item"]] if "Item" in answer else [], request)
        case _:
            return _read(answer["Items"], request)


def keys_written(operation: str, request: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Wire]]]:
    """The tables and keys (``pk``, ``sk``) of the items that one of WRITES puts, changes or deletes."""
    match operation:
        case "BatchWriteItem":
            for table, parts in request["RequestItems"].items():
                for part in parts:
                    yield (
                        table,
                        _key(part["PutRequest"]["Item"] if "PutRequest" in part else part["DeleteRequest"]["Key"]),
                    )
        case "TransactWriteItems":
            for part in request["TransactItems"]:
                for action in part.values():
                    yield action["TableName"], _key(action.get("Item") or action["Key"])
        case _:
            yield request["TableName"], _key(request.get("Item") or request["Key"])


def write_units(
    before: Item | None, after: Item | None, indexes: Iterable[Index] = (), *, transaction: bool = False
) -> int:
    """Units of a write that makes ``after`` of ``before``; None: no such item. One that is refused changes nothing.

    An index follows on its own, so a transaction costs twice in the table only.
    """
    units = max(_write(before), _write(after), 1) * (2 if transaction else 1)
    return units + sum(_follow(_entry(before, index), _entry(after, index), index) for index in indexes)


def _read(items: Sequence[Item], request: Mapping[str, Any]) -> float:
    steps = max(1, -(-sum(map(size, items)) // _READ_STEP))
    return steps if request.get("ConsistentRead") else steps / 2


def _write(item: Item | None) -> int:
    return -(-size(item) // _WRITE_STEP) if item else 0


def _follow(before: Item | None, after: Item | None, index: Index) -> int:
    """Units that an index costs: an entry that moves is deleted and put, one that stays as it is costs nothing."""
    if before == after:
        return 0
    if (
        before
        and after
        and before[index.sort] == after[index.sort]
        and before[index.partition] == after[index.partition]
    ):
        return max(_write(before), _write(after))
    return _write(before) + _write(after)


def _entry(item: Item | None, index: Index) -> Item | None:
    if item is None or index.partition not in item or index.sort not in item:
        return None
    held = {"pk", "sk", index.partition, index.sort, *index.includes}
    return {name: value for name, value in item.items() if name in held}


def _key(item: Item) -> dict[str, Wire]:
    return {name: item[name] for name in ("pk", "sk")}


def _value_size(value: Wire) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return 1 + -(-len(content.strip("-0")) // 2) + content.startswith("-")
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_size(part) for name, part in content.items())
        case "B":  # the local engine keeps it in base64
            return len(base64.b64decode(content) if isinstance(content, str) else content)
        case "SS":
            return sum(len(text.encode()) for text in content)
        case "BOOL":
            return 1
        case _:
            raise TypeError("no table holds this type")
