"""The engine's process: ministack in this interpreter, its state kept on disk while it runs, gone with its launcher.

``python -m infra.local.engine``, configured by the environment that ``infra.local.process`` gives it.
"""

import asyncio
import contextlib
import functools
import importlib
import json
import logging
import os
import secrets
import signal
import time
import warnings
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from infra.local.apigateway import complete_api_gateway
from infra.local.checks import reserve
from infra.local.cloudfront import complete_cloudfront
from infra.local.front import Front
from infra.local.keeper import Keeper
from infra.local.ministack_internals import (
    app,
    cloudformation,
    cloudfront,
    dynamodb,
    iam_actions,
    lambda_runtime,
    logs,
    provisioners,
)
from infra.local.serving import serve

SAVE_SECONDS = 3
"""How often tables that were written to are saved; ``kill -9`` costs no more than this and the saving itself."""

LOG_STREAMS = 1000
"""Invocations of one function whose log the engine keeps; it would keep all, in memory and on disk."""

INVALIDATIONS = 10_000
"""Invalidations of the CDN that the engine remembers; the edge asks for new ones more often than so many come."""

EXPRESSIONS = 1000
"""Conditions and updates of DynamoDB that the engine remembers to have read; the product has some dozens."""

IDLE_SECONDS = 300
"""A function's process without work is ended after so long."""

logger = logging.getLogger("engine")


def forget_stream_positions(state: Path) -> None:
    """Drop where event sources stood in the streams: streams begin anew with the engine, old positions never come."""
    with _saved(state / "lambda.json") as content:
        content.pop("dynamodb_stream_positions", None)


def release_messages(state: Path) -> None:
    """Let messages that functions were working on be taken again at once: nobody works on them any more."""
    with _saved(state / "sqs.json") as content:
        for queue in content.get("queues", {}).get("data", {}).values():
            for message in queue["messages"]:
                if message["receive_count"] > 0:
                    message["visible_at"] = 0


@contextlib.contextmanager
def _saved(file: Path) -> Generator[dict[str, Any]]:
    """What a service has saved, to be changed; empty where it has not."""
    content = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    yield content["payload"] if content else {}
    if content:
        fresh = file.with_suffix(".fresh")
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.replace(file)


def remember_expressions() -> None:
    """Have the engine read an expression once; by itself it reads a query's condition anew for each item."""
    for read in ("tokenize", "condition_syntax_error"):
        setattr(dynamodb, read, functools.lru_cache(EXPRESSIONS)(getattr(dynamodb, read)))


def judge_batches_as_sends() -> None:
    """Have a batch of messages take the right to send one, as on AWS; the engine asks for a right that IAM has not."""
    named = iam_actions.action_from_target

    def judged(headers: Mapping[str, str]) -> str | None:
        name: str | None = named(headers)
        return "SendMessage" if name == "SendMessageBatch" else name

    iam_actions.action_from_target = judged


def make_secrets_of_the_systems_randomness() -> None:
    """Have what CloudFormation generates be unforeseeable; the engine makes it as it makes names that everybody sees.

    ``PasswordLength`` are its bytes, written in hexadecimal; nothing else that can be asked for is heard.
    """
    declared = provisioners.sm_secret_string

    def made(properties: Mapping[str, Any]) -> str:
        asked: Mapping[str, Any] | None = properties.get("GenerateSecretString")
        return declared(properties) if asked is None else secrets.token_hex(asked["PasswordLength"])

    provisioners.sm_secret_string = made


def take_alarms_of_sums() -> None:
    """Have the engine take an alarm of several metrics, which it does not know, for one of the first of them."""
    recorded = provisioners.cw_metric_alarm_record

    def record(name: str, properties: Mapping[str, Any]) -> Any:
        metrics = [each["MetricStat"]["Metric"] for each in properties.get("Metrics", ()) if "MetricStat" in each]
        rest = {key: value for key, value in properties.items() if key != "Metrics"}
        return recorded(name, rest | metrics[0] if metrics else properties)

    provisioners.cw_metric_alarm_record = record


def keep_attributes_in_nested_stacks() -> None:
    """Have an update of a nested stack keep what its unchanged resources are referred to by.

    The engine does so for a root stack only. In a nested stack it forgets the ARN of a role that stays as it is, and
    the update of the function with that role fails.
    """
    update = provisioners.update_resource

    def updated(
        kind: str,
        physical_id: str,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        stack: str,
        logical_id: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> Any:
        if attributes is None:
            resources: Mapping[str, Any] = cloudformation.stacks.get(stack, {}).get("_resources", {})
            attributes = resources.get(f"{logical_id}", {}).get("Attributes")
        return update(kind, physical_id, old, new, stack, logical_id, attributes)

    provisioners.update_resource = updated


def end_idle_workers(idle_seconds: float) -> None:
    """End the functions' processes that had no work for so long; the engine itself keeps one of each for ever."""
    idle: list[Any] = []
    with lambda_runtime.lock:
        for workers in lambda_runtime.workers.values():
            spare = [w for w in workers if not w.in_use and time.time() - w.last_used > idle_seconds]
            workers[:] = [w for w in workers if w not in spare]
            idle += spare
    lambda_runtime.kill_workers(idle)


def drop_old_logs(keep: int) -> None:
    """Of each function keep the logs of its last invocations; the engine makes a log stream of each."""
    for _, group in logs.log_groups.all_items():
        streams: dict[str, Any] = group["streams"]
        for name in list(streams)[:-keep]:
            streams.pop(name, None)


def drop_old_invalidations(keep: int) -> None:
    """Keep the last invalidations of the CDN."""
    for batches in cloudfront.invalidations.to_dict().values():
        del batches[:-keep]


async def housekeeping(keeper: Keeper, stop: asyncio.Event) -> None:
    """Save the tables, bound what grows, and stop with the launcher: an orphan would run for ever."""
    launcher = os.getppid()
    while True:
        for _ in range(SAVE_SECONDS):
            await asyncio.sleep(1)
            if os.getppid() != launcher:
                stop.set()
        try:
            await keeper.save_tables()
            drop_old_logs(LOG_STREAMS)
            drop_old_invalidations(INVALIDATIONS)
            await asyncio.to_thread(end_idle_workers, IDLE_SECONDS)
        except Exception:
            logger.exception("the housekeeping failed and is tried again")


async def _serve(port: int) -> None:
    keeper = Keeper(app)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    keeping = asyncio.create_task(housekeeping(keeper, stop))

    async def stopped() -> None:
        await stop.wait()
        keeping.cancel()
        await keeper.finish()  # what the engine saves as it ends must not meet an older save

    application: Any = Front(app, keeper, port)
    await serve(application, reserve(port), stopped)


def main() -> None:
    """Serve until SIGTERM or until the launcher is gone, then save everything."""
    warnings.filterwarnings("ignore", "This process .* is multi-threaded, use of fork", DeprecationWarning)
    forget_stream_positions(Path(os.environ["STATE_DIR"]))
    release_messages(Path(os.environ["STATE_DIR"]))
    os.environ["LOG_LEVEL"] = "WARNING"
    importlib.import_module(app.module)
    del os.environ["LOG_LEVEL"]  # the functions would inherit it, and their log lines are what the engine waits for
    remember_expressions()
    judge_batches_as_sends()
    make_secrets_of_the_systems_randomness()
    take_alarms_of_sums()
    keep_attributes_in_nested_stacks()
    complete_api_gateway()
    complete_cloudfront()
    asyncio.run(_serve(int(os.environ["GATEWAY_PORT"])))


if __name__ == "__main__":
    main()
