"""The engine answers the same with its tables in order as without, and reads only what it has to."""

import base64
import contextlib
import importlib.util
import json
import random
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from infra.local import ordered_tables
from infra.local.ministack_internals import dynamodb, persistence
from infra.local.ordered_tables import keep_tables_in_order
from tests.support.engine import returned
from tests.support.in_order import tables_in_order

NAME = "things"
CHANGES, ASKED = 400, 5
PAGE_BYTES = 1000
TEXTS = ("a", "ab", "abc", "abd", "b", "B", "é", "z", "\N{GRINNING FACE}", "\uffff", "a#1", "a#10", "a#2")
NUMBERS = ("-20", "-1.5", "-1", "0", "0.5", "1", "2", "10", "11", "100", "1000000000000000000001")
BYTES = tuple(base64.b64encode(each).decode() for each in (b"\0", b"\0\0", b"\1", b"\x7f", b"\x80", b"\xff", b"\xff\0"))
POOLS = {"S": TEXTS, "N": NUMBERS, "B": BYTES}

KINDS = {"owner": "S", "created": "N", "hash": "B", "label": "S"}
"""The attributes of the indexes' keys."""

INDEXES = {
    "by-owner": ("owner", "created", {"ProjectionType": "ALL"}),
    "by-bytes": ("owner", "hash", {"ProjectionType": "KEYS_ONLY"}),
    "by-number": ("created", "label", {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["color"]}),
    "alone": ("hash", None, {"ProjectionType": "ALL"}),
    "several": ("owner", "created", {"ProjectionType": "ALL"}),
    "late": ("label", "owner", {"ProjectionType": "ALL"}),
}
LATE = "late"
MORE = {"several": ["label"]}
"""Further attributes of a sort key."""

Item = dict[str, Any]
Value = dict[str, Any]


class Engine:
    """One copy of ministack's DynamoDB with one table."""

    def __init__(self, module: ModuleType) -> None:
        self.module: Any = module

    def __call__(self, operation: str, **request: Any) -> tuple[int, Any]:
        target = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
        body = json.dumps(request).encode()
        status, _, answer = returned(self.module.handle_request("POST", "/", target, body, {}))
        return status, json.loads(answer)

    def close(self) -> None:
        """Forget everything."""
        self.module.reset()

    def restart(self) -> None:
        """Forget everything but what is saved."""
        saved = json.dumps(self.module.get_state(), default=persistence.json_default)
        self.module.reset()
        self.module.load_persisted_state(json.loads(saved, object_hook=persistence.json_object_hook))


@pytest.fixture
def ordered(monkeypatch: pytest.MonkeyPatch) -> Generator[Engine]:
    """The engine with its tables in order."""
    monkeypatch.setattr(ordered_tables, "FEW", 2)
    module, _ = dynamodb.place("tables")
    with tables_in_order(), contextlib.closing(Engine(module)) as engine:
        yield engine


@pytest.fixture
def plain() -> Generator[Engine]:
    """The engine as it is: a copy of the module."""
    module, _ = dynamodb.place("tables")
    spec = importlib.util.spec_from_file_location("plain_dynamodb", module.__file__ or "")
    assert spec
    assert spec.loader
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    with contextlib.closing(Engine(copy)) as engine:
        yield engine


def index(name: str) -> Item:
    """An index as a request has it."""
    hash_, range_, projection = INDEXES[name]
    schema = [{"AttributeName": hash_, "KeyType": "HASH"}]
    ranges = [range_, *MORE.get(name, [])] if range_ else []
    schema += [{"AttributeName": each, "KeyType": "RANGE"} for each in ranges]
    return {"IndexName": name, "KeySchema": schema, "Projection": projection}


def attributes(**kinds: str) -> list[dict[str, str]]:
    """Definitions of attributes."""
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()]


