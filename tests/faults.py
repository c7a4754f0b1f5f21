"""What can come between a function and AWS: the function's end, a lost answer, and the doings of others."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from constellation.stores import aws
from tests.world import unrecorded


class Killed(BaseException):
    """The function's process ended."""


@contextmanager
def killed(at: int, *, after: bool) -> Generator[None]:
    """End the process at the AWS call number ``at`` (from 0), before its effect or after."""
    calls = 0

    def strike(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == at + 1:
            raise Killed

    with _hooked("after-call" if after else "before-call", strike):
        yield


@contextmanager
def answer_lost(operation: str) -> Generator[None]:
    """Lose the first answer to ``operation`` (``PutItem``) after its effect, so that the SDK sends it again."""

    def again(attempts: int, **_: Any) -> float | None:
        return 0 if attempts == 1 else None

    with _hooked(f"needs-retry.*.{operation}", again):
        yield


@contextmanager
def meanwhile(operation: str, happening: Callable[[], object]) -> Generator[None]:
    """Let ``happening``, somebody else's doing, come just after the first ``operation`` has had its effect."""
    pending = [happening]

    def strike(**_: Any) -> None:
        if pending:
            with unrecorded():
                pending.pop()()

    with _hooked(f"after-call.*.{operation}", strike):
        yield


@contextmanager
def after_call(number: int, happening: Callable[[], object]) -> Generator[None]:
    """Let ``happening``, somebody else's doing, come just after the AWS call with this number, from 1."""
    calls = 0

    def strike(**_: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            happening()

    with _hooked("after-call", strike):
        yield


@contextmanager
def before_every_call(happening: Callable[..., object]) -> Generator[None]:
    """Let ``happening`` come before each AWS call."""
    with _hooked("before-call", happening):
        yield


@contextmanager
def at_every_moment(look: Callable[[], object]) -> Generator[None]:
    """Let somebody ``look`` after every AWS call; the calls of the look itself are no such moments."""
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

    with _hooked("after-call", strike):
        yield


@contextmanager
def _hooked(name: str, hook: Any) -> Generator[None]:
    emitters = [aws._client(service).meta.events for service in ("dynamodb", "s3", "sqs", "cloudfront")]
    for events in emitters:
        events.register_first(name, hook)
    try:
        yield
    finally:
        for events in emitters:
            events.unregister(name, hook)
