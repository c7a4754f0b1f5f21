"""The contract's section "Scoped tokens": how tokens are made, listed, used and ended."""

import re
from typing import Any

import pytest

from constellation.accounts.model import TOKENS_PER_USER
from constellation.aws.resources import ACCOUNTS
from constellation.runtime.authorizer import CACHE_SECONDS
from constellation.runtime.scopes import SCOPES
from tests.support.accounts import new_token, problems
from tests.support.faults import Killed, killed
from tests.support.sharing import SMALL, Client
from tests.support.workspace import UNKNOWN, Workspace
from tests.support.world import Answer, File, World

REFUSED = {"message": "No authorization token has been supplied", "status": 401}


@pytest.fixture
def anna(world: World) -> Client:
    return Client(world)


def attempt(client: Client, **fields: Any) -> Answer:
    return client.ask("POST", "/api/user/tokens", json={"name": "robot", "scopes": ["images:read"], **fields})


def listed(client: Client) -> list[dict[str, Any]]:
    return client.ask("GET", "/api/user/tokens").json["data"]


def status(world: World, token: str, path: str = "/users/me") -> int:
    return world.request("GET", path, token=token).status


def test_a_token_is_shown_once(world: World, anna: Client) -> None:
    space = Workspace(anna)
    fields = {"constellation_uuid": space.id, "expiresAt": "2025-08-01T00:00:00Z"}
    made = new_token(world, anna.token, "images:write", "firmware:read", **fields)
    assert re.fullmatch("cst_[A-Za-z0-9_-]{43}", secret := made.pop("token"))
    assert made == {
        "id": made["id"],
        "name": "robot",
        "scopes": ["images:write", "firmware:read"],
        "constellation_uuid": space.id,
        "createdAt": "2025-07-11T12:00:00.000000+00:00",
        "expiresAt": "2025-08-01T00:00:00.000000+00:00",
    }
    assert listed(anna) == [{**made, "lastUsedAt": None, "isExpired": False}]
    assert secret not in str(world.items(ACCOUNTS))
    assert secret.removeprefix("cst_") not in str(world.items(ACCOUNTS))


@pytest.mark.parametrize(
    "scopes",
    [
        [],
        ["images:delete"],
        ["images"],
        ["any"],
        ["none"],
        [""],
        ["images:read "],
        ["IMAGES:READ"],
        ["images:read", "images:read"],
        [*SCOPES] * 17,
        ["images:read"] * 100,
        "images:read",
        None,
        [None],
        [["images:read"]],
        {},
    ],
    ids=str,
)
def test_what_are_no_scopes(anna: Client, scopes: object) -> None:
    assert {name.partition(".")[0] for name in problems(attempt(anna, scopes=scopes))} == {"scopes"}
    assert listed(anna) == []


def test_other_bad_input(anna: Client) -> None:
    other = Workspace(Client(anna.world, "bea"))
    assert problems(attempt(anna, expiresAt="2025-07-11T12:00:00Z")).keys() == {"expiresAt"}
    assert problems(attempt(anna, name=" ")).keys() == {"name"}
    assert problems(attempt(anna, constellation_uuid="x")).keys() == {"constellation_uuid"}
    for unseen in (other.id, UNKNOWN):
        assert attempt(anna, constellation_uuid=unseen).status == 404
    assert listed(anna) == []


@pytest.mark.parametrize("name", ["", " ", "x" * 256, "a\nb", "a\u202eb", None, 7, ["a"]])
def test_what_is_no_name(anna: Client, name: object) -> None:
    assert problems(attempt(anna, name=name)).keys() == {"name"}


def test_what_may_be_left_out(anna: Client) -> None:
    assert problems(anna.ask("POST", "/api/user/tokens", json={})).keys() == {"name", "scopes"}
    made = attempt(anna, constellation_uuid=None, expiresAt=None, label=None, id=UNKNOWN).json
    assert made["id"] != UNKNOWN
    assert listed(anna) == [
        {
            "id": made["id"],
            "name": "robot",
            "scopes": ["images:read"],
            "constellation_uuid": None,
            "createdAt": "2025-07-11T12:00:00.000000+00:00",
            "expiresAt": None,
            "lastUsedAt": None,
            "isExpired": False,
        }
    ]


