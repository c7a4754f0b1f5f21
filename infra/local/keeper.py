"""Save the engine's state while it runs; the engine itself saves only when it ends."""

import asyncio
import gc
import json
import logging
import os
import signal
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, TextIO

from infra.local.ministack_internals import dynamodb, persistence, seeing

SAVE_SECONDS_AT_MOST = 600
"""Seconds after which the saving of everything has failed."""

_WITH_TABLES = {"dynamodb", "sqs"}
"""Services that are saved together: tables record work, and messages in queues cause it to be done."""


def save_without_copying() -> None:
    """Make a save take a seventh of the time: the engine would copy all items, and encode them in Python.

    Nothing changes during a save. It happens in a copy of the process, or when the engine has ended its work.
    """
    dynamodb.get_state = seeing(dynamodb.get_state, copy=SimpleNamespace(deepcopy=_itself))
    persistence.json = SimpleNamespace(**{**vars(json), "dump": _dump})


def _itself(state: Any) -> Any:
    return state


def _dump(content: Any, file: TextIO, default: Callable[[Any], Any]) -> None:
    file.write(json.dumps(content, default=default))  # in C, as json.dump is not


class Keeper:
    """Writes the engine's state to disk from a forked copy of the process.

    The copy is a snapshot between two requests. The engine keeps answering while the copy is written, however large the
    tables are.
    """

    def __init__(self, ministack: Any) -> None:
        self._ministack = ministack
        self._one_at_a_time = asyncio.Lock()
        self.tables_written = False

    async def save_tables(self) -> None:
        """Save tables and queues if a request has written to the tables since the last save."""
        if self.tables_written:
            self.tables_written = False
            services: Mapping[str, Any] = self._ministack.build_persistence_save_dict()
            if not await self._save({name: services[name] for name in _WITH_TABLES & services.keys()}):
                self.tables_written = True

    async def save_all(self) -> bool:
        """Save the state of every service; return whether that succeeded."""
        return await self._save(self._ministack.build_persistence_save_dict())

    async def finish(self) -> None:
        """Wait for a save in progress."""
        async with self._one_at_a_time:
            pass

    async def _save(self, services: Mapping[str, Any]) -> bool:
        async with self._one_at_a_time:
            child = os.fork()
            if child == 0:
                self._write_and_exit(services)
            _, status = await asyncio.to_thread(os.waitpid, child, 0)
            return status == 0

    def _write_and_exit(self, services: Mapping[str, Any]) -> None:
        """Write the state in the forked copy, without the signal handlers and open files of the engine."""
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            signal.alarm(SAVE_SECONDS_AT_MOST)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            gc.disable()
            os.nice(10)  # requests come first
            faults = _Faults(logging.ERROR)
            logging.getLogger("persistence").addHandler(faults)
            persistence.save_all(services)
            os._exit(faults.count)
        except BaseException:
            os._exit(1)


class _Faults(logging.Handler):
    """Notes what the engine only logs: a service whose state could not be written."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.count = 1
