"""Run the engine: ministack in this process, with its state saved while it runs. It ends with its launcher.

``infra.local.process`` starts it, and configures it by its environment.
"""

import asyncio
import contextlib
import copy
import functools
import importlib
import json
import logging
import marshal
import os
import re
import secrets
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvloop

from infra.local import fast_json
from infra.local.apigateway import complete_api_gateway
from infra.local.checks import reserve
from infra.local.cloudfront import complete_cloudfront, read_distributions_once
from infra.local.front import Front
from infra.local.functions import FunctionProcess, start_fork_server
from infra.local.keeper import Keeper, save_without_copying
from infra.local.ministack_internals import (
    app,
    cloudformation,
    cloudformation_engine,
    cloudfront,
    dynamodb,
    iam_actions,
    lambda_runtime,
    logs,
    provisioners,
    responses,
)
from infra.local.ordered_tables import keep_tables_in_order
from infra.local.origin import ask_own_api_directly
from infra.local.serving import serve_fast

SAVE_SECONDS = 3
"""Seconds between saves of changed tables; ``kill -9`` loses no more than this and the time of saving."""

LOG_STREAMS = 1000
"""Log streams kept for each function; the engine itself would keep all, in memory and on disk."""

INVALIDATIONS = 10_000
"""Invalidations that the engine keeps; the edge asks for new ones long before so many have come."""

EXPRESSIONS = 1000
"""Parsed DynamoDB expressions that the engine caches; the product has a few dozen."""

IDLE_SECONDS = 300
"""How long the process of a function stays without work."""

_WHOLE = re.compile(r"#?\w+")
"""A path in a projection that names a whole attribute, not a part of one."""

logger = logging.getLogger("engine")


def forget_stream_positions(state: Path) -> None:
    """Drop saved stream positions: streams begin anew with the engine, so it would never reach them."""
    with _saved(state / "lambda.json") as content:
        content.pop("dynamodb_stream_positions", None)


def release_messages(state: Path) -> None:
    """Make messages that were being processed available at once, because nobody processes them any more."""
    with _saved(state / "sqs.json") as content:
        for queue in content.get("queues", {}).get("data", {}).values():
            for message in queue["messages"]:
                if message["receive_count"] > 0:
                    message["visible_at"] = 0


@contextlib.contextmanager
def _saved(file: Path) -> Generator[dict[str, Any]]:
    """Give the saved state of a service to be changed, or an empty one."""
    content = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    yield content["payload"] if content else {}
    if content:
        fresh = file.with_suffix(".fresh")
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.replace(file)


def remember_expressions() -> None:
    """Make the engine parse each expression once; it would parse the condition of a query for every item."""
    for read in ("tokenize", "condition_syntax_error"):
        setattr(dynamodb, read, functools.lru_cache(EXPRESSIONS)(getattr(dynamodb, read)))
    dynamodb.project_item = _projecting(dynamodb.project_item)