class Chance:
    """Random requests to a table with the kinds of keys that are given, and the answers of all engines to them."""

    def __init__(self, pk: str, sk: str | None, *engines: Engine) -> None:
        self.random = random.Random(f"{pk} {sk}")
        self.keys = {"pk": pk, **({"sk": sk} if sk else {})}
        self.kinds = {**KINDS, **self.keys}
        self.indexes = [name for name in INDEXES if name != LATE]
        self.engines = engines
        self.cursors: list[Item] = []
        local = {**index("by-owner"), "IndexName": "local"}
        local["KeySchema"] = [{"AttributeName": n, "KeyType": k} for n, k in (("pk", "HASH"), ("created", "RANGE"))]
        created = self.ask(
            "CreateTable",
            KeySchema=[{"AttributeName": n, "KeyType": k} for n, k in zip(self.keys, ("HASH", "RANGE"), strict=False)],
            AttributeDefinitions=attributes(**self.kinds),
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[index(name) for name in self.indexes],
            **({"LocalSecondaryIndexes": [local]} if sk else {}),
        )
        assert created[0] == 200, created

    def ask(self, operation: str, **request: Any) -> tuple[int, Any]:
        """The answer of every engine, which is the same."""
        request = {"TableName": NAME, **request}
        answers = [engine(operation, **json.loads(json.dumps(request))) for engine in self.engines]
        if operation in ("Query", "Scan") or operation.endswith(("Item", "Items")):
            for one, other in pairwise(answers):
                assert one == other, (operation, request)
        return answers[0]

    def some(self, sequence: Sequence[Any]) -> Any:
        return self.random.choice(sequence)

    def value(self, name: str) -> Value:
        """A value for an attribute of a key."""
        return {self.kinds[name]: self.some(POOLS[self.kinds[name]])}

    def key(self) -> Item:
        return {name: self.value(name) for name in self.keys}

    def item(self) -> Item:
        """An item in some of the indexes."""
        present = [name for name in KINDS if self.random.random() < 0.8]
        return {
            **self.key(),
            **{name: self.value(name) for name in present},
            "color": {"S": self.some(("red", "green"))},
            "text": {"S": "x" * self.some((1, 1, 1, 300))},
        }

    def change(self) -> None:
        """Change something."""
        condition = self.some(
            (
                {},
                {"ConditionExpression": "attribute_not_exists(pk)"},
                {
                    "ConditionExpression": "#c = :c",
                    "ExpressionAttributeNames": {"#c": "color"},
                    "ExpressionAttributeValues": {":c": {"S": "red"}},
                },
            )
        )
        match self.random.randrange(8):
            case 0 | 1:
                self.ask("PutItem", Item=self.item(), **condition)
            case 2:
                self.ask("DeleteItem", Key=self.key(), ReturnValues="ALL_OLD", **condition)
            case 3:
                name = self.some(list(KINDS))
                update = self.some((f"SET #a = :v, color = :c REMOVE {self.some(['label', 'extra'])}", "REMOVE #a"))
                values = {":v": self.value(name), ":c": {"S": "blue"}} if "SET" in update else {}
                self.ask(
                    "UpdateItem",
                    Key=self.key(),
                    UpdateExpression=update,
                    ExpressionAttributeNames={"#a": name},
                    ReturnValues="ALL_NEW",
                    **({"ExpressionAttributeValues": values} if values else {}),
                )
            case 4:
                requests = [{"PutRequest": {"Item": self.item()}} for _ in range(5)]
                requests += [{"DeleteRequest": {"Key": self.key()}} for _ in range(2)]
                self.ask("BatchWriteItem", RequestItems={NAME: requests})
            case 5:
                put: Item = {"TableName": NAME, "Item": self.item(), **condition}
                delete: Item = {"TableName": NAME, "Key": self.key(), **condition}
                update = {
                    "TableName": NAME,
                    "Key": self.key(),
                    "UpdateExpression": "SET created = :n",
                    "ExpressionAttributeValues": {":n": self.value("created")},
                }
                self.ask("TransactWriteItems", TransactItems=[{"Put": put}, {"Delete": delete}, {"Update": update}])
            case 6:
                statement = f"""UPDATE "{NAME}" SET color='pink' SET label='ab' WHERE pk={self.literal("pk")}"""
                statement += f" AND sk={self.literal('sk')}" if "sk" in self.keys else ""
                self.ask("ExecuteStatement", Statement=statement)
            case _:
                self.expire(self.key())

    def literal(self, name: str) -> str:
        ((kind, value),) = self.value(name).items()
        return str(value) if kind == "N" else f"'{value}'"

    def expire(self, key: Item) -> None:
        """Delete as the engine does when an item's time is over."""
        pk, sk = (next(iter(key[name].values())) if name in key else "__no_sort__" for name in ("pk", "sk"))
        for engine in self.engines:
            engine.module._remove_item(engine.module._tables[NAME], pk, sk)

    def query(self) -> None:
        """Ask for a page of a query, and perhaps for those after it."""
        local = [("local", ("pk", "created"))] if "sk" in self.keys else []
        name, (hash_, range_) = self.some(
            [(None, ("pk", self.keys.get("sk") and "sk")), *local, *((n, INDEXES[n][:2]) for n in self.indexes)]
        )
        names, values = {"#p": hash_}, {":p": self.value(hash_)}
        condition = self.some(("#p = :p", ":p = #p"))
        if range_ and self.random.random() < 0.8:
            names["#s"] = range_
            bounds = [self.value(range_), self.value(range_)]
            form = self.some(
                ("#s {} :a",) * 3 + (":a {} #s", "#s BETWEEN :a AND :b", "#s between :a and :b", "begins_with(#s, :a)")
            )
            form = form.format(self.some(("=", "<", "<=", ">", ">=")))
            condition = self.some(("{0} AND {1}", "{1} AND {0}", "({0} AND {1})", "({0}) and ({1})")).format(
                condition, form
            )
            values[":a"] = bounds[0]
            if ":b" in condition:
                values[":b"] = bounds[1]
        request: Item = {"KeyConditionExpression": condition, "ScanIndexForward": self.some((True, False))}
        if self.random.random() < 0.3:
            request["FilterExpression"] = self.some(("color = :c", "NOT color = :c", "size(color) > :n"))
            values |= {":n": {"N": "3"}} if ":n" in request["FilterExpression"] else {":c": {"S": "red"}}
        request["ExpressionAttributeValues"] = values
        if self.random.random() < 0.2:  # some of the names are reserved words
            for short, attribute in names.items():
                request["KeyConditionExpression"] = request["KeyConditionExpression"].replace(short, attribute)
        else:
            request["ExpressionAttributeNames"] = names
        self.page("Query", name, request if self.random.random() < 0.9 else self.old_form(request, hash_, range_))

    def old_form(self, request: Item, hash_: str, range_: str | None) -> Item:
        """The same page of another query, whose condition is in the form before expressions."""
        conditions = {hash_: {"ComparisonOperator": "EQ", "AttributeValueList": [self.value(hash_)]}}
        if range_:
            conditions[range_] = {"ComparisonOperator": "GE", "AttributeValueList": [self.value(range_)]}
        return {"KeyConditions": conditions, "ScanIndexForward": request["ScanIndexForward"]}

    def scan(self) -> None:
        """Ask for a page of a scan, and perhaps for those after it."""
        request = self.some(({}, {"FilterExpression": "color = :c", "ExpressionAttributeValues": {":c": {"S": "red"}}}))
        segment = {"Segment": 1, "TotalSegments": 2} if self.random.random() < 0.1 else {}
        self.page("Scan", self.some((None, *self.indexes)), {**request, **segment})

    def page(self, operation: str, name: str | None, request: Item) -> None:
        request |= {"IndexName": name} if name else {}
        request |= self.some(({}, {}, {"Limit": 1}, {"Limit": 3}, {"Limit": 0}, {"Limit": 100}))
        projection = {"ProjectionExpression": "color, pk"}
        request |= self.some(({}, {}, projection, {"Select": "COUNT"}, {"Select": "ALL_PROJECTED_ATTRIBUTES"}))
        request |= {"ReturnConsumedCapacity": self.some(("NONE", "TOTAL", "INDEXES"))}
        if self.random.random() < 0.3:
            made = {name: self.value(name) for name in self.kinds if self.random.random() < 0.9}
            request["ExclusiveStartKey"] = self.some([made, *self.cursors[-5:]])
        for _ in range(self.some((1, 2, 30))):
            _, answer = self.ask(operation, **request)
            if "LastEvaluatedKey" not in answer:
                break
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
            self.cursors.append(answer["LastEvaluatedKey"])

    def reindex(self) -> None:
        """Add the last index, or take it away."""
        if LATE in self.indexes:
            update, definitions = {"Delete": {"IndexName": LATE}}, {}
            self.indexes.remove(LATE)
        else:
            update, definitions = {"Create": index(LATE)}, {"AttributeDefinitions": attributes(**self.kinds)}
            self.indexes.append(LATE)
        status, _ = self.ask("UpdateTable", GlobalSecondaryIndexUpdates=[update], **definitions)
        assert status == 200

    def restore(self) -> None:
        """Put an earlier state of the table in its place."""
        for engine in self.engines:
            _, backup = engine("CreateBackup", TableName=NAME, BackupName="b")
            for _ in range(3):
                engine("PutItem", TableName=NAME, Item={**self.key(), "owner": {"S": "a"}})
            assert engine("DeleteTable", TableName=NAME)[0] == 200
            arn = backup["BackupDetails"]["BackupArn"]
            assert engine("RestoreTableFromBackup", TargetTableName=NAME, BackupArn=arn)[0] == 200

    def restart(self) -> None:
        for engine in self.engines:
            engine.restart()


