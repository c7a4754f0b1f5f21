"""Scoped tokens that are created, used and deleted at the same time."""

import random
from collections import Counter
from functools import partial
from typing import Any

import pytest

from constellation.accounts.model import TOKENS_PER_USER
from constellation.runtime.request import Caller
from tests.support.accounts import new_token
from tests.support.engine import Engine, engine
from tests.support.interleaving import interleaved
from tests.support.sharing import Client
from tests.support.spaces import ask
from tests.support.world import ACCOUNT, REGION, World, load

ROUNDS = 6
MANY = 40
ARN = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:api/live/GET/users/me"


def create(world: World, owner: Client) -> int:
    asked = {"name": "robot", "scopes": ["images:read"]}
    return ask(world, "create_token", Caller(owner.id, session_id="session"), asked).status


def kinds(tables: Engine) -> Counter[str]:
    """How many items of tokens there are, by the beginnings of their keys."""
    return Counter(key[1].partition("#")[0] for key, item in tables.items().items() if "tokenId" in item)


@pytest.mark.parametrize(("left", "are_expired"), [(1, False), (1, True), (5, False), (5, True)])
def test_as_many_as_are_allowed_exist_in_the_end(world: World, left: int, are_expired: bool) -> None:
    """Ten at once for the last slots, which are empty or have expired tokens."""
    with engine() as tables:
        anna = Client(world)
        for number in range(TOKENS_PER_USER):
            if number >= left:
                new_token(world, anna.token)
            elif are_expired:
                new_token(world, anna.token, expiresAt="2025-07-11T12:00:01Z")
        world.advance(seconds=1)
        restore = tables.keep()
        for seed in range(ROUNDS):
            restore()
            statuses = interleaved(random.Random(seed), [partial(create, world, anna)] * 10)
            assert Counter(statuses) == {201: left, 422: 10 - left}
            assert len(anna.ask("GET", "/api/user/tokens").json["data"]) == TOKENS_PER_USER
            assert kinds(tables) == {"TOKEN": TOKENS_PER_USER, "USER": TOKENS_PER_USER}


def test_none_of_many_at_once_is_turned_away(world: World) -> None:
    with engine() as tables:
        anna = Client(world)
        restore = tables.keep()
        for seed in range(ROUNDS):
            restore()
            assert interleaved(random.Random(seed), [partial(create, world, anna)] * MANY) == [201] * MANY
            assert kinds(tables) == {"TOKEN": MANY, "USER": MANY}


def test_a_token_that_is_deleted_while_it_is_used(world: World) -> None:
    """Whoever comes first, it is gone afterwards, and the note of its use has not brought it back."""
    authorize: Any = load("authorize")
    with engine() as tables:
        anna = Client(world)
        restore, admitted = tables.keep(), set[bool]()
        for seed in range(ROUNDS):
            restore()
            token = new_token(world, anna.token)
            asked = {"type": "TOKEN", "authorizationToken": f"Bearer {token['token']}", "methodArn": ARN}
            caller = Caller(anna.id, session_id="session")
            used, deleted = interleaved(
                random.Random(seed),
                [
                    partial(authorize, asked, now=world.now),
                    partial(ask, world, "delete_token", caller, token_id=token["id"]),
                ],
            )
            assert deleted.status == 204
            assert world.authorize("jwt", asked["authorizationToken"]) is None
            assert not kinds(tables)
            admitted.add("context" in used)
        assert admitted == {True, False}
