"""Document 001 and the contract's section "Constellations": the constellations themselves and their members."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from constellation.aws.resources import CONSTELLATIONS, REMOVALS
from constellation.common.ids import new_id
from constellation.workspaces import store as constellations
from tests.support.sharing import Client
from tests.support.workspace import (
    BAD_NAMES,
    GOOD_NAMES,
    HUGE,
    MALFORMED,
    NO_CONSTELLATION,
    UNKNOWN,
    Workspace,
    no_uuids,
)
from tests.support.world import UUID, Answer, World

RIGHTS = ("READ", "COMMENT", "WRITE", "ADMIN")
INVALID_ID = {"message": "Invalid constellation UUID"}
NO_USER_ID = {"message": "user_uuid: This is not a valid UUID."}
NOT_YOURS = {"message": "cursor: This is not a cursor of this list, order and search, given to you."}
NO_RIGHT = {"message": "rights: This value should be one of READ, COMMENT, WRITE, ADMIN."}
CONNECTED = {"message": "User connected to constellation"}
DISCONNECTED = {"message": "User disconnected from constellation"}
HAS_LEFT = {"message": "This user has left the constellation"}
LAST_ADMIN = {"message": "The last ADMIN can be neither disconnected nor lowered"}

ROUTES = (
    ("GET", "/constellations/{}"),
    ("PATCH", "/constellations/{}"),
    ("POST", "/constellations/{}/connect"),
    ("POST", "/constellations/{}/disconnect"),
    ("GET", "/constellations/{}/users"),
    ("GET", "/structure/{}"),
    ("DELETE", "/constellations/{}"),
)
BAD_REQUEST_ON_NO_UUID = [route for route in ROUTES if route[1] not in ("/constellations/{}/users", "/structure/{}")]
WITH_BODY = [route for route in ROUTES if route[0] in ("PATCH", "POST")]


# Document 001, the examples in their order


def test_example_list(anna: Client) -> None:
    trip = Workspace(anna, "string")
    answer = anna.ask("GET", "/constellations")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == [{"constellation_uuid": trip.id, "name": "string", "rights": "ADMIN"}]


def test_example_create(anna: Client) -> None:
    answer = anna.ask("POST", "/constellations", json={"name": "string"})
    assert answer.status == 201
    assert UUID.fullmatch(answer.json["constellation_uuid"])
    assert answer.json == {"constellation_uuid": answer.json["constellation_uuid"], "name": "string"}


def test_example_get(anna: Client) -> None:
    trip = Workspace(anna, "string")
    answer = anna.ask("GET", trip.path)
    assert answer.status == 200
    assert UUID.fullmatch(answer.json["root_folder_uuid"])
    assert answer.json == {
        "root_folder_uuid": answer.json["root_folder_uuid"],
        "name": "string",
        "rights": "ADMIN",
    }


def test_example_rename(anna: Client, trip: Workspace) -> None:
    answer = anna.ask("PATCH", trip.path, json={"name": "string"})
    assert (answer.status, answer.json) == (200, {"name": "string"})
    assert anna.ask("GET", trip.path).json["name"] == "string"


def test_example_delete(anna: Client, trip: Workspace) -> None:
    answer = anna.ask("DELETE", trip.path)
    assert (answer.status, answer.json) == (200, {"message": "Constellation deleted"})
    assert anna.ask("GET", trip.path).status == 404


def test_example_connect(anna: Client, bea: Client, trip: Workspace) -> None:
    query = {"user_uuid_to_connect": bea.id, "rights": "COMMENT"}
    answer = anna.ask("POST", f"{trip.path}/connect", query=query, json={"user_uuid": bea.id})
    assert (answer.status, answer.json) == (200, CONNECTED)
    assert trip.rights() == {"anna": "ADMIN", "bea": "COMMENT"}


def test_example_disconnect(anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea)
    query = {"user_uuid_to_disconnect": bea.id, "rights": "READ"}
    answer = anna.ask("POST", f"{trip.path}/disconnect", query=query, json={"user_uuid": bea.id})
    assert (answer.status, answer.json) == (200, DISCONNECTED)
    assert trip.rights() == {"anna": "ADMIN"}


def test_example_users(anna: Client, trip: Workspace) -> None:
    answer = anna.ask("GET", f"{trip.path}/users")
    assert (answer.status, answer.json) == (200, [{"uuid": anna.id, "name": "anna", "rights": "ADMIN"}])


def test_example_structure(anna: Client) -> None:
    trip = Workspace(anna, "string")
    folder = trip.folder("string")
    image = trip.image("string", folder)
    answer = anna.ask("GET", f"/structure/{trip.id}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    inner = {"uuid": image, "name": "string", "type": "file"}
    outer = {"uuid": folder, "name": "string", "type": "folder", "children": [inner]}
    assert answer.json == {"uuid": trip.root, "name": "string", "type": "folder", "children": [outer]}


# What holds of every route


@pytest.mark.parametrize(("method", "path"), [("GET", "/constellations"), ("POST", "/constellations"), *ROUTES])
def test_only_a_token_opens_them(world: World, anna: Client, trip: Workspace, method: str, path: str) -> None:
    for token in (None, anna.key, "no token", anna.token[:-2]):
        answer = world.request(method, path.format(trip.id), token=token, json={"name": "other"})
        assert answer.status == 401
    assert anna.ask("GET", trip.path).json["name"] == "Trip"


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_trailing_slash_and_upper_case_make_no_difference(anna: Client, bea: Client, method: str, path: str) -> None:
    answers: list[Any] = []
    for spelled in ("{}", "{}/"):
        for case in (str.lower, str.upper):
            trip = Workspace(anna)
            trip.connect(bea)
            body = {"name": "Trip", "user_uuid": bea.id.upper()}
            answer = anna.ask(method, spelled.format(path.format(case(trip.id))), json=body)
            assert answer.status == 200
            answers.append(str(answer.json).replace(trip.root, "the root"))
    assert len(set(answers)) == 1


def test_a_trailing_slash_makes_no_difference_to_the_list_either(anna: Client) -> None:
    made = anna.ask("POST", "/constellations/", json={"name": "Trip"})
    assert made.status == 201
    assert anna.ask("GET", "/constellations/").json == [{**made.json, "rights": "ADMIN"}]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_what_is_no_uuid(world: World, anna: Client, trip: Workspace, method: str, path: str) -> None:
    expected = (400, INVALID_ID) if (method, path) in BAD_REQUEST_ON_NO_UUID else (404, NO_CONSTELLATION)
    for spelling in no_uuids(trip.id):
        answer = anna.ask(method, path.format(spelling), body=b"{")
        assert (answer.status, answer.json) == expected, spelling
    assert world.items(CONSTELLATIONS) == _untouched(world, trip)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_what_the_caller_does_not_see(world: World, anna: Client, bea: Client, method: str, path: str) -> None:
    left = Workspace(anna)
    left.connect(bea, rights="ADMIN")
    left.disconnect(bea)
    gone = Workspace(bea)
    assert bea.ask("DELETE", gone.path).status == 200
    before = world.items(CONSTELLATIONS)
    for id_ in (UNKNOWN, Workspace(anna).id, left.id, gone.id, left.root, bea.id):
        for sent in ({"json": {"name": "mine", "user_uuid": bea.id}}, {"body": b"{"}, {"json": {"name": 5}}):
            answer = bea.ask(method, path.format(id_), **sent)
            assert (answer.status, answer.json) == (404, NO_CONSTELLATION)
    assert [item for item in world.items(CONSTELLATIONS) if item in before] == before


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_size_is_told_first(anna: Client, trip: Workspace, method: str, path: str) -> None:
    for id_ in (trip.id, UNKNOWN, "x"):
        answer = anna.ask(method, path.format(id_), body=HUGE)
        assert (answer.status, answer.json.keys(), answer.json["status"]) == (413, {"message", "status"}, 413)


@pytest.mark.parametrize("body", MALFORMED)
@pytest.mark.parametrize(("method", "path"), [("POST", "/constellations"), *WITH_BODY])
def test_what_is_no_json_object(
    world: World, anna: Client, trip: Workspace, method: str, path: str, body: bytes
) -> None:
    answer = anna.ask(method, path.format(trip.id), body=body)
    assert (answer.status, answer.json.keys()) == (400, {"message"})
    assert world.items(CONSTELLATIONS) == _untouched(world, trip)


def _untouched(world: World, trip: Workspace) -> list[dict[str, Any]]:
    """What is in the table when there is this new constellation, its ADMIN and its root, and nothing else."""
    items = world.items(CONSTELLATIONS)
    meta, member, record = (item["sk"]["S"].partition("#")[0] for item in items)
    assert {meta, member, record} == {"META", "MEMBER", "FOLDER"}
    assert [item["name"]["S"] for item in items if "name" in item] == ["Trip"]
    assert [item["rights"]["S"] for item in items if "rights" in item] == ["ADMIN"]
    return items


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", "/constellations/{}", "READ"),
        ("PATCH", "/constellations/{}", "WRITE"),
        ("POST", "/constellations/{}/connect", "ADMIN"),
        ("POST", "/constellations/{}/disconnect", "ADMIN"),
        ("GET", "/constellations/{}/users", "READ"),
        ("GET", "/structure/{}", "READ"),
        ("DELETE", "/constellations/{}", "ADMIN"),
    ],
)
def test_rights(world: World, anna: Client, bea: Client, method: str, path: str, right: str) -> None:
    other = Client(world, "carl")
    for own in RIGHTS:
        trip = Workspace(anna)
        trip.connect(other)
        trip.connect(bea, rights=own)
        answer = bea.ask(method, path.format(trip.id), json={"name": "mine", "user_uuid": other.id})
        if RIGHTS.index(own) >= RIGHTS.index(right):
            assert answer.status == 200
        else:
            assert (answer.status, answer.json) == (403, {"message": f"This needs {right} rights"})
            assert trip.rights() == {"anna": "ADMIN", "bea": own, "carl": "READ"}
            assert anna.ask("GET", trip.path).json["name"] == "Trip"


def test_a_wrong_change_is_forbidden_before_it_is_wrong(anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea)
    for method, path in (("PATCH", trip.path), ("POST", f"{trip.path}/connect")):
        assert bea.ask(method, path, body=b"{").status == 403


def test_no_answer_is_stored(anna: Client, trip: Workspace) -> None:
    for method, path in ROUTES:
        for id_ in (trip.id, UNKNOWN):
            assert anna.ask(method, path.format(id_), json={}).headers["cache-control"] == "no-store"


# The list


def test_the_list_is_of_those_that_the_caller_is_a_member_of(world: World, anna: Client, bea: Client) -> None:
    made: list[Workspace] = []
    for name in ("one", "two", "three", "four"):
        world.advance(seconds=1)
        made.append(Workspace(anna, name))
    Workspace(bea, "bea's own")
    one, two, three, four = made
    for workspace, right in ((three, "READ"), (one, "ADMIN"), (four, "COMMENT"), (two, "WRITE")):
        world.advance(seconds=1)
        workspace.connect(bea, rights=right)
    assert _names(anna) == ["one", "two", "three", "four"]
    assert _names(bea) == ["bea's own", "three", "one", "four", "two"]
    three.disconnect(bea)
    assert bea.ask("DELETE", one.path).status == 200
    assert anna.ask("PATCH", four.path, json={"name": "fourth"}).status == 200
    assert _names(anna) == ["two", "three", "fourth"]
    assert _names(bea) == ["bea's own", "fourth", "two"]
    assert anna.ask("GET", "/constellations").json == [
        {"constellation_uuid": workspace.id, "name": name, "rights": "ADMIN"}
        for workspace, name in ((two, "two"), (three, "three"), (four, "fourth"))
    ]


def test_the_list_can_be_empty(anna: Client) -> None:
    answer = anna.ask("GET", "/constellations")
    assert (answer.status, answer.json) == (200, [])


def test_the_list_may_be_long(world: World, anna: Client) -> None:
    made = {new_id() for _ in range(60)}
    for id_ in made:
        constellations.create(id_, new_id(), "Trip", anna.id, world.now)
    assert {each["constellation_uuid"] for each in anna.ask("GET", "/constellations").json} == made


def test_the_list_has_pages(world: World, anna: Client, bea: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Anna made herself comes before what others have connected her to, whenever that was."""
    others = [Workspace(bea, f"bea's {number}") for number in range(3)]
    for workspace in others:
        world.advance(seconds=1)
        workspace.connect(anna)
    for number in range(2):
        world.advance(seconds=1)
        Workspace(anna, f"anna's {number}")
    names = ["anna's 0", "anna's 1", "bea's 0", "bea's 1", "bea's 2"]
    assert _names(anna) == names
    for limit in ("1", "2", "4", "5"):
        pages = list(_pages(anna, limit=limit))
        assert [name for page in pages for name in page] == names
        assert [len(page) for page in pages[:-1]] == [int(limit)] * (len(pages) - 1)
    monkeypatch.setattr("functions.workspaces.list_constellations.handler.MOST", 3)
    assert list(_pages(anna)) == [names[:3], names[3:]]
    link = anna.ask("GET", "/constellations", query={"limit": "1"}).headers["link"]
    cursor = parse_qs(urlsplit(link.partition(">")[0].removeprefix("<")).query)["cursor"][0]
    others[1].disconnect(anna)
    assert bea.ask("GET", "/constellations", query={"cursor": cursor}).json == NOT_YOURS
    assert [name for page in _pages(anna, limit="1") for name in page] == [*names[:3], names[4]]


