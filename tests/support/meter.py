"""What the functions spend: DynamoDB's units and AWS calls, counted from the requests and answers themselves."""

from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from constellation.aws.resources import INDEXES
from constellation.aws.sdk import client_of
from tests.support.capacity import READS, WRITES, keys_written, read_units, write_units
from tests.support.engine import Engine

_SERVICES = ("dynamodb", "s3", "sqs", "kms", "cloudfront")


@dataclass
class Bill:
    """Calls of any service, those of S3, units of DynamoDB, paths that the CDN was to forget.

    And writes by their partition, and calls by their operation.
    """

    calls: int = 0
    s3: int = 0
    reads: float = 0
    writes: int = 0
    paths: int = 0
    written: Counter[str] = field(default_factory=Counter[str])
    operations: Counter[str] = field(default_factory=Counter[str])

    def __add__(self, other: "Bill") -> "Bill":
        return Bill(
            self.calls + other.calls,
            self.s3 + other.s3,
            self.reads + other.reads,
            self.writes + other.writes,
            self.paths + other.paths,
            self.written + other.written,
            self.operations + other.operations,
        )

    def entries(self, list_: str) -> int:
        """Entries of a list's search index that were written or removed."""
        return sum(number for partition, number in self.written.items() if partition.startswith(f"WORDS#{list_}#"))


@contextmanager
def metered(engine: Engine) -> Generator[Bill]:
    """The bill of what is called inside."""
    bill = Bill()
    indexes = {table.physical_name: found for table, found in INDEXES.items()}

    def before(params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        context["request"] = params
        if model.name in WRITES:
            context["before"] = [engine.item(table, key) for table, key in keys_written(model.name, params)]

    def after(parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        request = context["request"]
        bill.calls += 1
        bill.s3 += model.service_model.service_name == "s3"
        bill.operations[model.name] += 1
        if model.name == "CreateInvalidation":
            bill.paths += request["InvalidationBatch"]["Paths"]["Quantity"]
        if model.name in READS:
            if "ProjectionExpression" in request:  # what is left out of the answer is read and billed all the same
                parsed = {"Item": engine.item(request["TableName"], request["Key"])}
                request = {name: value for name, value in request.items() if name != "ProjectionExpression"}
            bill.reads += read_units(model.name, request, parsed)
        elif model.name in WRITES:
            for (table, key), item in zip(keys_written(model.name, request), context["before"], strict=True):
                transaction = model.name == "TransactWriteItems"
                there = engine.item(table, key)
                bill.writes += write_units(item, there, indexes.get(table, ()), transaction=transaction)
                bill.written[key["pk"]["S"]] += 1

    emitters = [client_of(service).meta.events for service in _SERVICES]
    for events in emitters:
        events.register("before-parameter-build", before)
        events.register("after-call", after)
    try:
        yield bill
    finally:
        for events in emitters:
            events.unregister("before-parameter-build", before)
            events.unregister("after-call", after)