@pytest.mark.parametrize(
    ("pk", "sk"), [("S", "S"), ("S", "N"), ("S", "B"), ("N", "S"), ("B", "N"), ("S", None), ("N", None)]
)
def test_the_answers_are_the_same_with_and_without_order(
    ordered: Engine, plain: Engine, monkeypatch: pytest.MonkeyPatch, pk: str, sk: str | None
) -> None:
    for engine in (ordered, plain):
        monkeypatch.setattr(engine.module, "_DDB_PAGE_SIZE_BYTES", PAGE_BYTES)
    chance = Chance(pk, sk, ordered, plain)
    rare: Mapping[int, Callable[[], None]] = {90: chance.reindex, 190: chance.restart, 290: chance.restore}
    for number in range(CHANGES):
        chance.change()
        rare.get(number, chance.change)()
        for _ in range(ASKED):
            chance.some((chance.query, chance.query, chance.query, chance.scan))()


@pytest.fixture
def made(ordered: Engine) -> Engine:
    """A table with ITEMS items in one partition, of the table and of its index."""
    key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    ordered(
        "CreateTable",
        TableName=NAME,
        KeySchema=key,
        AttributeDefinitions=attributes(pk="S", sk="S", owner="S", created="N"),
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[index("by-owner")],
    )
    for number in range(ITEMS):
        assert ordered("PutItem", TableName=NAME, Item=numbered(number))[0] == 200
    return ordered


