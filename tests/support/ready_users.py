"""Users that are there at once: made through the API once in a process, and put into other worlds as they came out."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from constellation.aws import client as aws
from constellation.aws.resources import ACCOUNTS
from tests.support.accounts import new_key, session, sign_up
from tests.support.moto import items_in
from tests.support.state import differences, seen
from tests.support.world import NOON, Grant, World, has_default_settings


class User(NamedTuple):
    """A user with an id, a token and an API key."""

    id: str
    token: str
    key: str


@dataclass(frozen=True)
class _Made:
    """A user, what is stored of it, and the grants that its making has used, by function."""

    user: User
    items: list[dict[str, Any]]
    used: dict[str, set[tuple[Grant, str]]]


_made: dict[str, _Made] = {}


def user(world: World, name: str, **fields: str) -> User:
    """Make a user, or put a copy of one into the world where that comes to the same."""
    if fields or not _is_usual(world) or name in world.ready:
        return _user(world, name, **fields)
    world.ready.add(name)
    if name not in _made:  # its making can be looked at where moto has the tables
        return _user(world, name) if items_in(ACCOUNTS.physical_name) is None else _first(world, name)
    made = _made[name]
    puts = [{"PutRequest": {"Item": item}} for item in made.items]
    answer = aws.call("dynamodb", "batch_write_item", RequestItems={ACCOUNTS.physical_name: puts})
    assert not answer.get("UnprocessedItems")
    for function, used in made.used.items():
        world.used.setdefault(function, set()).update(used)
    return made.user


def _is_usual(world: World) -> bool:
    return type(world) is World and world.now == NOON and world.approved is None and has_default_settings()


def _user(world: World, name: str, **fields: str) -> User:
    id_ = sign_up(world, f"{name}@example.com", name, **fields)
    token = session(world, name)["access_token"]
    return User(id_, token, new_key(world, token)["key"])


def _first(world: World, name: str) -> User:
    """Make a user, and keep it where its making has done nothing but add items."""
    before, used, world.used = seen(), world.used, {}
    made = _user(world, name)
    after, own, world.used = seen(), world.used, used
    for function, grants in own.items():
        world.used.setdefault(function, set()).update(grants)
    changed = differences(before, after)
    if changed and all(place[0] == ACCOUNTS.physical_name and place not in before for place in changed):
        keys = {place[1:] for place in changed}
        items = [item for item in world.items(ACCOUNTS) if (item["pk"]["S"], item["sk"]["S"]) in keys]
        _made[name] = _Made(made, items, own)
    return made