@pytest.mark.parametrize(
    ("name", "value"), [*(("limit", value) for value in ("0", "101", "-1", "x", "")), ("cursor", "x"), ("cursor", "")]
)
def test_bad_pages_of_the_list(anna: Client, name: str, value: str) -> None:
    answer = anna.ask("GET", "/constellations", query={name: value})
    assert (answer.status, answer.json.keys()) == (400, {"message"})
    assert answer.json["message"].startswith(name)


def _pages(client: Client, **query: str) -> Iterator[list[str]]:
    """The names on each page, by the links from one to the next."""
    path = "/constellations"
    while True:
        answer = client.ask("GET", path, query=query)
        assert answer.status == 200, answer.body
        yield [each["name"] for each in answer.json]
        if "link" not in answer.headers:
            return
        target, rel = answer.headers["link"].removeprefix("<").split(">; ")
        assert rel == 'rel="next"'
        parts = urlsplit(target)
        path, query = parts.path, dict(parse_qsl(parts.query))


def _names(client: Client) -> list[str]:
    return [each["name"] for each in client.ask("GET", "/constellations").json]


def test_the_list_and_the_constellation_tell_the_callers_right(anna: Client, bea: Client) -> None:
    trip = Workspace(anna)
    for right in ("READ", "COMMENT", "WRITE", "ADMIN"):
        trip.connect(bea, rights=right)
        assert [entry["rights"] for entry in bea.ask("GET", "/constellations").json] == [right]
        assert bea.ask("GET", trip.path).json["rights"] == right
        assert bea.ask("GET", f"/folders/{trip.root}").json["rights"] == right


