"""Retries: the one loop that tries again what failed for a reason that passes."""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from constellation.common.errors import Unavailable

T = TypeVar("T")

RANDOM = random.SystemRandom()
"""A source without a seed. Copies of one process that wake from a snapshot would share a seed."""

PAUSES = (0.05, 0.1, 0.2, *(0.4,) * 12)
"""The longest wait, in seconds, before each further try when another write is in the way. The actual wait is random.

Together the waits are 2.6 seconds on average. Fifty transactions of 30 ms each that come to one item within half a
second have all been done by then.
"""


class Contended(Exception):
    """Another write to the same items was under way, or the table was throttled, and this one did nothing.

    The SDK does not retry it. ``items`` says for each item of a transaction whether it was in contention. In one that
    was throttled, none was.
    """

    def __init__(self, items: tuple[bool, ...] = ()) -> None:
        super().__init__(items)
        self.items = items


def retry(attempt: Callable[[], T], passing: tuple[type[Exception], ...], pauses: Sequence[float]) -> T:
    """Return what ``attempt`` returns; try again after each pause while it raises one of ``passing``.

    Each pause is random, up to the given number of seconds. The error of the last try is raised.
    """
    for longest_pause in pauses:
        try:
            return attempt()
        except passing:
            _wait(longest_pause)
    return attempt()


def patiently(write: Callable[[], T]) -> T:
    """Return what ``write`` returns; try again while it raises Contended. Raises Unavailable when it takes too long."""
    try:
        return retry(write, (Contended,), PAUSES)
    except Contended:
        raise Unavailable from None


def in_batches(items: Iterable[T], size: int, send: Callable[[list[T]], list[T]]) -> None:
    """Send ``items``, ``size`` at a time. ``send`` returns what the service left undone, which is sent again.

    Raises Unavailable when the service does nothing any more, several times in a row.
    """
    waiting = list(items)

    def send_next() -> None:
        batch = waiting[:size]
        undone = send(batch)
        waiting[:] = [*waiting[size:], *undone]
        if len(undone) == len(batch):
            raise Contended
        if undone:
            _wait(PAUSES[0])

    while waiting:
        patiently(send_next)


def _wait(longest_pause: float) -> None:
    time.sleep(RANDOM.uniform(0, longest_pause))
