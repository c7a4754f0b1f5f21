"""Work on many items at once, in threads, so that Ctrl-C ends it in order."""

import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from constellation_client.cli.exits import Code, is_final
from constellation_client.errors import Cancelled

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 4
"""Items for each thread that are handed out before they can be worked on."""


def at_once(
    work: Callable[[Item], Result], items: Iterable[Item], jobs: int, stop: Callable[[], None]
) -> Generator[tuple[Item, Result | Exception]]:
    """Yield each item with what the work returned or raised, as ``in_groups`` does."""
    yield from in_groups(lambda group: [work(group[0])], ([item] for item in items), jobs, stop)


def in_groups(
    work: Callable[[Sequence[Item]], Sequence[Result | Exception]],
    groups: Iterable[Sequence[Item]],
    jobs: int,
    stop: Callable[[], None],
) -> Generator[tuple[Item, Result | Exception]]:
    """Yield each item with what the work on its group returned for it or raised, in the order in which they are done.

    After Ctrl-C, no further group is begun, what is under way is still yielded, and KeyboardInterrupt is raised. After
    a failure that would meet every other item too, it is the same, and the failure is raised. ``stop`` is called then.
    """
    stopping, final = threading.Event(), None
    waiting = iter(groups)
    running: dict[Future[Sequence[Result | Exception]], Sequence[Item]] = {}

    def end() -> None:
        stopping.set()
        stop()

    with ThreadPoolExecutor(jobs) as pool, _interrupted_by(end) as interrupted:
        while True:
            if not stopping.is_set():
                running |= {pool.submit(work, each): each for each in islice(waiting, jobs * _AHEAD - len(running))}
            if not running:
                break
            done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                group = running.pop(future)
                for item, result in zip(group, _results(future, len(group)), strict=True):
                    if isinstance(result, Cancelled):
                        continue
                    if isinstance(result, Exception) and is_final(result):
                        final = final or result
                        end()
                    yield item, result
            if stopping.is_set():
                running = {future: group for future, group in running.items() if not future.cancel()}
    if interrupted():
        raise KeyboardInterrupt
    if final:
        raise final


def _results(future: "Future[Sequence[Result | Exception]]", number: int) -> Sequence[Result | Exception]:
    """Return what the work on a group returned, or what it raised for each of its items."""
    error = future.exception() if not future.cancelled() else Cancelled()
    if error is None:
        return future.result()
    if not isinstance(error, Exception):
        raise error
    return [error] * number


@contextmanager
def _interrupted_by(end: Callable[[], None]) -> Generator[Callable[[], bool]]:
    """Call ``end`` at the first Ctrl-C, and leave the process at the second."""
    seen = False

    def handle(*_: object) -> None:
        nonlocal seen
        if seen:
            os._exit(Code.INTERRUPTED)
        seen = True
        end()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield lambda: seen
    finally:
        signal.signal(signal.SIGINT, before)