# Creation, name, deletion


def test_creation_gives_admin_and_a_root_folder(anna: Client) -> None:
    trip = Workspace(anna, "Trip")
    assert trip.rights() == {"anna": "ADMIN"}
    assert trip.tree() == {"uuid": trip.root, "name": "Trip", "type": "folder", "children": []}
    assert anna.ask("GET", f"/folders/{trip.root}").json == {
        "folder_uuid": trip.root,
        "name": "Trip",
        "parent_folder_uuid": None,
        "constellation_uuid": trip.id,
        "rights": "ADMIN",
        "children": [],
    }


@pytest.mark.parametrize(("name", "kept"), GOOD_NAMES)
def test_names_that_are_taken(anna: Client, trip: Workspace, name: str, kept: str) -> None:
    made = anna.ask("POST", "/constellations", json={"name": name})
    assert (made.status, made.json["name"]) == (201, kept)
    renamed = anna.ask("PATCH", trip.path, json={"name": name})
    assert (renamed.status, renamed.json) == (200, {"name": kept})
    assert {_name(anna, made.json["constellation_uuid"]), _name(anna, trip.id), trip.tree()["name"]} == {kept}


@pytest.mark.parametrize(("name", "said"), BAD_NAMES)
def test_names_that_are_not(world: World, anna: Client, trip: Workspace, name: Any, said: str) -> None:
    for method, path in (("POST", "/constellations"), ("PATCH", trip.path)):
        answer = anna.ask(method, path, json={"name": name})
        assert (answer.status, answer.json) == (400, {"message": f"name: {said}"})
    assert world.items(CONSTELLATIONS) == _untouched(world, trip)


