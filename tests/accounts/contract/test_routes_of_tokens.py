"""The contract's section "Scoped tokens": which scope opens which route, and how the others are refused."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from constellation.runtime.endpoint import Endpoint
from constellation.runtime.scopes import SCOPES
from tests.support.accounts import EMAIL, new_token
from tests.support.sharing import Client
from tests.support.workspace import UNKNOWN, Workspace
from tests.support.world import Answer, World, handlers

KINDS = (
    (r"/constellations/{\w+}/(variants|shares)(/|$)", ("images",)),
    (r"/api/uploads(/|$)", ("images", "firmware")),
    (r"/(constellations|structure|folders)(/|$)", ("constellations",)),
    (r"/(image|firmware)(/|$)", ("firmware",)),
    (r"/images(/|$)|/api/(image|images|tags|upload|variants|collections|shares)(/|$)", ("images",)),
    (r"/users(/|$)", ("any",)),
    (r"/api/user/(tokens|api-keys)(/|$)", ()),
)
"""The table of the contract: what the paths of routes begin with, and what their scope is about; the first counts."""


def routes() -> Iterator[tuple[str, str]]:
    """Every method and path of a route that a session opens."""
    for handler in handlers().values():
        if isinstance(handler, Endpoint) and handler.security == "jwt":
            yield from ((method, handler.path) for method in handler.methods)


def only_reads(method: str, path: str) -> bool:
    """Whether the scope to read is enough for a route."""
    return method in ("GET", "HEAD") or path.endswith(("/sign", "/exists"))


def wanted(method: str, path: str) -> tuple[str, ...]:
    """The scopes of which a token needs one on a route."""
    kinds = next(kinds for pattern, kinds in KINDS if re.match(pattern, path))
    if kinds == ("any",):
        return SCOPES
    ways = ("read", "write") if only_reads(method, path) else ("write",)
    return tuple(f"{kind}:{way}" for kind in kinds for way in ways)


def message(path: str, answer: Answer) -> str:
    """The message of a refusal, which has the shape of the path's surface."""
    said: Any = answer.json
    if path.startswith("/api/"):
        assert said == {"error": {"title": "Forbidden", "message": said["error"]["message"], "violations": []}}
        return said["error"]["message"]
    status = {"status": 403} if re.match(r"/(image|firmware)(/|$)", path) else {}
    assert said == {"message": said["message"], **status}
    return said["message"]


@pytest.fixture
def anna(world: World) -> Client:
    return Client(world)


@pytest.mark.parametrize(("method", "path"), list(routes()), ids=lambda value: value)
def test_a_route_opens_to_its_scope_alone(world: World, anna: Client, method: str, path: str) -> None:
    """Right after the credential: what the path names is unknown, and the body cannot be read."""
    world.approved = {}
    opening = wanted(method, path)
    asked = re.sub(r"\{page\}", "1", path)
    asked = re.sub(r"\{\w+\}", UNKNOWN, asked)
    for scope in SCOPES:
        token = new_token(world, anna.token, scope)["token"]
        answer = world.request(method, asked, token=token, body=b"{" if method not in ("GET", "HEAD") else None)
        if scope in opening:
            assert answer.status != 401
            assert b"scope" not in answer.body
        else:
            assert answer.status == 403
            named = re.findall(r"\w+:\w+", message(path, answer)) if method != "HEAD" else []
            way = "read" if only_reads(method, path) else "write"
            assert named == [each for each in opening if each.endswith(way)] or method == "HEAD"


@pytest.mark.parametrize("is_bound", [False, True])
@pytest.mark.parametrize("scope", SCOPES)
def test_who_one_is_and_who_others_are_with_any_scope(world: World, anna: Client, scope: str, is_bound: bool) -> None:
    bound = {"constellation_uuid": Workspace(anna).id} if is_bound else {}
    token = new_token(world, anna.token, scope, **bound)["token"]
    other = Client(world, "bea")
    assert world.request("GET", "/users/me", token=token).json["uuid"] == anna.id
    assert world.request("GET", f"/users/{other.id}", token=token).json["uuid"] == other.id
    assert world.request("GET", "/users", token=token, query={"email": "bea@example.com"}).status == 200
    assert world.request("GET", "/users", token=token, query={"email": EMAIL}).status == 404


def test_the_users_own_right_counts_with_every_request(world: World, anna: Client) -> None:
    space, bea = Workspace(anna), Client(world, "bea")
    space.connect(bea, rights="ADMIN")
    tokens = [
        new_token(world, bea.token, "constellations:write", **bound)["token"]
        for bound in ({}, {"constellation_uuid": space.id})
    ]
    world.approved = {}

    def statuses() -> list[int]:
        rename = {"name": "New"}
        return [world.request("PATCH", space.path, token=token, json=rename).status for token in tokens]

    assert statuses() == [200, 200]
    space.connect(bea, rights="READ")
    assert statuses() == [403, 403]
    space.disconnect(bea)
    assert statuses() == [404, 404]
    space.connect(bea, rights="WRITE")
    assert statuses() == [200, 200]
    assert anna.ask("DELETE", space.path).status == 200
    assert statuses() == [404, 404]


@pytest.mark.parametrize(("way", "rights"), [("read", "READ"), ("write", "WRITE")])
def test_rights_in_answers_are_what_the_token_gives(world: World, anna: Client, way: str, rights: str) -> None:
    space = Workspace(anna)
    image, world.approved = space.image(), {}
    for bound in ({}, {"constellation_uuid": space.id}):
        token = new_token(world, anna.token, f"constellations:{way}", f"images:{way}", **bound)["token"]
        (entry,) = world.request("GET", "/constellations", token=token).json
        as_json = {"Accept": "application/json"}
        told = [
            entry,
            world.request("GET", space.path, token=token).json,
            world.request("GET", f"/folders/{space.root}", token=token).json,
            world.request("GET", f"/images/{image}", token=token, headers=as_json).json,
        ]
        assert [each["rights"] for each in told] == [rights] * 4
