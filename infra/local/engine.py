"""The engine's process: ministack in this interpreter, its state kept on disk while it runs, gone with its launcher.

``python -m infra.local.engine``, configured by the environment that ``infra.local.process`` gives it.
"""

import asyncio
import gc
import importlib
import json
import logging
import os
import signal
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from infra.local.checks import reserve
from infra.local.serving import serve

SAVE_PATH = "/_constellation/save"
"""A request to it is answered 204 once everything the engine holds is on disk."""

SAVE_SECONDS = 3
"""How often tables that were written to are saved; ``kill -9`` costs no more than this and the saving itself."""

LOG_STREAMS = 1000
"""Invocations of one function whose log the engine keeps; it would keep all, in memory and on disk."""

IDLE_SECONDS = 300
"""A function's process without work is ended after so long."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

_TABLE_WRITES = tuple(
    f"DynamoDB_20120810.{operation}".encode()
    for operation in (
        "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", "ExecuteStatement",
        "BatchExecuteStatement", "ExecuteTransaction",
    )
)  # fmt: skip


class Keeper:
    """Writes the engine's state to disk from a forked copy of the process.

    The copy is a snapshot taken between two requests, and the engine answers on while it is written, however
    large the tables are.
    """

    def __init__(self, ministack: Any) -> None:
        self._ministack = ministack
        self._persistence: Any = importlib.import_module("ministack.core.persistence")
        self._one_at_a_time = asyncio.Lock()
        self.tables_written = False

    async def save_tables(self) -> None:
        """Save the tables, if a request has written to them since the last time."""
        if self.tables_written:
            self.tables_written = False
            services: Mapping[str, Any] = self._ministack._build_persistence_save_dict()
            if not await self._save({"dynamodb": services["dynamodb"]}):
                self.tables_written = True

    async def save_all(self) -> bool:
        """Save every service's state; False if that failed."""
        return await self._save(self._ministack._build_persistence_save_dict())

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
            self._persistence.save_all(services)
            os._exit(faults.count)
        except BaseException:
            os._exit(1)


