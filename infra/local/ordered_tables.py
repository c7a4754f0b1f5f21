"""Keep tables in the order of their keys, so that the engine reads a page of a query or a scan and no more.

The engine itself sorts the whole partition for each query, and the whole index for each page of a scan. Here the items
of a page are found in sorted lists. Then the engine's own function answers the request from a copy of the table that
holds only these items, so rules, limits and messages stay the engine's. A request that is not understood here (several
attributes in a key, conditions in the old form, a fault) is answered from the whole table.
"""

import functools
import hashlib
import heapq
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from inspect import unwrap
from itertools import takewhile
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from infra.local.key_conditions import key_conditions
from infra.local.ministack_internals import dynamodb, seeing

Item = Mapping[str, Any]
Table = MutableMapping[str, Any]
Answer = tuple[int, dict[str, str], Any]

Entry = tuple[Any, ...]
"""The values by which an item is sorted; then its keys, by which the engine holds it."""

FEW = 100
"""Items of a table's partition that are sorted for each query. The order of more of them is kept."""

KNOWN = "0da3c36790b290c7827458c5b571af829d1e7c7dc96bcb14a8a9ff422b53e4a6"
"""The digest of the engine's functions that this module relies on."""

_RELIED_ON = (
    "apply_exclusive_start_key",
    "extract_key_val",
    "get_state",
    "index_def",
    "index_item",
    "index_key_lists",
    "index_members",
    "index_order_keys",
    "index_order_value",
    "index_partition",
    "items_replaced",
    "key_condition_clauses",
    "paginate_evaluated_items",
    "query",
    "remove_item",
    "restore_state",
    "scan",
    "set_item",
    "sort_key_value",
    "tokenize",
    "update_table",
)

_LOCK = threading.RLock()
"""The engine deletes expired items in a thread of its own."""

_NEVER = "begins_with", "N"
"""The operator that a kind of sort key does not have."""

_first = itemgetter(0)


def keep_tables_in_order() -> None:
    """Put the functions of this module in the place of the engine's. Raises RuntimeError if the engine is another."""
    if (found := _digest()) != KNOWN:
        raise RuntimeError(
            f"ministack has changed what {__name__} relies on. Read these functions of its DynamoDB again, then set "
            f"KNOWN to {found}: {', '.join(_RELIED_ON)}"
        )
    dynamodb.index_item = _do_nothing
    dynamodb.set_item = functools.partial(_change, dynamodb.set_item)
    dynamodb.remove_item = functools.partial(_change, dynamodb.remove_item)
    dynamodb.query = functools.partial(_answer, dynamodb.query, _queried)
    dynamodb.scan = functools.partial(_answer, dynamodb.scan, _scanned)


def _digest() -> str:
    """Return the digest of the text of _RELIED_ON, which ``inspect`` would take a quarter of a second to find."""
    lines = Path(dynamodb.place("query")[0].__file__ or "").read_text(encoding="utf-8").splitlines()
    digest = hashlib.sha256()
    for name in _RELIED_ON:
        first: int = unwrap(getattr(dynamodb, name)).__code__.co_firstlineno  # some are cached by then
        digest.update(lines[first - 1].encode())
        for line in takewhile(lambda line: line[:1] in ("", " ", ")"), lines[first:]):
            digest.update(line.encode())
    return digest.hexdigest()