ITEMS = 300
OWN: Item = {
    "TableName": NAME,
    "IndexName": "by-owner",
    "KeyConditionExpression": "#owner = :owner",
    "ExpressionAttributeNames": {"#owner": "owner"},
    "ExpressionAttributeValues": {":owner": {"S": "ada"}},
}
ALL: Item = {
    "TableName": NAME,
    "KeyConditionExpression": "pk = :pk AND sk >= :from",
    "ExpressionAttributeValues": {":pk": {"S": "p"}, ":from": {"S": "0010"}},
}


def numbered(number: int) -> Item:
    """An item that the index has in the opposite order."""
    return {"pk": {"S": "p"}, "sk": {"S": f"{number:04}"}, "owner": {"S": "ada"}, "created": {"N": str(-number)}}


def numbers(answer: tuple[int, Any]) -> list[int]:
    """Which items an answer has."""
    return [int(item["sk"]["S"]) for item in answer[1]["Items"]]


@pytest.mark.parametrize(
    ("operation", "request_", "first"),
    [
        ("Query", OWN, [299, 298, 297]),
        ("Query", ALL, [10, 11, 12]),
        ("Scan", {"IndexName": "by-owner"}, [299, 298, 297]),
    ],
)
def test_a_page_reads_its_own_items_and_no_others(
    made: Engine, monkeypatch: pytest.MonkeyPatch, operation: str, request_: Item, first: list[int]
) -> None:
    request = {"Limit": 3, "TableName": NAME, **request_}
    page = made(operation, **request)
    assert numbers(page) == first
    looked: list[object] = []
    for name in ("evaluate_condition", "index_order_value", "sort_key_value"):
        function = getattr(dynamodb, name)

        def counted(*arguments: Any, function: Callable[..., Any] = function, **named: Any) -> Any:
            looked.append(arguments)
            return function(*arguments, **named)

        monkeypatch.setattr(*dynamodb.place(name), counted)
    second = made(operation, **request, ExclusiveStartKey=page[1]["LastEvaluatedKey"])
    assert numbers(second) == [number + 3 * (first[1] - first[0]) for number in first]
    assert 0 < len(looked) < ITEMS / 3


