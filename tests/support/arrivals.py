"""Files that come by S3, in tests: posted or dropped, told of, taken in; and all that is kept, taken and put back."""

import pickle
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

from moto.s3.models import s3_backends

from constellation.aws import client as aws
from constellation.aws.queue import Queue
from constellation.aws.resources import ARRIVALS, BUCKETS, FIRMWARE, INCOMING, QUEUES
from constellation.runtime.request import Caller
from tests.bench.engine import Engine
from tests.support.spaces import ask
from tests.support.world import ACCOUNT, World, load, lying_messages, queue_event

Location = tuple[str, ...]
"""Where something is kept: the name of a table or bucket, and its key there."""


def begun(world: World, caller: Caller, **body: Any) -> str:
    """The id of a new upload whose file has not come."""
    answer = ask(world, "create_upload", caller, body)
    assert answer.status == 201, answer.body
    return answer.json["id"]


def posted(upload_id: str, data: bytes) -> None:
    """Let the file of an upload come."""
    put(f"incoming/{upload_id}", data)


def put(key: str, data: bytes) -> None:
    """Put an object into the bucket ``incoming``, which tells its queue of it."""
    aws.call("s3", "put_object", Bucket=INCOMING.physical_name, Key=key, Body=data)


def hidden(key: str) -> None:
    """Delete an object as whoever does not name a version: its versions stay."""
    aws.call("s3", "delete_object", Bucket=INCOMING.physical_name, Key=key)


def tell(content: Any) -> None:
    """Put a message of what has come into its queue."""
    Queue(ARRIVALS).send(content)


def forget_first() -> None:
    """Let the queue be without the message that has lain in it longest."""
    lying_messages(ARRIVALS).pop(0)


def take_in(world: World, content: Any) -> bool:
    """Let the function have a message; whether it is done with it. Nobody looks whether its calls are granted."""
    consumer: Any = load("ingest_upload")
    answer = consumer(queue_event(ARRIVALS, {"message": content}), None, now=world.now)
    return not answer["batchItemFailures"]


def reconcile(world: World) -> dict[str, int]:
    """The report of a run that finds something to do, by what it has healed."""
    report = world.invoke("reconcile", {})
    return {name: healed for name, healed in report.items() if healed}


@contextmanager
def s3_by_its_clock(world: World) -> Generator[None]:
    """Objects that are put inside are as old as the world's clock says, each a moment younger than that before."""
    moments = count()

    def now() -> datetime:
        return world.now.replace(tzinfo=None) + timedelta(milliseconds=next(moments))

    with patch("moto.s3.models.utcnow", now):
        yield


def keep(world: World, engine: Engine) -> Callable[[], None]:
    """What brings back the state as of now and the time, as often as it is called."""
    restore_tables, now = engine.keep(), world.now
    messages = {queue: list(lying_messages(queue)) for queue in QUEUES}
    objects = {bucket: {key: pickle.dumps(versions) for key, versions in _versions(bucket)} for bucket in BUCKETS}

    def restore() -> None:
        restore_tables()
        for bucket, kept in objects.items():
            there = _keys(bucket)
            for key in list(there):
                there.setlist(key, [])
                there.pop(key)
            for key, versions in kept.items():
                there.setlist(key, pickle.loads(versions))
        for queue, lying in messages.items():
            lying_messages(queue)[:] = lying
        world.now = now

    return restore


def state(engine: Engine) -> dict[Location, Any]:
    """All that is in tables and buckets, but for what the objects of binaries are called, which is up to chance."""
    found: dict[Location, Any] = dict(engine.items())
    for bucket in BUCKETS:
        for key, versions in _versions(bucket):
            if hasattr(versions[-1], "value"):
                found[bucket.name, key] = versions[-1].value
    for place, item in list(found.items()):
        if place[0] == FIRMWARE.name and "binaryKey" in item:
            key = item["binaryKey"]["S"]
            found[place] = {**item, "binaryKey": {"S": "its own"}}
            found["binaries", place[1]] = found.pop(("binaries", key), None)
    return found


def differences(one: dict[Location, Any], other: dict[Location, Any]) -> dict[Location, tuple[Any, Any]]:
    """Where two states differ, and what is there in each."""
    places = one.keys() | other.keys()
    return {place: (one.get(place), other.get(place)) for place in places if one.get(place) != other.get(place)}


def _versions(bucket: Any) -> list[tuple[str, list[Any]]]:
    return [(key, versions) for key, versions in _keys(bucket).lists() if versions]


def _keys(bucket: Any) -> Any:
    backend: Any = s3_backends[ACCOUNT]["aws"]
    return backend.buckets[bucket.physical_name].keys
