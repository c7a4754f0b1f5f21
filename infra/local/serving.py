"""Serve an ASGI application over HTTP: the edge as a CDN does, and the engine with the least CPU time."""

import asyncio
import contextlib
import importlib
import logging
import socket
from collections.abc import Awaitable, Callable, Generator, Mapping, MutableMapping
from typing import Any

import uvicorn
from hypercorn.config import Config

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 2
"""How long open requests may take to finish when the server stops."""


async def serve(application: Any, listener: socket.socket, stopped: Callable[[], Awaitable[None]]) -> None:
    """Serve everybody on a bound socket until ``stopped`` returns; then finish open requests."""
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.include_server_header = False
    config.keep_alive_timeout = KEEP_ALIVE_SECONDS
    config.graceful_timeout = GRACE_SECONDS
    config.errorlog = logging.getLogger("serving")
    hypercorn: Any = importlib.import_module("hypercorn.asyncio")
    await hypercorn.serve(application, config, shutdown_trigger=stopped)


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to the process that serves."""
        yield


async def serve_fast(application: Any, listener: socket.socket, stopped: Callable[[], Awaitable[None]]) -> None:
    """Serve as ``serve`` does, on the loop of uvloop with a third of its CPU time.

    It is for callers on this machine: the head of a request has no limit. Header names are in lower case. Exits if the
    application cannot start, and raises RuntimeError if it fails at its end.
    """
    server = _Server(
        uvicorn.Config(
            application,
            http="httptools",
            lifespan="on",  # else a fault in it would pass for a lack of it
            ws="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )

    async def stop() -> None:
        try:
            await stopped()
        finally:
            server.should_exit = True

    stopping = asyncio.create_task(stop())
    with listener:
        await server.serve([listener])
    if server.lifespan.should_exit:
        raise RuntimeError("The application has failed at its end; the log says why.")
    if stopping.done():
        stopping.result()  # raises what it raised
    else:
        stopping.cancel()
