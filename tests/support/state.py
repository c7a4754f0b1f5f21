"""The state of a world in tables, buckets and queues: taken quickly, compared and restored."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from operator import is_
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import FakeKey, s3_backends

from constellation.aws import client as aws
from constellation.aws.resources import BUCKETS, QUEUES, TABLES
from tests.support.world import ACCOUNT, REGION, lying_messages

Location = tuple[str, ...]
"""The name of a table, bucket or queue, and a key in it."""


@dataclass(frozen=True)
class Kept:
    """A state that can be restored: ``seen`` to compare it, and moto's items, the bytes and the messages."""

    seen: dict[Location, Any]
    items: dict[Location, Any]
    objects: dict[Location, bytes]
    messages: dict[str, list[Any]]

    def restore(self) -> None:
        """Restore the state. What is seen next is then this state itself, as long as nothing changes."""
        global _last
        there = _items()
        for place in differences(self.seen, seen()):
            if item := self.items.get(place):
                _tables()[place[0]].items[item.hash_key][item.range_key] = copy.deepcopy(item)
            elif item := there.get(place):
                del _tables()[place[0]].items[item.hash_key][item.range_key]
            elif place in self.objects:
                aws.call("s3", "put_object", Bucket=place[0], Key=place[1], Body=self.objects[place])
            elif place[0] in _buckets():
                aws.call("s3", "delete_object", Bucket=place[0], Key=place[1])
        for queue in QUEUES:
            lying_messages(queue)[:] = self.messages[queue.name]
        assert differences(self.seen, seen()) == set()
        _last = _last[0], self.seen


_told: dict[int, tuple[Any, Location, Any]] = {}
"""The items of the state that was seen last, where they are, and what they are in JSON.

Who changes an item puts another one in its place.
"""

_last: tuple[list[Any], dict[Location, Any]] = [], {}
"""All things of the state that was seen last, and that state."""


def seen() -> dict[Location, Any]:
    """Return the current state by locations, to be compared: items, the ETags of objects, messages."""
    global _told, _last
    things = _things()
    if len(things) == len(_last[0]) and all(map(is_, things, _last[0])):
        return _last[1]
    before, _told, found = _told, {}, dict[Location, Any]()
    for name, items in _stored():
        for partition in items.values():
            for item in partition.values():
                known = before.get(id(item)) or (item, _place(name, item), item.to_json())
                _told[id(item)] = known
                found[known[1]] = known[2]
    for place, thing in _objects().items():
        found[place] = thing.etag
    for queue in QUEUES:
        for message in lying_messages(queue):
            found[queue.name, message.id] = message.body
    _last = things, found
    return found


def _things() -> list[Any]:
    """Return all items and objects, and the queues with their messages. Who changes one puts another in its place."""
    items = [item for _, stored in _stored() for partition in stored.values() for item in partition.values()]
    return [*items, *_objects().values(), *(thing for queue in QUEUES for thing in (queue, *lying_messages(queue)))]


def keep() -> Kept:
    """Take the current state."""
    objects = {place: thing.value for place, thing in _objects().items()}
    return Kept(seen(), copy.deepcopy(_items()), objects, {queue.name: list(lying_messages(queue)) for queue in QUEUES})


def differences(one: dict[Location, Any], other: dict[Location, Any]) -> set[Location]:
    """Return the locations where two states differ."""
    if one is other or one == other:
        return set()
    changed = {place for place, thing in other.items() if one.get(place) is not thing and one.get(place) != thing}
    return changed | (one.keys() - other.keys())


def _items() -> dict[Location, Any]:
    return {
        _place(name, item): item
        for name, items in _stored()
        for partition in items.values()
        for item in partition.values()
    }


def _stored() -> list[tuple[str, Mapping[Any, Mapping[Any, Any]]]]:
    """Return the names of the tables, and the items of each by their keys."""
    return [(table.physical_name, _tables()[table.physical_name].items) for table in TABLES]


def _place(table: str, item: Any) -> Location:
    return table, item.hash_key.value, item.range_key.value


def _objects() -> dict[Location, FakeKey]:
    """Return the current object of every key that was not deleted."""
    return {
        (name, key): thing
        for name in [bucket.physical_name for bucket in BUCKETS]
        for key, thing in _buckets()[name].keys.items()
        if isinstance(thing, FakeKey)
    }


def _tables() -> Any:
    backend: Any = dynamodb_backends[ACCOUNT][REGION]
    return backend.tables


def _buckets() -> Any:
    backend: Any = s3_backends[ACCOUNT]["aws"]
    return backend.buckets
