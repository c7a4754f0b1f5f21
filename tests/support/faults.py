"""Faults between a function and AWS: the end of its process, lost answers, errors, and what others do meanwhile.

AWS calls are counted from 0.
"""

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSResponse
from botocore.retries.quota import RetryQuota
from botocore.retries.standard import ExponentialBackoff
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from constellation.aws.sdk import client_of
from tests.support import at_once
from tests.support.world import World, unrecorded

Said = Mapping[str, tuple[int, str]]
"""The error that each service answers with: its status and code."""

FAILED: Said = {
    "dynamodb": (500, "InternalServerError"),
    "s3": (500, "InternalError"),
    "sqs": (500, "InternalError"),
    "cloudfront": (500, "InternalError"),
    "cloudfront-keyvaluestore": (500, "InternalServerException"),
}

THROTTLED: Said = {
    "dynamodb": (400, "ProvisionedThroughputExceededException"),
    "s3": (503, "SlowDown"),
    "sqs": (400, "ThrottlingException"),
    "cloudfront": (400, "Throttling"),
    "cloudfront-keyvaluestore": (400, "ThrottlingException"),
}

SERVICES = ("dynamodb", "s3", "sqs", "cloudfront", "cloudfront-keyvaluestore")
"""The services whose calls can fail in tests."""

ATTEMPTS = 4
"""How many times the SDK sends a request at most."""


class Killed(BaseException):
    """The function's process has ended."""


@contextmanager
def killed(at: int, *, after: bool) -> Generator[None]:
    """End the process at the AWS call number ``at``, before its effect or after."""
    calls = 0

    def strike(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == at + 1:
            raise Killed

    with hooked("after-call" if after else "before-call", strike):
        yield


@contextmanager
def killed_before(operation: str) -> Generator[None]:
    """End the process at its first ``operation`` (``PutItem``), before its effect."""

    def strike(**_: Any) -> None:
        raise Killed

    with hooked(f"before-call.*.{operation}", strike):
        yield


@contextmanager
def answer_lost(operation: str) -> Generator[None]:
    """Lose the first answer to ``operation`` (``PutItem``) after its effect, so that the SDK sends it again."""

    def again(attempts: int, **_: Any) -> float | None:
        return 0 if attempts == 1 else None

    with hooked(f"needs-retry.*.{operation}", again):
        yield


@contextmanager
def lost(at: int) -> Generator[list[int]]:
    """Lose the first answer to the AWS call number ``at`` after its effect, so that the SDK sends it again.

    The list that is yielded has an entry once that has happened.
    """
    struck = list[int]()
    calls = -1

    def begin(**_: Any) -> None:
        nonlocal calls
        calls += 1

    def again(attempts: int, **_: Any) -> float | None:
        if calls != at or attempts > 1:
            return None
        struck.append(at)
        return 0

    with hooked("before-call", begin), hooked("needs-retry", again):
        yield struck


@contextmanager
def refused(at: int, said: Said, *, times: int = 1) -> Generator[list[int]]:
    """Answer the AWS call number ``at`` with an error so many times, without an effect.

    The SDK decides whether to send it again, and does so at once. The list that is yielded has an entry for each time.
    """
    struck = list[int]()
    calls, refusal = -1, None
    serve = BotocoreStubber.__call__

    def begin(**_: Any) -> None:
        nonlocal calls
        calls += 1

    def strike(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        nonlocal refusal
        if calls != at or len(struck) == times:
            return None
        struck.append(at)
        refusal = request
        return _error(request.url, event_name.split(".")[1], said)

    def served(stubber: BotocoreStubber, event_name: str, request: Any, **more: Any) -> AWSResponse | None:
        """The SDK calls all its hooks, whatever the first one returns: the mock must not serve what is refused."""
        return None if request is refusal else serve(stubber, event_name, request, **more)

    with (
        patch.object(BotocoreStubber, "__call__", served),
        patch.object(ExponentialBackoff, "delay_amount", return_value=0),
        patch.object(RetryQuota, "acquire", return_value=True),
        hooked("before-call", begin),
        hooked("before-send.*.*", strike),
    ):
        yield struck


@contextmanager
def counted() -> Generator[list[str]]:
    """Give a list that fills with the event names of the AWS calls that are made inside."""
    made = list[str]()

    def note(event_name: str, **_: Any) -> None:
        made.append(event_name)

    with hooked("before-call", note):
        yield made


@contextmanager
def meanwhile(operation: str, happening: Callable[[], object]) -> Generator[None]:
    """Call ``happening``, which somebody else does, just after the first ``operation`` has had its effect."""
    pending = [happening]

    def strike(**_: Any) -> None:
        if pending:
            with unrecorded():
                pending.pop()()

    with hooked(f"after-call.*.{operation}", strike):
        yield


@contextmanager
def after_call(number: int, happening: Callable[[], object]) -> Generator[None]:
    """Call ``happening``, which somebody else does, just after the AWS call with this number, counted from 1."""
    calls = 0

    def strike(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            happening()

    with hooked("after-call", strike):
        yield


@contextmanager
def before_every_call(happening: Callable[..., object]) -> Generator[None]:
    """Call ``happening`` before each AWS call."""
    with hooked("before-call", happening):
        yield


@contextmanager
def calls_take(world: World, seconds: float) -> Generator[None]:
    """Have each AWS call take so many seconds of the world's clock."""

    def take(**_: Any) -> None:
        world.advance(seconds=seconds)

    with before_every_call(take):
        yield


@contextmanager
def at_every_moment(look: Callable[[], object]) -> Generator[None]:
    """Call ``look`` after every AWS call, except after its own."""
    looking = False

    def strike(**_: Any) -> None:
        nonlocal looking
        if not looking:
            looking = True
            try:
                with unrecorded():
                    look()
            finally:
                looking = False

    with hooked("after-call", strike):
        yield


def _error(url: str, service: str, said: Said) -> AWSResponse:
    status, code = said[service]
    if service in ("s3", "cloudfront"):
        body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
    else:
        body = json.dumps({"__type": f"com.amazonaws#{code}", "message": code}).encode()
    headers: Any = {}
    return AWSResponse(url, status, headers, MockRawResponse(body))


@contextmanager
def hooked(name: str, hook: Any) -> Generator[None]:
    """Register a hook for an event of the clients; for one of requests, all calls go by way of requests."""
    emitters = [client_of(service).meta.events for service in SERVICES]
    for events in emitters:
        events.register_first(name, hook)
    try:
        with at_once.answering(None) if name.startswith(("before-send", "needs-retry")) else nullcontext():
            yield
    finally:
        for events in emitters:
            events.unregister(name, hook)
