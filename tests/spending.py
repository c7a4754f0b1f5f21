"""What requests in a world spend: AWS calls and DynamoDB's read units, by the published rules (``tests.capacity``)."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from constellation.stores import aws
from tests.capacity import READS, read_units

_SERVICES = ("dynamodb", "s3", "sqs", "kms", "cloudfront")


@dataclass
class Spent:
    """Calls of any service and read units of DynamoDB."""

    calls: int = 0
    reads: float = 0


@contextmanager
def spending() -> Generator[Spent]:
    """What is spent inside."""
    spent = Spent()

    def before(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["request"] = params

    def after(parsed: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        spent.calls += 1
        if model.name in READS:
            spent.reads += read_units(model.name, context["request"], parsed)

    emitters = [aws._client(service).meta.events for service in _SERVICES]
    for events in emitters:
        events.register("before-parameter-build", before)
        events.register("after-call", after)
    try:
        yield spent
    finally:
        for events in emitters:
            events.unregister("before-parameter-build", before)
            events.unregister("after-call", after)
