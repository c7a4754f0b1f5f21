"""Declare a function as the consumer of a queue, of one message at a time or of many together."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any, ClassVar, cast

from constellation.aws.resources import Grant, Resource
from constellation.common.observability import logger
from constellation.common.times import utc_now
from constellation.runtime.operation import Needs, needs_of, together

Passed = Callable[[], float]
"""Returns the seconds since the event arrived."""


@dataclass(frozen=True)
class Consumer:
    """The consumer of a queue. Called with an SQS event it is the Lambda function.

    ``function`` gets each message, parsed from JSON, and the time; if it is ``timed``, Passed too. Messages come at
    least once, in any order, so the function must be safe to repeat. When it raises, only this message is delivered
    again. After ``attempts`` deliveries it is moved to the dead-letter queue. ``batch`` is the most messages of one
    event, which are handled within ``timeout`` seconds all together. ``memory`` is in MB. ``share`` is the largest part
    of the account's concurrent executions that the consumer takes.

    With a ``window``, messages are gathered for so many seconds, and ``function`` gets all of them at once, as a list.
    When it raises, all of them are delivered again.
    """

    attempts: ClassVar[int] = 5

    queue: Resource
    function: Callable[..., None]
    grants: tuple[Grant, ...]
    batch: int
    timeout: int
    memory: int
    timed: bool
    window: int
    share: float

    def __call__(
        self,
        event: Mapping[str, Any],
        context: Any = None,
        *,
        now: datetime | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> Any:
        """Handle a batch and return which messages failed (``ReportBatchItemFailures``).

        ``now`` and ``clock``, which returns the seconds since any moment, are for tests.
        """
        moment, begun = now or utc_now(), clock()
        if self.window:
            return self._handle_together(event["Records"], moment)
        from aws_lambda_powertools.utilities import batch

        given = (moment, lambda: clock() - begun) if self.timed else (moment,)

        def handle(record: Any) -> None:
            self._handle(record, given)

        processor = batch.BatchProcessor(batch.EventType.SQS, raise_on_entire_batch_failure=False)
        return cast("Any", batch).process_partial_response(event, handle, processor, context)

    def _handle_together(self, records: Sequence[Mapping[str, Any]], moment: datetime) -> Any:
        extra = {"queue": self.queue.name, "message_ids": [record["messageId"] for record in records]}
        try:
            self.function([json.loads(record["body"]) for record in records], moment)
        except Exception:
            logger().exception("messages failed", extra=extra)
            return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}
        logger().info("messages handled", extra=extra)
        return {"batchItemFailures": []}

    def _handle(self, record: Any, given: Sequence[Any]) -> None:
        extra = {"queue": self.queue.name, "message_id": record.message_id}
        try:
            self.function(record.json_body, *given)
        except Exception:
            logger().exception("message failed", extra=extra)
            raise
        logger().info("message handled", extra=extra)


def consumer(
    queue: Resource,
    *,
    uses: Sequence[Callable[..., Any]] = (),
    grants: Sequence[Grant] = (),
    batch: int = 10,
    timeout: int = 60,
    memory: int = 512,
    timed: bool = False,
    window: int = 0,
    share: float = 0.02,
) -> Callable[[Callable[..., None]], Consumer]:
    """Declare a function as the consumer of ``queue``.

    ``grants`` are those that the function adds to the operations that it ``uses``.
    """
    needs = together([*map(needs_of, uses), Needs(tuple(grants))])
    return lambda function: Consumer(queue, function, needs.grants, batch, timeout, memory, timed, window, share)
