"""Keeping the engine's state on disk while it runs; by itself it saves only when it ends."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Mapping
from typing import Any

from infra.local.ministack_internals import persistence

_WITH_TABLES = {"dynamodb", "sqs"}
"""What is saved together: what the tables say is to be done, and the messages that have it done."""


class Keeper:
    """Writes the engine's state to disk from a forked copy of the process.

    The copy is a snapshot taken between two requests, and the engine answers on while it is written, however
    large the tables are.
    """

    def __init__(self, ministack: Any) -> None:
        self._ministack = ministack
        self._one_at_a_time = asyncio.Lock()
        self.tables_written = False

    async def save_tables(self) -> None:
        """Save the tables, if a request has written to them since the last time, and the queues with them."""
        if self.tables_written:
            self.tables_written = False
            services: Mapping[str, Any] = self._ministack.build_persistence_save_dict()
            if not await self._save({name: services[name] for name in _WITH_TABLES & services.keys()}):
                self.tables_written = True

    async def save_all(self) -> bool:
        """Save every service's state; False if that failed."""
        return await self._save(self._ministack.build_persistence_save_dict())

    async def finish(self) -> None:
        """Wait for a save that is under way."""
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
        """In the copy: no signal handler, connection or worker's pipe of the engine may outlive it here."""
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            signal.alarm(60)
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
            gc.disable()
            faults = _Faults(logging.ERROR)
            logging.getLogger("persistence").addHandler(faults)
            persistence.save_all(services)
            os._exit(faults.count)
        except BaseException:
            os._exit(1)


class _Faults(logging.Handler):
    """Counts what the engine only logs: a service whose state could not be written."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.count = 1
