"""Run the whole product on this machine until Ctrl-C: ``make run``."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from infra import CORE, ROOT
from infra.local import checks
from infra.local.access_log import AccessLog, bucket
from infra.local.behaviours import distribution
from infra.local.cache import Cache
from infra.local.checks import Refusal
from infra.local.children import run_module
from infra.local.edge import Edge
from infra.local.environment import isolated
from infra.local.invalidations import follow
from infra.local.places import LOOPBACK, REGION, Places
from infra.local.process import Engine, engine_port, secret_key
from infra.local.serving import serve
from infra.local.synthesis import synthesize

CACHE_BYTES = 1_000_000_000

LAST_TRIES = 3
"""How often the launcher tries to write the rest of the access log when it stops."""

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal asked the launcher to stop."""


def main() -> int:
    """Start everything, serve, and stop everything; return the exit status."""
    for number in _STOPPING:
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _stop)
    try:
        _run(
            checks.port_number(os.environ.get("PORT") or "8080"),
            Places(Path(os.environ.get("DATA_DIR") or ROOT / ".local").resolve()),
        )
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except Stopped:
        print("Constellation has stopped; its data stays.", flush=True)
    return 0


def _stop(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
    raise Stopped


def _run(port: int, places: Places) -> NoReturn:
    listener = checks.reserve(port)
    checks.put_node_on_path()
    with checks.data_folder(places.data) as lock:
        inner_port = engine_port(places)
        with _step("The template"):
            synthesize(places, inner_port)
        engine = Engine(places, inner_port, lock)
        try:
            with _step("The engine"):
                engine.await_ready()
            with _step("The stack"):
                outputs = _deploy(places, inner_port)
            _serve(listener, places, inner_port, outputs, engine)
        finally:
            _end(engine)


@contextlib.contextmanager
def _step(what: str) -> Generator[None]:
    """Print a step when it begins, and the time it took when it ends."""
    print(f"{what} …", flush=True)
    started = time.monotonic()
    yield
    print(f"{what}: {time.monotonic() - started:.1f} s", flush=True)


def _deploy(places: Places, inner_port: int) -> dict[str, str]:
    environment = isolated(
        places.data,
        AWS_SECRET_ACCESS_KEY=secret_key(places),
        AWS_DEFAULT_REGION=REGION,
        AWS_ENDPOINT_URL=f"http://{LOOPBACK}:{inner_port}",
        PYTHONPATH=str(CORE),
    )
    status, outputs, _ = run_module("infra.local.deployment", str(places.assembly), env=environment, stderr=None)
    if status != 0:
        raise Refusal(f"The stack could not be deployed; the engine's log is {places.engine_log}.")
    return json.loads(outputs)


def _serve(
    listener: socket.socket, places: Places, inner_port: int, outputs: Mapping[str, str], engine: Engine
) -> NoReturn:
    """Serve the edge until a signal arrives (raises Stopped) or the engine ends (raises Refusal)."""
    logging.basicConfig(filename=places.edge_log, filemode="w", level=logging.WARNING)
    template = json.loads(places.template.read_text(encoding="utf-8"))
    cache = Cache(places.cache, CACHE_BYTES)
    logs = bucket(inner_port, secret_key(places), outputs["LogsBucketName"])
    log = AccessLog(outputs["DistributionId"], logs)
    edge = Edge(outputs["DistributionDomainName"], inner_port, distribution(template), cache, log)

    async def serve_all() -> None:
        beside = [asyncio.create_task(work) for work in (follow(inner_port, cache.purge), log.keep_writing())]
        await _serve_until_stopped(edge, listener, engine)
        for task in beside:
            task.cancel()
        await asyncio.wait(beside)
        await _finish(log, engine)

    asyncio.run(serve_all())
    if not engine.alive():
        raise Refusal(f"The engine has ended unexpectedly; its log is {places.engine_log}. Start again with: make run")
    raise Stopped


async def _serve_until_stopped(edge: Edge, listener: socket.socket, engine: Engine) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _STOPPING:
        if signal.getsignal(number) is _stop:
            loop.add_signal_handler(number, stop.set)

    async def stopped() -> None:
        while not stop.is_set() and engine.alive():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.5)

    async def announce(port: int) -> None:
        _, connection = await asyncio.open_connection(LOOPBACK, port)
        connection.close()
        print(f"Constellation is ready at http://{LOOPBACK}:{port}", flush=True)

    port: int = listener.getsockname()[1]
    listener.listen()
    ready = asyncio.create_task(announce(port))
    await serve(edge, listener, stopped)
    await ready


async def _finish(log: AccessLog, engine: Engine) -> None:
    """Write the rest of the access log while the engine still runs."""
    for _ in range(LAST_TRIES):
        if not engine.alive() or await log.write():
            return
        await asyncio.sleep(0.5)


def _end(engine: Engine) -> None:
    """Stop the engine, which saves its state. A second signal kills it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    if engine.alive():
        print("Stopping …", flush=True)
    try:
        engine.stop()
    except Stopped:
        engine.kill()


if __name__ == "__main__":
    sys.exit(main())