def test_the_101st_that_has_not_expired(world: World, anna: Client) -> None:
    new_token(world, anna.token, expiresAt="2025-07-11T12:00:01Z")
    tokens = [new_token(world, anna.token) for _ in range(TOKENS_PER_USER - 1)]
    assert problems(attempt(anna)) == {"name": "There are 100 tokens already. Delete one first."}
    world.advance(seconds=1)
    assert attempt(anna).status == 201
    assert attempt(anna).status == 422
    assert anna.ask("DELETE", f"/api/user/tokens/{tokens[0]['id']}").status == 204
    assert attempt(anna).status == 201
    assert len(listed(anna)) == TOKENS_PER_USER


def test_every_altered_character(world: World, anna: Client) -> None:
    token = new_token(world, anna.token)["token"]
    header = f"Bearer {token}"
    for position in range(len(token)):
        for other in {"A", "b", "_", "0", "-"} - {token[position]}:
            altered = token[:position] + other + token[position + 1 :]
            assert world.authorize("jwt", f"Bearer {altered}") is None
    for altered in (header[:-1], header + "A", header.replace("cst_", "sk_"), header + "."):
        assert world.authorize("jwt", altered) is None
    assert world.authorize("api_key", header) is None


def test_expiry_revocation_and_another_user(world: World, anna: Client) -> None:
    brief, other = new_token(world, anna.token, expiresAt="2025-07-11T12:00:10Z"), new_token(world, anna.token)
    bea = Client(world, "bea")
    assert bea.ask("DELETE", f"/api/user/tokens/{brief['id']}").status == 404
    world.advance(seconds=10, microseconds=-1)
    assert status(world, brief["token"]) == 200
    world.advance(microseconds=1)
    assert status(world, brief["token"]) == 401
    assert [(each["isExpired"], each["lastUsedAt"] is None) for each in listed(anna)] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    assert anna.ask("DELETE", f"/api/user/tokens/{other['id']}").status == 204
    assert anna.ask("DELETE", f"/api/user/tokens/{other['id']}").status == 404
    assert status(world, other["token"]) == 401
    assert CACHE_SECONDS <= 30


@pytest.mark.parametrize("path", ["/users/me", "/constellations", "/image", "/api/images/1"])
def test_past_its_expiry_by_a_moment_although_the_gateway_keeps_the_answer(
    world: World, anna: Client, path: str
) -> None:
    token = new_token(world, anna.token, *SCOPES, expiresAt="2025-07-11T12:00:10Z")["token"]
    world.approved = {}
    world.advance(seconds=10, microseconds=-1)
    assert status(world, token, path) == 200
    for _ in range(2):
        world.advance(microseconds=1)
        answer = world.request("GET", path, token=token)
        assert (answer.status, answer.json) == (401, REFUSED)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "dynamodb:GetItem" not in {call.action for call in world.calls}
        world.advance(seconds=1)


def test_a_revoked_token_opens_nothing_after_30_seconds(world: World, anna: Client) -> None:
    token, world.approved = new_token(world, anna.token), {}
    assert status(world, token["token"]) == 200
    assert anna.ask("DELETE", f"/api/user/tokens/{token['id']}").status == 204
    world.advance(seconds=30)
    assert status(world, token["token"]) == 401


def test_a_use_is_noted_once_an_hour(world: World, anna: Client) -> None:
    header = f"Bearer {new_token(world, anna.token)['token']}"

    def calls() -> list[str]:
        assert world.authorize("jwt", header)
        return [call.action for call in world.calls]

    assert calls() == ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    world.advance(minutes=59)
    assert calls() == ["dynamodb:GetItem"]
    world.advance(minutes=1)
    assert calls() == ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    assert world.request("GET", "/api/user/tokens", token=Client(world, "bea").token).json == {"data": []}


def test_refusals_name_the_scope_in_the_shape_of_the_surface(world: World, anna: Client) -> None:
    token = new_token(world, anna.token)["token"]
    folders = world.request("POST", "/folders", token=token, body=b"{")
    assert (folders.status, folders.json) == (
        403,
        {"message": "This needs a token with the scope constellations:write"},
    )
    firmware = world.request("POST", "/image", token=token, body=bytes(4_700_000))
    assert firmware.json == {"message": "This needs a token with the scope firmware:write", "status": 403}
    account = world.request("GET", "/api/user/tokens", token=token)
    assert (account.status, account.json["error"]["message"]) == (403, "A scoped token cannot be used for this")


