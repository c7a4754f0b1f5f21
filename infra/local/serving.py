"""Serve an ASGI application over HTTP, for the engine and for the edge."""

import importlib
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from hypercorn.config import Config

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


async def serve(application: Any, listener: socket.socket, stopped: Callable[[], Awaitable[None]]) -> None:
    """Serve ``application`` on a bound socket until ``stopped`` returns; then finish open requests within 2 s."""
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.include_server_header = False
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.errorlog = logging.getLogger("serving")
    hypercorn: Any = importlib.import_module("hypercorn.asyncio")
    await hypercorn.serve(application, config, shutdown_trigger=stopped)
