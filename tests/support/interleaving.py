"""Calls that run at the same time and take turns at every AWS call, in an order that a seed decides."""

import random
from collections.abc import Callable, Sequence
from threading import current_thread
from typing import Any

from tests.support.faults import Killed, before_every_call
from tests.support.scheduling import PausableThread, run_in_turns


class _Process(PausableThread):
    """A call that pauses before each of its AWS calls, and whose process may end after a number of them."""

    def __init__(self, call: Callable[[], Any], calls_left: int | None) -> None:
        super().__init__(lambda: _until_killed(call))
        self._calls_left = calls_left

    def pause(self) -> None:
        if self._calls_left == 0:
            raise Killed
        if self._calls_left:
            self._calls_left -= 1
        super().pause()


def _until_killed(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Killed:
        return None


def interleaved(
    chance: random.Random, calls: Sequence[Callable[[], Any]], ended_at: Sequence[int | None] = ()
) -> list[Any]:
    """Return what each of ``calls`` returns, None for one whose process has ended.

    ``ended_at`` gives, for the first of the calls, the number of AWS calls after which the process ends.
    """
    ends = [*ended_at, *[None] * (len(calls) - len(ended_at))]
    processes = [_Process(call, end) for call, end in zip(calls, ends, strict=True)]

    def pause(**_: Any) -> None:
        thread = current_thread()
        if isinstance(thread, _Process):
            thread.pause()

    with before_every_call(pause):
        return run_in_turns(processes, chance.choice)