class _Faults(logging.Handler):
    """Counts what the engine only logs: a service whose state could not be written."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.count = 1


class Front:
    """Before the engine's own application: the CDN's viewers, the keeper's request, and a note of what is written.

    What comes from outside goes straight to the emulated distribution, and from there to the emulated API. The
    engine's general routing would first look for paths of its own (``/login`` is a Cognito page to it, ``/health``
    its health) and let AWS credentials in a header or a query choose the account.
    """

    def __init__(self, ministack: Any, keeper: Keeper) -> None:
        self._ministack = ministack
        self._keeper = keeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        if scope["type"] != "http":
            await self._ministack.app(scope, receive, send)
            return
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        if any(name == b"host" and value.endswith(b".cloudfront.net") for name, value in headers):
            await self._answer(scope, receive, send, self._view)
        elif scope["path"].startswith("/_aws/execute-api/"):
            await self._answer(scope, receive, send, self._execute)
        elif scope["path"] == SAVE_PATH:
            await send({"type": "http.response.start", "status": 204 if await self._keeper.save_all() else 500})
            await send({"type": "http.response.body", "body": b""})
        else:
            scope["scheme"] = "https"  # the loopback stands for TLS, which the buckets' policies demand
            await self._ministack.app(scope, receive, send)
            if any(name == b"x-amz-target" and value in _TABLE_WRITES for name, value in headers):
                self._keeper.tables_written = True

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, handle: Callable[[Scope, dict[str, str], bytes], Any]
    ) -> None:
        chunks: list[bytes] = []
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunks.append(message.get("body", b""))
            more = message.get("more_body", False)
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            separator = "; " if key == "cookie" else ", "
            headers[key] = f"{headers[key]}{separator}{text}" if key in headers else text
        answer = await handle(scope, headers, b"".join(chunks))
        if answer is None:
            answer = 404, {"Content-Type": "application/json"}, b'{"message": "Not Found"}'
        status, answer_headers, body = answer
        await self._ministack._send_response(send, status, dict(answer_headers), body, head=scope["method"] == "HEAD")

    async def _view(self, scope: Scope, headers: dict[str, str], body: bytes) -> Any:
        query = scope["query_string"].decode("latin-1")
        return await self._ministack._handle_cloudfront_dataplane_request(
            headers["host"],
            scope["path"],
            scope["raw_path"].decode("latin-1"),
            query,
            scope["method"],
            headers,
            body,
            parse_qs(query, keep_blank_values=True),
            scope["client"][0],
        )

    async def _execute(self, scope: Scope, headers: dict[str, str], body: bytes) -> Any:
        query = scope["query_string"].decode("latin-1")
        return await self._ministack._handle_execute_api_request(
            headers["host"],
            scope["path"],
            scope["method"],
            headers,
            body,
            parse_qs(query, keep_blank_values=True),
            raw_path=scope["raw_path"].decode("latin-1"),
            raw_query_string=query,
        )


def forget_stream_positions(state: Path) -> None:
    """Drop where event sources stood in the streams: streams begin anew with the engine, old positions never come."""
    saved = state / "lambda.json"
    if saved.exists():
        content = json.loads(saved.read_text(encoding="utf-8"))
        if content["payload"].pop("dynamodb_stream_positions", None):
            fresh = saved.with_suffix(".fresh")
            fresh.write_text(json.dumps(content), encoding="utf-8")
            fresh.replace(saved)


def end_idle_workers(idle_seconds: float) -> None:
    """End the functions' processes that had no work for so long; the engine itself keeps one of each for ever."""
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    idle: list[Any] = []
    with runtime._lock:
        for workers in runtime._workers.values():
            spare = [w for w in workers if not w.in_use and time.time() - w.last_used > idle_seconds]
            workers[:] = [w for w in workers if w not in spare]
            idle += spare
    runtime.kill_workers(idle)


def drop_old_logs(keep: int) -> None:
    """Of each function keep the logs of its last invocations; the engine makes a log stream of each."""
    logs: Any = importlib.import_module("ministack.services.cloudwatch_logs")
    for _, group in logs._log_groups.all_items():
        streams: dict[str, Any] = group["streams"]
        for name in list(streams)[:-keep]:
            streams.pop(name, None)


async def _housekeeping(keeper: Keeper, stop: asyncio.Event) -> None:
    """Save the tables, bound what grows, and stop with the launcher: an orphan would run for ever."""
    launcher = os.getppid()
    while True:
        for _ in range(SAVE_SECONDS):
            await asyncio.sleep(1)
            if os.getppid() != launcher:
                stop.set()
        await keeper.save_tables()
        drop_old_logs(LOG_STREAMS)
        await asyncio.to_thread(end_idle_workers, IDLE_SECONDS)


async def _serve(ministack: Any, port: int) -> None:
    keeper = Keeper(ministack)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    housekeeping = asyncio.create_task(_housekeeping(keeper, stop))

    async def stopped() -> None:
        await stop.wait()
        housekeeping.cancel()
        await keeper.finish()  # what the engine saves as it ends must not meet an older save

    application: Any = Front(ministack, keeper)
    await serve(application, reserve(port), stopped)


def main() -> None:
    """Serve until SIGTERM or until the launcher is gone, then save everything."""
    warnings.filterwarnings("ignore", "This process .* is multi-threaded, use of fork", DeprecationWarning)
    forget_stream_positions(Path(os.environ["STATE_DIR"]))
    os.environ["LOG_LEVEL"] = "WARNING"
    ministack = importlib.import_module("ministack.app")
    del os.environ["LOG_LEVEL"]  # the functions would inherit it, and their log lines are what the engine waits for
    asyncio.run(_serve(ministack, int(os.environ["GATEWAY_PORT"])))


if __name__ == "__main__":
    main()