def test_a_name_must_be_there(anna: Client, trip: Workspace) -> None:
    for method, path in (("POST", "/constellations"), ("PATCH", trip.path)):
        answer = anna.ask(method, path, json={"Name": "x"})
        assert (answer.status, answer.json) == (400, {"message": "name: Field required"})


def test_two_constellations_may_share_a_name_and_other_fields_are_ignored(anna: Client) -> None:
    body = {"name": "Trip", "constellation_uuid": UNKNOWN, "root": UNKNOWN, "rights": "READ", "owner": None}
    first, second = (anna.ask("POST", "/constellations", json=body) for _ in range(2))
    assert first.json["constellation_uuid"] != second.json["constellation_uuid"] != UNKNOWN
    assert _names(anna) == ["Trip", "Trip"]


def _name(client: Client, constellation_id: str) -> str:
    return client.ask("GET", f"/constellations/{constellation_id}").json["name"]


def test_deletion_takes_all_of_it_from_everybody(anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea, rights="WRITE")
    folder = trip.folder()
    image = trip.image(folder=folder, by=bea)
    assert anna.ask("DELETE", trip.path).status == 200
    for client in (anna, bea):
        assert _names(client) == []
        assert client.ask("GET", "/images").json == {"images": []}
        for method, path in ROUTES:
            assert client.ask(method, path.format(trip.id), json={"name": "n", "user_uuid": bea.id}).status == 404
        for path in (f"/folders/{folder}", f"/folders/{trip.root}", f"/images/{image}", f"/images/{image}/comments"):
            assert client.ask("GET", path).status == 404
        assert client.ask("GET", f"/api/image/{image}/detail").status == 404


