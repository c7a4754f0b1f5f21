"""What stands between the gateway's event and a handler's own code: our kernel against powertools' resolver.

The same handlers in ``@endpoint`` and in ``APIGatewayRestResolver`` with validation, warm, in turns; nothing is called.
"""

import contextlib
import io
import logging
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypedDict

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import BaseModel, ConfigDict, Field

from constellation.common.errors import NotFound
from constellation.common.observability import logger
from constellation.runtime.binding import Body, PathId
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Caller
from tests.bench.tables import Table, show
from tests.support.world import event

ROUNDS, CALLS = 30, 300
GOAL = 0.25
ID = "0b6f4f0e-6f4c-4b6f-8f0e-6f4c4b6f8f0e"

Answering = Callable[[], Any]


class Rename(BaseModel):
    """A body with one field."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=255)]


class Entry(TypedDict):
    """What ours answers."""

    uuid: str
    name: str


class UsualEntry(BaseModel):
    """What the resolver answers."""

    uuid: str
    name: str


app: Any = APIGatewayRestResolver(enable_validation=True)


@endpoint("GET /users/me", dialect=constellations)
def ours_reads(caller: Caller) -> Entry:
    """GET /users/me: the caller."""
    return {"uuid": caller.user_id, "name": "Ada"}


@endpoint("PATCH /images/{image_uuid}", dialect=constellations)
def ours_writes(image_uuid: Annotated[str, PathId(NotFound)], change: Body[Rename]) -> Entry:
    """PATCH /images/{image_uuid}: a name."""
    return {"uuid": image_uuid, "name": change.name}


@app.get("/users/me")
def usual_reads() -> UsualEntry:
    """The same."""
    user_id = app.current_event.raw_event["requestContext"]["authorizer"]["user_id"]
    return UsualEntry(uuid=user_id, name="Ada")


@app.patch("/images/<image_uuid>")
def usual_writes(image_uuid: Annotated[str, Path(min_length=36, max_length=36)], change: Rename) -> UsualEntry:
    """The same."""
    return UsualEntry(uuid=image_uuid, name=change.name)


def tables() -> list[Table]:
    """One table."""
    read = event("GET", "/users/me", caller=Caller(ID))
    write = event("PATCH", f"/images/{ID}", path_parameters={"image_uuid": ID}, json={"name": "Sea.png"})
    with contextlib.redirect_stdout(io.StringIO()):
        logger().setLevel(logging.ERROR)  # the resolver logs nothing: the last row says what the line costs
        rows = [
            _compared("GET, no input", lambda: ours_reads(read), _resolved(read)),
            _compared("PATCH, one id, a JSON body", lambda: ours_writes(write), _resolved(write)),
        ]
        logger().setLevel(logging.INFO)
        rows.append(["the line that each request logs, not in the above", _text(_line()), "", "", ""])
    return [
        Table(
            "Overhead per request",
            ["handler", "@endpoint", "resolver", "ratio", "goal"],
            rows,
            "CPU of one warm request, medians of rounds in turns; the handlers are one line, the models the same.",
        )
    ]


def _resolved(happening: Mapping[str, Any]) -> Answering:
    class Context:
        function_name = "bench"

    context: Any = Context()
    return lambda: app.resolve(dict(happening), context)


def _compared(what: str, ours: Answering, usual: Answering) -> list[str]:
    for answering in (ours, usual):
        assert answering()["statusCode"] == 200, answering()
    pairs = [(_seconds(ours), _seconds(usual)) for _ in range(ROUNDS)]
    ratio = statistics.median(mine / theirs for mine, theirs in pairs)
    met = "met" if ratio <= GOAL else "not met"
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    return [what, _text(mine), _text(theirs), f"{ratio:.2f}", f"≤ {GOAL}, {met}"]


def _line() -> float:
    extra = {"correlation_id": ID, "method": "GET", "route": "/users/me", "status": 200, "user_id": ID}
    return statistics.median(_seconds(lambda: logger().info("request", extra=extra)) for _ in range(ROUNDS))


def _seconds(answering: Answering) -> float:
    """CPU seconds of one call."""
    begun = time.process_time()
    for _ in range(CALLS):
        answering()
    return (time.process_time() - begun) / CALLS


def _text(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs"


if __name__ == "__main__":
    show(tables())
