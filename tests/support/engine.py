"""The local engine's DynamoDB in this process: tables of any size, without the way through HTTP."""

import base64
import copy
import functools
import importlib
import json
import time
from collections.abc import Callable, Coroutine, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import botocore_stubber
from moto.dynamodb.models import dynamodb_backends

from constellation.aws import client as aws
from constellation.aws.items import Wire
from constellation.aws.resources import TABLES, Resource
from constellation.aws.sdk import client_of
from infra.local.engine import copy_items_in_c, remember_expressions, use_fast_json
from tests.support.at_once import answering
from tests.support.in_order import tables_in_order
from tests.support.moto import ACCOUNT, REGION
from tests.support.world import create_table

_remember_expressions_once = functools.cache(remember_expressions)


class Engine:
    """The engine and the product's tables in it.

    ``seconds`` is the time that its answers have taken, ``cpu_seconds`` what the CPU has worked for them.
    """

    def __init__(self) -> None:
        self._dynamodb: Any = importlib.import_module("ministack.services.dynamodb")
        _remember_expressions_once()
        copy_items_in_c()
        use_fast_json()
        self.seconds = self.cpu_seconds = 0.0

    def item(self, table: str, key: Mapping[str, Wire]) -> Mapping[str, Wire] | None:
        """What stands under a key."""
        return self._dynamodb._tables[table]["items"].get(key["pk"]["S"], {}).get(key["sk"]["S"])

    def partition(self, table: str, key: str) -> list[Mapping[str, Wire]]:
        """All items under a partition key."""
        return list(self._dynamodb._tables[table]["items"].get(key, {}).values())

    def items(self) -> dict[tuple[str, ...], Mapping[str, Wire]]:
        """Everything in the product's tables, by table and key."""
        return {
            (table.name, pk, sk): item
            for table in TABLES
            for pk, items in self._dynamodb._tables[table.physical_name]["items"].items()
            for sk, item in items.items()
        }

    def keep(self) -> Callable[[], None]:
        """What brings everything in the product's tables back, as often as it is called."""
        kept = {table: copy.deepcopy(self._dynamodb._tables[table.physical_name]["items"]) for table in TABLES}

        def restore() -> None:
            for table, items in kept.items():
                there = self._dynamodb._tables[table.physical_name]
                there["items"] = copy.deepcopy(items)
                self._dynamodb._items_replaced(there)

        return restore

    def load(self, table: Resource, items: Iterable[Mapping[str, Wire]]) -> None:
        """Put items without a request."""
        there = self._dynamodb._tables[table.physical_name]
        for item in items:
            self._dynamodb._set_item(there, item["pk"]["S"], item["sk"]["S"], item)

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """What ``stores.aws.call`` does, without the SDK; a batch must be one of puts."""
        assert service == "dynamodb"
        if operation == "batch_write_item":
            for table in TABLES:
                puts = parameters["RequestItems"].get(table.physical_name, [])
                self.load(table, (_as_sent(put["PutRequest"]["Item"]) for put in puts))
            return {"UnprocessedItems": {}}
        status, _, body = self._handle(operation.title().replace("_", ""), json.dumps(parameters).encode())
        assert status == 200, body
        return json.loads(body)

    def answer(self, request: Any, **_: Any) -> AWSResponse:
        """The answer to a request that the SDK has ready (its event ``before-send``)."""
        target: bytes = request.headers["X-Amz-Target"]
        status, headers, body = self._handle(target.decode().rpartition(".")[2], request.body)
        return AWSResponse(request.url, status, headers, MockRawResponse(body))

    def answer_at_once(self, operation: str, _: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """The answer to a request that is not sent (``tests.support.at_once``)."""
        return self._handle(operation, body)

    def close(self) -> None:
        """Forget the tables."""
        self._dynamodb.reset()

    def _handle(self, operation: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        headers = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
        begun, worked = time.perf_counter(), time.thread_time()
        answer = returned(self._dynamodb.handle_request("POST", "/", headers, body, {}))
        self.seconds += time.perf_counter() - begun
        self.cpu_seconds += time.thread_time() - worked
        return answer


def returned(request: Coroutine[Any, None, Any]) -> Any:
    """The result of a coroutine that never waits, without the cost of an event loop."""
    try:
        request.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("The engine's DynamoDB waits for something.")


def _as_sent(item: Mapping[str, Wire]) -> Mapping[str, Wire]:
    """An item as the engine keeps it: bytes in base64."""
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value for name, value in item.items()
    }


@contextmanager
def engine() -> Generator[Engine]:
    """The engine in the place of a world's DynamoDB, its tables empty and kept in order."""
    made = Engine()
    events = client_of("dynamodb").meta.events
    events.unregister("before-send", botocore_stubber)  # moto would do it all as well
    events.register_first("before-send.dynamodb", made.answer)
    there: Any = dynamodb_backends[ACCOUNT][REGION]
    tables, there.tables = there.tables, {}
    try:
        with tables_in_order(), answering(made.answer_at_once):
            for table in TABLES:
                create_table(table)
            yield made
    finally:
        events.unregister("before-send.dynamodb", made.answer)
        events.register_first("before-send", botocore_stubber)
        there.tables = tables
        made.close()


@contextmanager
def without_the_sdk(engine: Engine) -> Generator[None]:
    """The stores' calls inside go straight to the engine, in a third of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws, "call", engine.call)
        yield
