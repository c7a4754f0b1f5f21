"""Writes that are in each other's way, as DynamoDB has it ("Transaction conflict handling", developer guide).

Many functions run at once, each call by the clock of a virtual time, so that a run is the same each time. While a
transaction lasts, its items are taken, those that it only asks for too: another transaction with one of them is
cancelled, and a single write to one of them is refused. Reads are in nobody's way.
"""

import heapq
import random
import time
from collections.abc import Callable, Sequence
from itertools import count
from threading import Semaphore, Thread, current_thread
from typing import Any
from unittest.mock import patch

from constellation.aws import client as aws
from constellation.aws import retry
from tests.support.capacity import keys_written

TRANSACTION, CALL = 0.02, 0.005
"""Seconds that a transaction takes, and holds its items for, and any other call."""

_done, _slept = aws.attempt, time.sleep


class _Caller(Thread):
    """A function under way: it stops before each call, and where it would sleep, until its time has come."""

    def __init__(self, doing: Callable[[], Any], start: float, stopped: Semaphore) -> None:
        super().__init__()
        self.wakes = start
        self.is_done = False
        self.result: Any = None
        self.fault: BaseException | None = None
        self._doing, self._stopped, self._on = doing, stopped, Semaphore(0)

    def let_on(self) -> None:
        self._on.release()
        self._stopped.acquire()

    def wait(self, seconds: float) -> None:
        self.wakes += seconds
        self._stopped.release()
        self._on.acquire()

    def run(self) -> None:
        self._on.acquire()
        try:
            self.result = self._doing()
        except BaseException as fault:
            self.fault = fault
        finally:
            self.is_done = True
            self._stopped.release()


class Contention:
    """Who takes which item until when; ``refused`` counts the writes that met another one, ``lasted`` is the time."""

    def __init__(self) -> None:
        self.refused = 0
        self.lasted = 0.0
        self._taken: dict[tuple[str, ...], float] = {}

    def run(self, chance: random.Random, doings: Sequence[Callable[[], Any]], within: float = 0.0) -> list[Any]:
        """What the ``doings``, which begin ``within`` so many seconds, return."""
        stopped, order = Semaphore(0), count()
        callers = [_Caller(doing, chance.uniform(0, within), stopped) for doing in doings]
        waiting = [(caller.wakes, next(order), caller) for caller in callers]
        heapq.heapify(waiting)
        with (
            patch.object(aws, "attempt", self._attempt),
            patch.object(time, "sleep", _sleep),
            patch.object(retry, "RANDOM", chance),
        ):
            for caller in callers:
                caller.start()
            while waiting:
                _, _, caller = heapq.heappop(waiting)
                caller.let_on()
                self.lasted = max(self.lasted, caller.wakes)
                if not caller.is_done:
                    heapq.heappush(waiting, (caller.wakes, next(order), caller))
        for caller in callers:
            caller.join()
            if caller.fault:
                raise caller.fault
        return [caller.result for caller in callers]

    def _attempt(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Do what ``aws.client.attempt`` does, a while later, unless another write is in the way."""
        caller = current_thread()
        if not isinstance(caller, _Caller):
            return _done(service, operation, **parameters)
        caller.wait(CALL)
        name = operation.title().replace("_", "")
        if name in _WRITES:
            keys = [(table, key["pk"]["S"], key["sk"]["S"]) for table, key in keys_written(name, parameters)]
            met = tuple(self._taken.get(key, 0.0) > caller.wakes for key in keys)
            if any(met):
                self.refused += 1
                raise retry.Contended(met)
            if name == "TransactWriteItems":
                self._taken |= dict.fromkeys(keys, caller.wakes + TRANSACTION)
                caller.wakes += TRANSACTION
        return _done(service, operation, **parameters)


_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


def _sleep(seconds: float) -> None:
    caller = current_thread()
    if isinstance(caller, _Caller):
        caller.wait(seconds)
    else:  # a thread of the engine's
        _slept(seconds)