def _projecting(project: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that does what ``project`` does, but parses a projection of whole attributes only once."""

    @functools.lru_cache(EXPRESSIONS)
    def attributes(expression: str, names: tuple[tuple[str, str], ...]) -> list[str] | None:
        project({}, expression, dict(names))  # raises what is wrong
        wanted = [name.strip() for name in expression.split(",")]
        return [dict(names).get(name, name) for name in wanted] if all(map(_WHOLE.fullmatch, wanted)) else None

    def projected(item: Mapping[str, Any], expression: str, names: Mapping[str, str] | None) -> Any:
        wanted = attributes(expression, tuple((names or {}).items())) if expression else None
        if wanted is None:
            return project(item, expression, names)
        return {name: item[name] for name in wanted if name in item}

    return projected


def copy_items_in_c() -> None:
    """Make the engine copy an item in a tenth of the time; it copies each one up to five times in a transaction."""
    dynamodb.copy = SimpleNamespace(deepcopy=_copied)


def _copied(value: Any) -> Any:
    try:
        return marshal.loads(marshal.dumps(value))  # noqa: S302 - it has written them itself
    except ValueError:  # more than the plain lists, dictionaries, texts and numbers of an item
        return copy.deepcopy(value)


def use_fast_json() -> None:
    """Make the engine read and write items as JSON in a third of the time."""
    dynamodb.json = responses.json = fast_json


def judge_batches_as_sends() -> None:
    """Make SendMessageBatch need the right SendMessage, as on AWS; the engine asks for a right that IAM lacks."""
    named = iam_actions.action_from_target

    def judged(headers: Mapping[str, str]) -> str | None:
        name: str | None = named(headers)
        return "SendMessage" if name == "SendMessageBatch" else name

    iam_actions.action_from_target = judged


def make_secrets_of_the_systems_randomness() -> None:
    """Make generated secrets unpredictable; the engine generates them like names that everybody sees.

    A secret has ``PasswordLength`` bytes, written in hexadecimal. Other options are ignored.
    """
    declared = provisioners.sm_secret_string

    def made(properties: Mapping[str, Any]) -> str:
        asked: Mapping[str, Any] | None = properties.get("GenerateSecretString")
        return declared(properties) if asked is None else secrets.token_hex(asked["PasswordLength"])

    provisioners.sm_secret_string = made


def take_alarms_of_sums() -> None:
    """Make the engine accept an alarm on several metrics, which it does not support, as one on the first metric."""
    recorded = provisioners.cw_metric_alarm_record

    def record(name: str, properties: Mapping[str, Any]) -> Any:
        metrics = [each["MetricStat"]["Metric"] for each in properties.get("Metrics", ()) if "MetricStat" in each]
        rest = {key: value for key, value in properties.items() if key != "Metrics"}
        return recorded(name, rest | metrics[0] if metrics else properties)

    provisioners.cw_metric_alarm_record = record


def keep_attributes_in_nested_stacks() -> None:
    """Make an update of a nested stack keep the attributes of unchanged resources.

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
            attributes = resources.get(logical_id or "", {}).get("Attributes")
        return update(kind, physical_id, old, new, stack, logical_id, attributes)

    provisioners.update_resource = updated


def resolve_references_in_nested_stacks() -> None:
    """Make the engine put secrets into resources of nested stacks that refer to them; it does so in a root stack only.

    A function would get the text of the reference, which everybody can know, for the secret.
    """
    provision, update = provisioners.provision_resource, provisioners.update_resource

    def provisioned(kind: str, logical_id: str, properties: Mapping[str, Any], stack: str) -> Any:
        return provision(kind, logical_id, _resolved(properties), stack)

    def updated(
        kind: str, physical_id: str, old: Mapping[str, Any], new: Mapping[str, Any], *rest: Any, **named: Any
    ) -> Any:
        return update(kind, physical_id, _resolved(old), _resolved(new), *rest, **named)

    provisioners.provision_resource, provisioners.update_resource = provisioned, updated


def _resolved(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    resolved, _ = cloudformation_engine.resolve_dynamic_references(properties)
    return resolved


def fork_functions() -> None:
    """Make the engine fork the processes of functions instead of starting an interpreter for each."""

    def started(command: Sequence[str], **how: Any) -> Any:
        return (FunctionProcess if command[0] == sys.executable else subprocess.Popen)(command, **how)

    lambda_runtime.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": started})


def end_idle_workers(idle_seconds: float) -> None:
    """End processes of functions without work for so long; the engine would keep one of each function forever."""
    idle: list[Any] = []
    with lambda_runtime.lock:
        for workers in lambda_runtime.workers.values():
            spare = [w for w in workers if not w.in_use and time.time() - w.last_used > idle_seconds]
            workers[:] = [w for w in workers if w not in spare]
            idle += spare
    lambda_runtime.kill_workers(idle)


def drop_old_logs(keep: int) -> None:
    """Keep the logs of the last invocations of each function; the engine makes one log stream for each."""
    for _, group in logs.log_groups.all_items():
        streams: dict[str, Any] = group["streams"]
        for name in list(streams)[:-keep]:
            streams.pop(name, None)


def drop_old_invalidations(keep: int) -> None:
    """Keep only the last invalidations of the CDN."""
    for batches in cloudfront.invalidations.to_dict().values():
        del batches[:-keep]


async def housekeeping(keeper: Keeper, stop: asyncio.Event, launcher: int) -> None:
    """Save the tables, bound what grows, and stop when the process ``launcher`` is gone."""
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


async def _serve(port: int, launcher: int) -> None:
    keeper = Keeper(app)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    keeping = asyncio.create_task(housekeeping(keeper, stop, launcher))

    async def stopped() -> None:
        await stop.wait()
        keeping.cancel()
        await keeper.finish()  # the engine saves when it ends, and an older save must not overlap

    application: Any = Front(app, keeper, port)
    await serve_fast(application, reserve(port), stopped)


def main() -> None:
    """Serve until SIGTERM or until the launcher is gone, whose id is the argument; then save everything."""
    warnings.filterwarnings("ignore", "This process .* is multi-threaded, use of fork", DeprecationWarning)
    forget_stream_positions(Path(os.environ["STATE_DIR"]))
    release_messages(Path(os.environ["STATE_DIR"]))
    start_fork_server()
    os.environ["LOG_LEVEL"] = "WARNING"
    importlib.import_module(app.module)
    del os.environ["LOG_LEVEL"]  # the functions would inherit it, and their log lines are what the engine waits for
    keep_tables_in_order()
    save_without_copying()
    remember_expressions()
    copy_items_in_c()
    use_fast_json()
    fork_functions()
    judge_batches_as_sends()
    make_secrets_of_the_systems_randomness()
    take_alarms_of_sums()
    keep_attributes_in_nested_stacks()
    resolve_references_in_nested_stacks()
    complete_api_gateway()
    complete_cloudfront()
    read_distributions_once()
    ask_own_api_directly(int(os.environ["GATEWAY_PORT"]))
    uvloop.run(_serve(int(os.environ["GATEWAY_PORT"]), int(sys.argv[1])))