class Order:
    """The items of a table, or of one of its indexes, by partition and in the order of their sort keys.

    An index is read as a whole when it is first asked for, a table by the partition.
    """

    def __init__(self, table: Table, index: str | None) -> None:
        self.items: Mapping[str, Mapping[str, Item]] = table["items"]
        self._partitions: dict[Any, list[Entry]] = {}
        (self.hash,), self.ranges = _key_names(table, index)
        self.keys = frozenset((self.hash, *self.ranges))
        self.sorted_by: list[tuple[str, str]] = dynamodb.index_order_keys(table, self.ranges)
        self._of_table = index is None
        if index:
            for pk, items in self.items.items():
                for sk, item in items.items():
                    if self.keys <= item.keys():
                        self._partitions.setdefault(self._partition_of(item), []).append(self._entry(pk, sk, item))
            for entries in self._partitions.values():
                entries.sort()

    def partition(self, key: Any) -> Sequence[Entry]:
        """Return the entries of a partition."""
        if self._of_table and key not in self._partitions:
            entries = sorted(self._entry(key, sk, item) for sk, item in self.items.get(key, {}).items())
            if len(entries) <= FEW:
                return entries
            self._partitions[key] = entries
        return self._partitions.get(key, ())

    def partitions(self) -> Iterable[Sequence[Entry]]:
        """Return the entries of an index, by partition."""
        return self._partitions.values()

    def cursor(self, key: Item) -> Entry:
        """Return the values by which an item with these keys is sorted."""
        return tuple(dynamodb.index_order_value(key, name, kind) for name, kind in self.sorted_by)

    def follow(self, pk: str, sk: str, old: Item | None, new: Item | None) -> None:
        """Enter an item as it is now in the place of the item as it was."""
        left, entered = self._place_of(pk, sk, old), self._place_of(pk, sk, new)
        if left != entered:
            if left:
                self._remove(*left)
            if entered:
                self._enter(*entered)

    def _place_of(self, pk: str, sk: str, item: Item | None) -> tuple[Any, Entry] | None:
        """Return the partition of an item and its entry there, or None if it has none."""
        if item is None or not self.keys <= item.keys():
            return None
        partition = self._partition_of(item)
        if self._of_table and partition not in self._partitions:
            return None
        return partition, self._entry(pk, sk, item)

    def _enter(self, partition: Any, entry: Entry) -> None:
        entries = self._partitions.setdefault(partition, [])
        place = bisect_left(entries, entry)
        if entries[place : place + 1] != [entry]:
            entries.insert(place, entry)

    def _remove(self, partition: Any, entry: Entry) -> None:
        entries = self._partitions.get(partition, [])
        place = bisect_left(entries, entry)
        if entries[place : place + 1] == [entry]:
            del entries[place]
            if not entries:
                del self._partitions[partition]

    def _partition_of(self, item: Item) -> Any:
        return dynamodb.extract_key_val(item[self.hash])

    def _entry(self, pk: str, sk: str, item: Item) -> Entry:
        return (*[_value(item[name], kind) for name, kind in self.sorted_by], pk, sk)


def _do_nothing(*_: Any, **__: Any) -> None:
    """Keep no memberships in indexes, which are all that the engine itself keeps of them."""


class Page(NamedTuple):
    """The items that a request has to look at, by their keys; ``partition`` is theirs in the index of a query."""

    items: Sequence[tuple[str, str, Item]]
    partition: Any = None


def _value(attribute: Item, kind: str) -> Any:
    text = attribute.get("S") if kind == "S" else None
    return dynamodb.sort_key_value(attribute, kind) if text is None else text


def _key_names(table: Table, index: str | None) -> tuple[list[str], list[str]]:
    """Return the attributes of the partition key and of the sort key; none if there is no such index."""
    if index:
        hashes, ranges = dynamodb.index_key_lists(dynamodb.index_def(table, index) or {})
        return hashes, ranges
    return [table["pk_name"]], [table["sk_name"]] if table["sk_name"] else []


def _order(table: Table, index: str | None) -> Order | None:
    """Return the order of a table or an index, or None if there is no such index, or one of several partition keys."""
    # The engine forgets what is under this name when the items or the indexes change as a whole, and never saves it.
    orders: dict[str | None, Order] = table.setdefault(dynamodb.INDEX_MEMBERS, {})
    if index not in orders or orders[index].items is not table["items"]:
        hashes, _ = _key_names(table, index)
        if len(hashes) != 1:
            return None
        orders[index] = Order(table, index)
    return orders[index]


def _change(own: Callable[..., Item | None], table: Table, pk: str, sk: str, *item: Item) -> Item | None:
    """Change a table by the engine's own function, and its orders with it. Return the item as it was."""
    with _LOCK:
        old = own(table, pk, sk, *item)
        orders: Mapping[str | None, Order] = table.get(dynamodb.INDEX_MEMBERS, {})
        for order in orders.values():
            order.follow(pk, sk, old, item[0] if item else None)
        return old


def _answer(own: Callable[[Item], Answer], look: Callable[[Table, Item], Page | None], request: Item) -> Answer:
    """Answer a query or a scan by the engine's own function, from the items that it has to look at."""
    table_name = dynamodb.normalize_table_name(request.get("TableName"))
    table: Table | None = dynamodb.tables.get(table_name) if isinstance(table_name, str) else None
    seen: dict[str, Table] = {}
    if table is not None:
        with _LOCK:
            page = look(table, request)
        shown = dict(table)
        shown.pop(dynamodb.INDEX_MEMBERS, None)
        seen[table_name] = shown if page is None else shown | _only(page, request.get("IndexName"))
    return seeing(own, _tables=seen)(request)