# Connect


@pytest.mark.parametrize("user", ["user_uuid", "user_uuid_to_connect"])
@pytest.mark.parametrize("rights", [None, *RIGHTS, "read", "Comment", "wRITE", "admin"])
@pytest.mark.parametrize("user_in", ["json", "query"])
@pytest.mark.parametrize("rights_in", ["json", "query"])
def test_connect_takes_its_words_from_body_or_query(
    anna: Client, bea: Client, trip: Workspace, user: str, rights: str | None, user_in: str, rights_in: str
) -> None:
    sent: dict[str, dict[str, str]] = {"json": {}, "query": {}}
    sent[user_in][user] = bea.id.upper()
    sent[rights_in] |= {"rights": rights} if rights else {}
    parts = {name: words for name, words in sent.items() if words}  # what is empty is not sent at all
    answer = anna.ask("POST", f"{trip.path}/connect", **parts)
    assert (answer.status, answer.json) == (200, CONNECTED)
    assert trip.rights() == {"anna": "ADMIN", "bea": (rights or "READ").upper()}


def test_what_the_body_says_goes_before_the_query(world: World, anna: Client, bea: Client, trip: Workspace) -> None:
    other = Client(world, "carl")
    body, query = {"user_uuid": bea.id, "rights": "WRITE"}, {"user_uuid": other.id, "rights": "ADMIN"}
    assert anna.ask("POST", f"{trip.path}/connect", json=body, query=query).status == 200
    assert trip.rights() == {"anna": "ADMIN", "bea": "WRITE"}
    trip.connect(other)
    assert anna.ask("POST", f"{trip.path}/disconnect", json=body, query=query).status == 200
    assert trip.rights() == {"anna": "ADMIN", "carl": "READ"}


def test_connecting_a_member_again_sets_the_new_rights(
    world: World, anna: Client, bea: Client, trip: Workspace
) -> None:
    for right in ("READ", "ADMIN", "WRITE", "WRITE", "COMMENT"):
        world.advance(seconds=1)
        trip.connect(bea, rights=right)
        assert trip.rights() == {"anna": "ADMIN", "bea": right}
    trip.connect(bea, rights="ADMIN")
    assert bea.ask("POST", f"{trip.path}/connect", json={"user_uuid": anna.id}).status == 200
    assert [each["rights"] for each in bea.ask("GET", f"{trip.path}/users").json] == ["READ", "ADMIN"]


