"""Files that come by S3, by calls of the functions; and the whole state, taken and restored."""

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
from tests.support.engine import Engine
from tests.support.spaces import ask
from tests.support.world import ACCOUNT, World, load, lying_messages, queue_event

Location = tuple[str, ...]
"""The name of a table or bucket, and a key in it."""


def begun(world: World, caller: Caller, **body: Any) -> str:
    """Make an upload whose file has not come, and return its id."""
    answer = ask(world, "create_upload", caller, body)
    assert answer.status == 201, answer.body
    return answer.json["id"]


def posted(upload_id: str, data: bytes) -> None:
    """Post the file of an upload."""
    put(f"incoming/{upload_id}", data)


def put(key: str, data: bytes) -> None:
    """Put an object into the bucket ``incoming``, which sends a message about it."""
    aws.call("s3", "put_object", Bucket=INCOMING.physical_name, Key=key, Body=data)


def hidden(key: str) -> None:
    """Delete an object without naming a version: its versions stay."""
    aws.call("s3", "delete_object", Bucket=INCOMING.physical_name, Key=key)


def tell(content: Any) -> None:
    """Send a message about something that has come."""
    Queue(ARRIVALS).send(content)


def forget_first() -> None:
    """Remove the oldest message from the queue."""
    lying_messages(ARRIVALS).pop(0)


def take_in(world: World, content: Any) -> bool:
    """Give the function a message, and return whether it is done with it. Its grants are not checked."""
    consumer: Any = load("ingest_upload")
    answer = consumer(queue_event(ARRIVALS, {"message": content}), None, now=world.now)
    return not answer["batchItemFailures"]


def reconcile(world: World) -> dict[str, int]:
    """Run the reconciliation and return the counts that are not zero."""
    report = world.invoke("reconcile", {})
    return {name: healed for name, healed in report.items() if healed}


@contextmanager
def s3_by_its_clock(world: World) -> Generator[None]:
    """Date the objects that are put inside by the world's clock, each a moment later than the one before."""
    moments = count()

    def now() -> datetime:
        return world.now.replace(tzinfo=None) + timedelta(milliseconds=next(moments))

    with patch("moto.s3.models.utcnow", now):
        yield


def keep(world: World, engine: Engine) -> Callable[[], None]:
    """Take the state and the time, and return a function that restores them, as often as it is called."""
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
    """Return everything in tables and buckets, without what is random: keys of binaries, versions of totals.

    Of a file with more images than are known, the first ones are known: only their number is returned.
    """
    found: dict[Location, Any] = dict(engine.items())
    for bucket in BUCKETS:
        for key, versions in _versions(bucket):
            if hasattr(versions[-1], "value"):
                found[bucket.name, key] = versions[-1].value
    for place, item in list(found.items()):
        if place[1].startswith("FILES#"):
            found[place] = {**item, "images": len(item["images"]["SS"])}
        if place[1].startswith("TAGS#"):
            found[place] = {name: value for name, value in item.items() if name != "version"}
        if place[0] == FIRMWARE.name and "binaryKey" in item:
            key = item["binaryKey"]["S"]
            found[place] = {**item, "binaryKey": {"S": "its own"}}
            found["binaries", place[1]] = found.pop(("binaries", key), None)
    return found


def differences(one: dict[Location, Any], other: dict[Location, Any]) -> dict[Location, tuple[Any, Any]]:
    """Return the locations where two states differ, with the content of each."""
    places = one.keys() | other.keys()
    return {place: (one.get(place), other.get(place)) for place in places if one.get(place) != other.get(place)}


def _versions(bucket: Any) -> list[tuple[str, list[Any]]]:
    return [(key, versions) for key, versions in _keys(bucket).lists() if versions]


def _keys(bucket: Any) -> Any:
    backend: Any = s3_backends[ACCOUNT]["aws"]
    return backend.buckets[bucket.physical_name].keys