def test_an_expired_item_is_gone_from_the_order(made: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    specification = {"Enabled": True, "AttributeName": "expires"}
    assert made("UpdateTimeToLive", TableName=NAME, TimeToLiveSpecification=specification)[0] == 200
    assert len(numbers(made("Query", **OWN))) == ITEMS
    made("PutItem", TableName=NAME, Item={**numbered(7), "expires": {"N": "1"}})

    class Stop(BaseException):
        pass

    naps = iter((None, Stop()))

    def sleep(_: float) -> None:
        if nap := next(naps):
            raise nap

    monkeypatch.setattr(made.module, "time", SimpleNamespace(time=time.time, sleep=sleep))
    with pytest.raises(Stop):
        made.module._ttl_reaper()
    assert numbers(made("Query", **OWN)) == [number for number in reversed(range(ITEMS)) if number != 7]


def test_changes_in_other_threads(made: Engine) -> None:
    """The engine deletes expired items in a thread of its own."""
    table = made.module._tables[NAME]

    def change(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(2000):
            item = {**numbered(chance.randrange(ITEMS)), "created": {"N": str(chance.randrange(5))}}
            if chance.random() < 0.5:
                made.module._set_item(table, "p", item["sk"]["S"], item)
            else:
                made.module._remove_item(table, "p", item["sk"]["S"])

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor() as pool:
            changing = [pool.submit(change, seed) for seed in range(3)]
            while not all(each.done() for each in changing):
                assert made("Query", **OWN)[0] == made("Query", **ALL)[0] == 200
            for each in changing:
                each.result()
    finally:
        sys.setswitchinterval(interval)
    there = sorted(int(sk) for sk in table["items"].get("p", {}))
    assert numbers(made("Query", **ALL)) == [number for number in there if number >= 10]
    assert sorted(numbers(made("Query", **OWN))) == there


def test_another_engine_is_not_put_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*dynamodb.place("scan"), lambda: None)
    with pytest.raises(RuntimeError, match=r"ministack has changed what infra\.local\.ordered_tables relies on"):
        keep_tables_in_order()
