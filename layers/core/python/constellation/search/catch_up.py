"""Catch up: request runs of the index for lists that it has stopped to follow."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from constellation.aws.queue import Queue
from constellation.aws.resources import INDEXING, Grant
from constellation.common.times import to_wire
from constellation.images import lists
from constellation.images.lists import Span
from constellation.images.usage import counts_of
from constellation.runtime.operation import operation
from constellation.search import index


@operation(
    grants=[lists.READ_PUBLIC_UPDATED, lists.READ_OWN_UPDATED, Grant(INDEXING, ("sqs:SendMessage",))], uses=[counts_of]
)
def catch_up(candidates: Iterable[str], before: datetime) -> int:
    """Request a run for each of some lists that should have been indexed ``before`` and was not. Return how many."""
    late = [list_ for list_ in candidates if _is_behind(list_, before)]
    Queue(INDEXING).send_many({"lists": [list_]} for list_ in late)
    return len(late)


def _is_behind(list_: str, before: datetime) -> bool:
    """Return whether as many images as are worth a run have waited since ``before``."""
    span = Span(ascending=True, start=counts_of(list_).indexed_to)
    waiting = list(islice(lists.by_change(list_, span, index.FEWEST), index.FEWEST))
    return len(waiting) == index.FEWEST and waiting[-1].position < to_wire(before)