def test_connect_gives_the_right_for_the_next_request(anna: Client, bea: Client, trip: Workspace) -> None:
    statuses = [404]
    for right in ("READ", "COMMENT", "WRITE", "ADMIN", "READ"):
        trip.connect(bea, rights=right)
        statuses.append(bea.ask("PATCH", trip.path, json={"name": right}).status)
    assert statuses == [404, 403, 403, 200, 200, 403]


@pytest.mark.parametrize(
    "rights", ["", " READ", "OWNER", "NONE", "READ,WRITE", "1", "ＲＥＡＤ", "read\0", "adm\u0131n"]
)
@pytest.mark.parametrize("sent_in", ["json", "query"])
def test_unknown_rights(anna: Client, bea: Client, trip: Workspace, rights: str, sent_in: str) -> None:
    answer = anna.ask("POST", f"{trip.path}/connect", **{sent_in: {"user_uuid": bea.id, "rights": rights}})
    assert (answer.status, answer.json) == (400, NO_RIGHT)
    assert trip.rights() == {"anna": "ADMIN"}


@pytest.mark.parametrize("name", ["user_uuid", "user_uuid_to_connect", "rights"])
@pytest.mark.parametrize("value", [5, None, True, [], {}, ["READ"]])
def test_words_that_are_no_texts(anna: Client, bea: Client, trip: Workspace, name: str, value: Any) -> None:
    answer = anna.ask("POST", f"{trip.path}/connect", json={"user_uuid": bea.id, name: value})
    assert (answer.status, answer.json) == (400, {"message": f"{name}: Input should be a valid string"})
    assert trip.rights() == {"anna": "ADMIN"}


@pytest.mark.parametrize("route", ["connect", "disconnect"])
def test_a_user_that_is_no_uuid_or_not_named(anna: Client, bea: Client, trip: Workspace, route: str) -> None:
    for user_id in ("", "bea", *no_uuids(bea.id)):
        for name in ("user_uuid", f"user_uuid_to_{route}"):
            for sent_in in ("json", "query"):
                answer = anna.ask("POST", f"{trip.path}/{route}", **{sent_in: {name: user_id}})
                assert (answer.status, answer.json) == (400, NO_USER_ID), (user_id, name, sent_in)
    nobody: list[dict[str, Any]] = [{}, {"json": {}}, {"json": {"rights": "READ", "user": bea.id}}]
    for parts in nobody:
        answer = anna.ask("POST", f"{trip.path}/{route}", **parts)
        assert (answer.status, answer.json) == (400, NO_USER_ID)
    assert trip.rights() == {"anna": "ADMIN"}


def test_a_parameter_comes_once(anna: Client, bea: Client, trip: Workspace) -> None:
    for route in ("connect", "disconnect"):
        answer = anna.ask("POST", f"{trip.path}/{route}", query={"user_uuid": [bea.id, bea.id]})
        assert (answer.status, answer.json) == (400, {"message": "user_uuid: This parameter must be given once."})


def test_an_unknown_user(anna: Client, trip: Workspace) -> None:
    for user_id in (UNKNOWN, trip.id):
        answer = anna.ask("POST", f"{trip.path}/connect", json={"user_uuid": user_id, "rights": "ADMIN"})
        assert (answer.status, answer.json) == (404, {"message": "User not found"})
    assert trip.rights() == {"anna": "ADMIN"}
    wrong = anna.ask("POST", f"{trip.path}/connect", json={"user_uuid": UNKNOWN, "rights": "OWNER"})
    assert (wrong.status, wrong.json) == (400, NO_RIGHT)


# Disconnect