@pytest.mark.parametrize(
    ("scope", "body", "wanted"),
    [
        ("images:read", b"{", 403),
        ("images:write", b"{", 400),
        ("images:write", b'{"kind": "firmware"}', 403),
        ("firmware:write", b'{"kind": "firmware"}', 422),
        ("firmware:write", b'{"kind": "image", "fileName": "a"}', 403),
        ("images:write", b'{"kind": "image", "fileName": "a"}', 201),
        ("images:write", b'{"kind": ["image"]}', 422),
        ("constellations:write", b'{"kind": "image"}', 403),
    ],
)
def test_an_upload_by_its_kind(world: World, anna: Client, scope: str, body: bytes, wanted: int) -> None:
    token = new_token(world, anna.token, scope)["token"]
    assert world.request("POST", "/api/uploads", token=token, body=body).status == wanted


def test_a_token_of_a_deleted_constellation(world: World, anna: Client) -> None:
    space = Workspace(anna)
    token = new_token(world, anna.token, *SCOPES, constellation_uuid=space.id)["token"]
    loose = anna.image(isPublic="true")
    assert world.request("POST", "/api/upload", token=token, form={"image": File("a.gif", SMALL)}).status == 403
    assert status(world, token, f"/api/image/{loose}/detail") == 404
    assert anna.ask("DELETE", space.path).status == 200
    assert status(world, token) == 200
    assert status(world, token, space.path) == 404
    assert world.request("GET", "/constellations", token=token).json == []
    for path in ("/api/images/1", "/api/images/history/1"):
        answer = world.request("GET", path, token=token).json
        assert (answer["data"], answer["meta"]["total"]) == ([], 0)


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_its_write_there_is_a_whole_token_or_none(world: World, anna: Client, after: bool) -> None:
    before = len(world.items(ACCOUNTS))
    with pytest.raises(Killed), killed(2, after=after):  # after the reads of the session and of the slots
        attempt(anna)
    assert len(world.items(ACCOUNTS)) == before + (2 if after else 0)


def test_what_lies_elsewhere_and_is_named_looks_as_if_it_did_not_exist(world: World, anna: Client) -> None:
    here, there = Workspace(anna), Workspace(anna)
    token = new_token(world, anna.token, *SCOPES, constellation_uuid=here.id)["token"]
    image, folder = here.image(), here.folder()

    def answers(constellation: str, elsewhere: str) -> list[tuple[int, bytes]]:
        """The answers to requests that name another constellation and a folder of it; ids are taken out."""
        place = {"constellation_uuid": constellation}
        file = {"file": File("a.gif", SMALL), **place}
        found = [
            world.request("GET", f"/constellations/{constellation}", token=token),
            world.request("DELETE", f"/constellations/{constellation}", token=token),
            world.request("GET", f"/structure/{constellation}", token=token),
            world.request("GET", f"/folders/{elsewhere}", token=token),
            world.request("GET", "/images", token=token, query=place),
            world.request("GET", "/image/latest", token=token, query={"label": "a", **place}),
            world.request("POST", "/folders", token=token, json={"name": "a", **place}),
            world.request("POST", "/images", token=token, form=file),
            world.request("POST", "/image", token=token, json={"label": "a", "fw_version": "1.0.0", **place}),
            world.request("POST", "/api/uploads", token=token, json={"kind": "image", "fileName": "a", **place}),
            world.request("PATCH", f"/images/{image}", token=token, json=place),
            world.request("PATCH", f"/images/{image}", token=token, json={"folder_uuid": elsewhere}),
            world.request("PATCH", f"/folders/{folder}", token=token, json={"parent_folder_uuid": elsewhere}),
        ]
        ids = (constellation.encode(), elsewhere.encode())
        return [(each.status, each.body.replace(ids[0], b"").replace(ids[1], b"")) for each in found]

    found = answers(there.id, there.folder())
    assert found == answers(UNKNOWN, UNKNOWN)
    assert [status for status, _ in found] == [404] * 11 + [400] * 2