def _only(page: Page, index: str | None) -> dict[str, Any]:
    """Return what a table is to the engine if it has only the items of a page."""
    items: dict[str, dict[str, Item]] = {}
    for pk, sk, item in page.items:
        items.setdefault(pk, {})[sk] = item
    return {"items": items, dynamodb.INDEX_MEMBERS: {index: {page.partition: [(pk, sk) for pk, sk, _ in page.items]}}}


def _queried(table: Table, request: Item) -> Page | None:
    """Return the items for a query, or None if it is not understood."""
    index = request.get("IndexName")
    order = _order(table, index)
    conditions = key_conditions(request)
    if order is None or conditions is None or not _is_usual(order, request):
        return None
    operator, key = conditions.pop(order.hash, ("", []))
    if operator != "=":
        return None
    partition = dynamodb.extract_key_val(key[0])
    entries = order.partition(partition)
    start, stop = 0, len(entries)
    for name, (operator, values) in conditions.items():
        _, kind = order.sorted_by[0]
        if [name] != order.ranges or any(list(value) != [kind] for value in values) or (operator, kind) == _NEVER:
            return None
        start, stop = _span(entries, operator, [_value(value, kind) for value in values])
    forward = bool(request.get("ScanIndexForward", True))
    if request.get("ExclusiveStartKey"):
        after, before = _around(entries, order.cursor(request["ExclusiveStartKey"]))
        start, stop = (max(start, after), stop) if forward else (start, min(stop, before))
    places = range(start, stop) if forward else range(stop - 1, start - 1, -1)
    found = _read(table, request, (entries[place] for place in places))
    # The engine finds some faults of a condition only when it compares an item.
    return Page(found or _read(table, {"Limit": 1}, iter(entries[:1])), partition)


def _scanned(table: Table, request: Item) -> Page | None:
    """Return the items for a scan of an index, or None if it is another scan."""
    index = request.get("IndexName")
    order = _order(table, index) if index else None
    if order is None or not _is_usual(order, request) or request.get("Segment") is not None:
        return None
    key = request.get("ExclusiveStartKey")
    cursor = order.cursor(key) if key else None
    starts = ((entries, _around(entries, cursor)[0] if cursor else 0) for entries in order.partitions())
    rests = [_from(entries, start) for entries, start in starts if start < len(entries)]
    return Page(_read(table, request, heapq.merge(*rests)))


def _from(entries: Sequence[Entry], start: int) -> Iterator[Entry]:
    return (entries[place] for place in range(start, len(entries)))


def _is_usual(order: Order, request: Item) -> bool:
    """Return whether a request has a limit and a cursor that the engine would accept."""
    limit: Any = request.get("Limit")
    key: Any = request.get("ExclusiveStartKey") or None
    names = {order.hash, *(name for name, _ in order.sorted_by)}
    return (limit is None or (isinstance(limit, int) and limit > 0)) and (
        key is None or (isinstance(key, dict) and names <= key.keys())
    )


def _read(table: Table, request: Item, entries: Iterator[Entry]) -> list[tuple[str, str, Item]]:
    """Return the items that the engine reads for a page, with the one at which it finds that the page is full."""
    found: list[tuple[str, str, Item]] = []

    def read() -> Iterator[Item]:
        for *_, pk, sk in entries:
            item = table["items"].get(pk, {}).get(sk)
            if item is not None:
                found.append((pk, sk, item))
                yield item

    dynamodb.paginate_evaluated_items(read(), request.get("Limit"), table, request.get("IndexName"))
    return found


def _around(entries: Sequence[Entry], cursor: Entry) -> tuple[int, int]:
    """Return where the entries after a cursor begin, and where those before it end."""

    def start(entry: Entry) -> Entry:
        return entry[: len(cursor)]

    return bisect_right(entries, cursor, key=start), bisect_left(entries, cursor, key=start)


def _span(entries: Sequence[Entry], operator: str, values: Sequence[Any]) -> tuple[int, int]:
    """Return the first of the entries that a condition on the sort key selects, and the first that it does not."""
    below, above = bisect_left(entries, values[0], key=_first), bisect_right(entries, values[-1], key=_first)
    match operator:
        case "<":
            return 0, below
        case "<=":
            return 0, above
        case ">":
            return above, len(entries)
        case ">=":
            return below, len(entries)
        case "begins_with":
            beginning = len(values[0])
            return below, bisect_right(entries, values[0], key=lambda entry: entry[0][:beginning])
        case _:  # = and BETWEEN
            return below, above