@pytest.mark.parametrize("user", ["user_uuid", "user_uuid_to_disconnect"])
@pytest.mark.parametrize("sent_in", ["json", "query"])
@pytest.mark.parametrize("rights", [None, "READ", "admin", "OWNER", ""])
def test_disconnect_takes_its_words_from_body_or_query_and_ignores_rights(
    anna: Client, bea: Client, trip: Workspace, user: str, sent_in: str, rights: str | None
) -> None:
    trip.connect(bea, rights="WRITE")
    words = {user: bea.id.upper()} | ({} if rights is None else {"rights": rights})
    answer = anna.ask("POST", f"{trip.path}/disconnect", **{sent_in: words})
    assert (answer.status, answer.json) == (200, DISCONNECTED)
    assert trip.rights() == {"anna": "ADMIN"}


@pytest.mark.parametrize("rights", [5, None, [], {}])
def test_disconnect_ignores_rights_of_any_type(anna: Client, bea: Client, trip: Workspace, rights: Any) -> None:
    trip.connect(bea)
    answer = anna.ask("POST", f"{trip.path}/disconnect", json={"user_uuid": bea.id, "rights": rights})
    assert (answer.status, answer.json) == (200, DISCONNECTED)


def test_who_is_no_member_cannot_be_disconnected(anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea)
    trip.disconnect(bea)
    for user_id in (bea.id, UNKNOWN, trip.id):
        answer = anna.ask("POST", f"{trip.path}/disconnect", json={"user_uuid": user_id})
        assert (answer.status, answer.json) == (404, {"message": "This user is no member of the constellation"})


def test_disconnection_ends_access_at_once_and_connection_gives_it_again(
    anna: Client, bea: Client, trip: Workspace
) -> None:
    image = trip.image()
    for _ in range(2):
        trip.connect(bea)
        assert [bea.ask("GET", path).status for path in (trip.path, f"/images/{image}")] == [200, 200]
        trip.disconnect(bea)
        assert [bea.ask("GET", path).status for path in (trip.path, f"/images/{image}")] == [404, 404]


@pytest.mark.parametrize("right", RIGHTS)
def test_any_member_may_disconnect_itself(anna: Client, bea: Client, trip: Workspace, right: str) -> None:
    trip.connect(bea, rights=right)
    answer = bea.ask("POST", f"{trip.path}/disconnect", json={"user_uuid": bea.id.upper()})
    assert (answer.status, answer.json) == (200, DISCONNECTED)
    assert trip.rights() == {"anna": "ADMIN"}
    assert bea.ask("POST", f"{trip.path}/disconnect", json={"user_uuid": bea.id}).status == 404


# Leaving, and coming back


def _leave(client: Client, trip: Workspace) -> None:
    assert client.ask("POST", f"{trip.path}/disconnect", json={"user_uuid": client.id}).status == 200


def _connect(by: Client, trip: Workspace, user: Client, rights: str = "READ") -> Answer:
    return by.ask("POST", f"{trip.path}/connect", json={"user_uuid": user.id, "rights": rights})


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("right", RIGHTS)
def test_who_has_left_is_connected_again_only_after_it_has_accepted(
    anna: Client, bea: Client, trip: Workspace, right: str, slash: str
) -> None:
    trip.connect(bea, rights=right)
    _leave(bea, trip)
    for rights in RIGHTS:
        answer = _connect(anna, trip, bea, rights)
        assert (answer.status, answer.json) == (403, HAS_LEFT)
    assert trip.rights() == {"anna": "ADMIN"}
    assert bea.ask("GET", trip.path).status == 404
    for _ in range(2):
        answer = bea.ask("POST", f"{trip.path.upper().replace('CONSTELLATIONS', 'constellations')}/accept{slash}")
        assert (answer.status, answer.body) == (204, b"")
    assert bea.ask("GET", trip.path).status == 404
    assert _connect(anna, trip, bea).json == CONNECTED
    assert trip.rights() == {"anna": "ADMIN", "bea": "READ"}
    _leave(bea, trip)
    assert _connect(anna, trip, bea).json == HAS_LEFT


def test_who_was_sent_away_or_has_left_elsewhere_needs_not_accept(
    world: World, anna: Client, bea: Client, trip: Workspace
) -> None:
    other, carl = Workspace(anna), Client(world, "carl")
    for workspace in (trip, other):
        workspace.connect(bea)
    _leave(bea, other)
    trip.disconnect(bea)
    assert _connect(anna, trip, bea).json == CONNECTED
    assert _connect(anna, other, carl).json == CONNECTED
    assert _connect(anna, other, bea).json == HAS_LEFT


