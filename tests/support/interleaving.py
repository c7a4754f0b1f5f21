"""Several functions at the same time, taking turns at every AWS call as a seed has it: a race that can be run again."""

import random
from collections.abc import Callable, Sequence
from threading import Semaphore, Thread, current_thread
from typing import Any

from tests.support.faults import Killed, before_every_call


class _Turn(Thread):
    """One of those who take turns: it stops before each AWS call until it is let on."""

    def __init__(self, doing: Callable[[], Any], ended_at: int | None, stopped: Semaphore) -> None:
        super().__init__()
        self.is_done = False
        self.result: Any = None
        self.fault: BaseException | None = None
        self._doing, self._calls_left = doing, ended_at
        self._stopped, self._on = stopped, Semaphore(0)

    def let_on(self) -> None:
        self._on.release()
        self._stopped.acquire()

    def pause(self) -> None:
        if self._calls_left == 0:
            raise Killed
        if self._calls_left:
            self._calls_left -= 1
        self._stopped.release()
        self._on.acquire()

    def run(self) -> None:
        self._on.acquire()
        try:
            self.result = self._doing()
        except Killed:
            pass
        except BaseException as fault:
            self.fault = fault
        finally:
            self.is_done = True
            self._stopped.release()


def interleaved(
    chance: random.Random, doings: Sequence[Callable[[], Any]], ended_at: Sequence[int | None] = ()
) -> list[Any]:
    """What each of ``doings`` returns, None for one whose process has ended.

    ``ended_at`` gives for some of them the number of AWS calls after which it does.
    """
    stopped = Semaphore(0)
    ends = [*ended_at, *[None] * (len(doings) - len(ended_at))]
    turns = [_Turn(doing, end, stopped) for doing, end in zip(doings, ends, strict=True)]

    def pause(**_: Any) -> None:
        thread = current_thread()
        if isinstance(thread, _Turn):
            thread.pause()

    with before_every_call(pause):
        for turn in turns:
            turn.start()
        under_way = list(turns)
        while under_way:
            turn = chance.choice(under_way)
            turn.let_on()
            if turn.is_done:
                under_way.remove(turn)
    for turn in turns:
        turn.join()
        if turn.fault:
            raise turn.fault
    return [turn.result for turn in turns]
