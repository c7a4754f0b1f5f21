"""Writes that conflict as they do in DynamoDB ("Transaction conflict handling", developer guide).

Many functions run at once by the clock of a virtual time. While a transaction lasts, it holds its items, also those
that it only checks: another transaction with one of them is cancelled, and a single write to one of them is refused.
Reads conflict with nothing.
"""

import random
import time
from collections.abc import Callable, Sequence
from itertools import count
from threading import current_thread
from typing import Any
from unittest.mock import patch

from constellation.aws import client as aws
from constellation.aws import retry
from tests.support.capacity import keys_written
from tests.support.scheduling import PausableThread, run_in_turns

TRANSACTION, CALL = 0.02, 0.005
"""Seconds that a transaction takes and holds its items, and that any other call takes."""

_done, _slept = aws.attempt, time.sleep


class _Caller(PausableThread):
    """A function under way. It pauses before each call, and where it would sleep, until its time has come."""

    def __init__(self, call: Callable[[], Any], start: float) -> None:
        super().__init__(call)
        self.wakes = start

    def wait(self, seconds: float) -> None:
        self.wakes += seconds
        self.pause()


class Contention:
    """Who holds which item until when. ``refused`` counts the writes that met another one, ``lasted`` is in seconds."""

    def __init__(self) -> None:
        self.refused = 0
        self.lasted = 0.0
        self._taken: dict[tuple[str, ...], float] = {}

    def run(self, chance: random.Random, calls: Sequence[Callable[[], Any]], within: float = 0.0) -> list[Any]:
        """Return what ``calls`` return, which begin at random within so many seconds."""
        callers = [_Caller(call, chance.uniform(0, within)) for call in calls]
        paused_at, moments = dict.fromkeys(callers, 0), count(1)

        def next_to_wake(under_way: list[_Caller]) -> _Caller:
            """Return the one that wakes first; of several, the one that has waited longest."""
            caller = min(under_way, key=lambda each: (each.wakes, paused_at[each]))
            paused_at[caller] = next(moments)
            return caller

        with (
            patch.object(aws, "attempt", self._attempt),
            patch.object(time, "sleep", _sleep),
            patch.object(retry, "RANDOM", chance),
        ):
            results = run_in_turns(callers, next_to_wake)
        self.lasted = max(caller.wakes for caller in callers)
        return results

    def _attempt(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Do what ``aws.client.attempt`` does, a while later; raise Contended if another write is in the way."""
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
    else:  # a thread of the engine
        _slept(seconds)