def test_accepting_gives_no_right_and_tells_nothing_to_who_has_not_left(
    world: World, anna: Client, bea: Client, trip: Workspace
) -> None:
    sent_away, gone = Client(world, "carl"), Workspace(anna)
    for workspace in (trip, gone):
        workspace.connect(bea, sent_away)
        workspace.disconnect(sent_away)
    for id_ in (trip.id, UNKNOWN, trip.root, *no_uuids(trip.id)):
        answer = sent_away.ask("POST", f"/constellations/{id_}/accept")
        assert (answer.status, answer.json) == (404, NO_CONSTELLATION)
    for member in (anna, bea):
        before = world.items(CONSTELLATIONS)
        assert member.ask("POST", f"{trip.path}/accept").status == 204
        assert world.items(CONSTELLATIONS) == before
    _leave(bea, gone)
    assert anna.ask("DELETE", gone.path).status == 200
    assert bea.ask("POST", f"{gone.path}/accept").json == NO_CONSTELLATION
    while world.deliver(REMOVALS, delayed=True):
        pass
    assert not [item for item in world.items(CONSTELLATIONS) if gone.id in item["pk"]["S"]]
    assert world.request("POST", f"{trip.path}/accept", token=anna.key).status == 401


def test_whether_somebody_is_a_member_is_not_told_to_who_may_not_disconnect(
    anna: Client, bea: Client, trip: Workspace
) -> None:
    trip.connect(bea, rights="WRITE")
    for user_id in (anna.id, UNKNOWN):
        answer = bea.ask("POST", f"{trip.path}/disconnect", json={"user_uuid": user_id})
        assert (answer.status, answer.json) == (403, {"message": "This needs ADMIN rights"})


def test_the_last_admin_can_be_neither_disconnected_nor_lowered(anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea, rights="WRITE")
    for right in ("", "READ", "COMMENT", "WRITE"):
        route, words = ("connect", {"rights": right}) if right else ("disconnect", dict[str, str]())
        answer = anna.ask("POST", f"{trip.path}/{route}", json={"user_uuid": anna.id, **words})
        assert (answer.status, answer.json) == (400, LAST_ADMIN)
    same = anna.ask("POST", f"{trip.path}/connect", json={"user_uuid": anna.id, "rights": "ADMIN"})
    assert (same.status, trip.rights()) == (200, {"anna": "ADMIN", "bea": "WRITE"})
    trip.connect(bea, rights="ADMIN")
    assert anna.ask("POST", f"{trip.path}/disconnect", json={"user_uuid": anna.id}).status == 200
    last = bea.ask("POST", f"{trip.path}/disconnect", json={"user_uuid": bea.id})
    assert (last.status, last.json) == (400, LAST_ADMIN)


# Users


def test_users_are_listed_by_name_with_their_rights(world: World, anna: Client, trip: Workspace) -> None:
    people = [Client(world, name, displayName=shown) for name, shown in (("x", "Zoe"), ("y", "ÉMILE"), ("z", "émile"))]
    trip.connect(*people, rights="comment")
    twins = sorted(people[1:], key=lambda client: client.id)
    shown = {people[1].id: "ÉMILE", people[2].id: "émile"}
    answer = anna.ask("GET", f"{trip.path}/users")
    assert answer.json == [
        {"uuid": anna.id, "name": "anna", "rights": "ADMIN"},
        {"uuid": people[0].id, "name": "Zoe", "rights": "COMMENT"},
        *({"uuid": twin.id, "name": shown[twin.id], "rights": "COMMENT"} for twin in twins),
    ]
    trip.connect(people[0], rights="READ")
    assert people[0].ask("GET", f"{trip.path}/users").json[1]["rights"] == "READ"


def test_nobodys_email_is_told(anna: Client, bea: Client, trip: Workspace) -> None:
    trip.connect(bea)
    for method, path in ROUTES[:-1]:
        for client in (anna, bea):
            answer = client.ask(method, path.format(trip.id), json={"name": "Trip", "user_uuid": bea.id})
            assert b"example.com" not in answer.body
