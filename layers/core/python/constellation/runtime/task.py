"""Declare a function as a task, which a schedule starts, or an operator by hand (``aws lambda invoke``)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from constellation.aws.resources import Grant
from constellation.common.observability import logger
from constellation.common.times import utc_now
from constellation.runtime.operation import needs_of, together


@dataclass(frozen=True)
class Task:
    """A task. Called with its payload it is the Lambda function, which returns a report.

    ``every`` is the interval of its schedule, if it has one.
    """

    memory: ClassVar[int] = 512
    """MB."""
    timeout: ClassVar[int] = 900
    """Seconds."""

    function: Callable[[Mapping[str, Any], datetime], Any]
    grants: tuple[Grant, ...]
    every: timedelta | None

    def __call__(self, event: Mapping[str, Any], _context: object = None, *, now: datetime | None = None) -> Any:
        """Do the work that the payload asks for. ``now`` is for tests."""
        report = self.function(event, now or utc_now())
        logger().info("task done", extra={"report": report})
        return report


def task(
    *, uses: Sequence[Callable[..., Any]] = (), every: timedelta | None = None
) -> Callable[[Callable[[Mapping[str, Any], datetime], Any]], Task]:
    """Declare a function as a task, done ``every`` so often. ``uses`` are the operations that it calls."""
    needs = together(map(needs_of, uses))
    return lambda function: Task(function, needs.grants, every)
