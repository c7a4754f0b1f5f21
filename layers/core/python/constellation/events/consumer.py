"""The declaration of a function that a queue feeds, one message at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, cast

from constellation.domain.times import utc_now
from constellation.observability import logger
from constellation.stores.resources import Grant, Resource


@dataclass(frozen=True)
class Consumer:
    """The consumer of one queue; called with an SQS event it is the Lambda function.

    ``function`` gets each message, parsed from JSON, and the time. A message comes at least once, in any order,
    so it must be safe to repeat. When it raises, this message alone is delivered again, and after
    ``attempts`` times lies in the dead-letter queue. ``batch`` is the most messages of one event, which are handled
    within ``timeout`` seconds all together; ``memory`` is in MB.
    """

    attempts: ClassVar[int] = 5

    queue: Resource
    function: Callable[[Any, datetime], None]
    grants: tuple[Grant, ...]
    batch: int
    timeout: int
    memory: int

    def __call__(self, event: Mapping[str, Any], context: Any = None, *, now: datetime | None = None) -> Any:
        """Handle the batch and answer which messages failed (``ReportBatchItemFailures``). ``now`` is for tests."""
        from aws_lambda_powertools.utilities import batch

        moment = now or utc_now()

        def handle(record: Any) -> None:
            self._handle(record, moment)

        processor = batch.BatchProcessor(batch.EventType.SQS, raise_on_entire_batch_failure=False)
        return cast("Any", batch).process_partial_response(event, handle, processor, context)

    def _handle(self, record: Any, now: datetime) -> None:
        extra = {"queue": self.queue.name, "message_id": record.message_id}
        try:
            self.function(record.json_body, now)
        except Exception:
            logger().exception("message failed", extra=extra)
            raise
        logger().info("message handled", extra=extra)


def consumer(
    queue: Resource, *, grants: Sequence[Grant] = (), batch: int = 10, timeout: int = 60, memory: int = 512
) -> Callable[[Callable[[Any, datetime], None]], Consumer]:
    """Declare a function as the consumer of ``queue``."""
    return lambda function: Consumer(queue, function, tuple(grants), batch, timeout, memory)
