"""Batches (second contract, 5): every image has the outcome that the request for it alone has."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from constellation.aws.resources import HIDING
from constellation.collections import store
from constellation.common import outcomes
from constellation.common.ids import new_id
from tests.support.accounts import new_token
from tests.support.consistency import assert_at_rest, settle
from tests.support.sharing import Client, errors
from tests.support.state import keep
from tests.support.workspace import MALFORMED, UNKNOWN, Workspace, created, metadata, no_uuids
from tests.support.world import Answer, World

PATH = "/api/images/batch"
BUSY: dict[str, Any] = {"title": "Service Unavailable", "message": "Busy, try again", "violations": []}


def ask(client: Client, ids: list[str], action: str, **fields: Any) -> Answer:
    return client.ask("POST", PATH, json={"ids": ids, "action": action, **fields})


def results(client: Client, ids: list[str], action: str, **fields: Any) -> list[dict[str, Any]]:
    answer = ask(client, ids, action, **fields)
    assert answer.status == 200, answer.body
    assert answer.json.keys() == {"results"}
    assert [each["id"] for each in answer.json["results"]] == ids
    assert all(("error" in each) == (each["status"] >= 400) for each in answer.json["results"])
    return answer.json["results"]


def statuses(client: Client, ids: list[str], action: str, **fields: Any) -> list[int]:
    return [each["status"] for each in results(client, ids, action, **fields)]


def images(client: Client, number: int) -> list[str]:
    return [client.image() for _ in range(number)]


def collection(client: Client) -> str:
    return created(client.ask("POST", "/api/collections", json={"name": "All"}))["id"]


def items(client: Client, known: str) -> list[str]:
    answer = client.ask("GET", f"/api/collections/{known}/items", query={"limit": "100"})
    return [each["id"] for each in answer.json["data"]]


def is_public(client: Client, image: str) -> bool:
    return client.ask("GET", f"/api/image/{image}/detail").json["isPublic"]


# Each action


def test_images_are_deleted(world: World, anna: Client) -> None:
    one, other, kept = images(anna, 3)
    assert results(anna, [other, one], "delete") == [{"id": other, "status": 204}, {"id": one, "status": 204}]
    assert [anna.ask("GET", f"/api/image/{each}/detail").status for each in (one, other, kept)] == [404, 404, 200]
    assert statuses(anna, [one, kept, other], "delete") == [404, 204, 404]
    assert world.deliver(HIDING) > 0
    assert world.cdn.hidden.keys() == {one, other, kept}
    settle(world)
    assert_at_rest(world)


def test_images_are_published_and_taken_back(world: World, anna: Client, bea: Client) -> None:
    one, other = images(anna, 2)
    for _ in range(2):
        assert statuses(anna, [one, other], "publish") == [204, 204]
        assert is_public(anna, one)
        assert is_public(anna, other)
    assert {each["id"] for each in bea.ask("GET", "/api/images/1").json["data"]} == {one, other}
    assert statuses(anna, [other], "unpublish") == [204]
    assert [is_public(anna, each) for each in (one, other)] == [True, False]
    settle(world)
    assert_at_rest(world)


def test_images_are_collected_in_order(world: World, anna: Client) -> None:
    known, found = collection(anna), images(anna, 5)
    assert anna.ask("PUT", f"/api/collections/{known}/items/{found[3]}").status == 204
    for _ in range(2):
        assert statuses(anna, found, "collect", collection_id=known) == [204] * 5
        assert items(anna, known) == [found[3], *found[:3], found[4]]
    settle(world)
    assert_at_rest(world)


def test_images_are_moved(world: World, anna: Client) -> None:
    space = Workspace(anna)
    folder, found = space.folder(), [*images(anna, 2), space.image()]
    for _ in range(2):
        answer = statuses(anna, found, "move", constellation_uuid=space.id, folder_uuid=folder)
        assert answer == [200, 200, 200]
        assert {metadata(anna, each)["folder_uuid"] for each in found} == {folder}
    assert statuses(anna, found, "move", constellation_uuid=space.id) == [200, 200, 200]
    assert {metadata(anna, each)["folder_uuid"] for each in found} == {folder}
    loose = anna.image()
    assert statuses(anna, [loose, *found], "move", folder_uuid=space.root) == [400, 200, 200, 200]
    assert {metadata(anna, each)["folder_uuid"] for each in found} == {space.root}
    assert statuses(anna, [loose], "move", constellation_uuid=space.id) == [200]
    assert metadata(anna, loose)["folder_uuid"] == space.root
    settle(world)
    assert_at_rest(world)


def tags(client: Client, image: str) -> list[str]:
    return client.ask("GET", f"/api/image/{image}/detail").json["tags"]


def test_images_are_tagged(world: World, anna: Client) -> None:
    one, other = images(anna, 2)
    assert anna.ask("PUT", f"/api/image/{one}/tags", json={"tags": ["Sea", "a"]}).status == 204
    for _ in range(2):
        assert statuses(anna, [one, other], "tag", tags=["trips/2025", "SEA", "trips/2025"]) == [204, 204]
        assert tags(anna, one) == ["Sea", "a", "trips/2025"]
        assert tags(anna, other) == ["trips/2025", "SEA"]
    settle(world)
    assert {each["tag"]: each["count"] for each in anna.ask("GET", "/api/tags").json["data"]} == {
        "a": 1,
        "SEA": 2,
        "trips/2025": 2,
    }
    for _ in range(2):
        assert statuses(anna, [other, one], "untag", tags=["sea", "trips", "A"]) == [204, 204]
        assert (tags(anna, one), tags(anna, other)) == (["trips/2025"], ["trips/2025"])
    found = anna.ask("GET", "/api/images/history/1", query={"searchBy": "tag", "searchTerm": "trips"})
    assert {each["id"] for each in found.json["data"]} == {one, other}
    settle(world)
    assert_at_rest(world)


def test_an_image_that_would_have_too_many_tags(anna: Client) -> None:
    full, one = images(anna, 2)
    many = [f"{number}" for number in range(31)]
    assert anna.ask("PUT", f"/api/image/{full}/tags", json={"tags": many}).status == 204
    single = anna.ask("PUT", f"/api/image/{full}/tags", json={"tags": [*many, "a", "b"]})
    outcome = results(anna, [full, one], "tag", tags=["a", "b"])
    assert [each["status"] for each in outcome] == [single.status, 204] == [422, 204]
    assert {"error": outcome[0]["error"]} == single.json
    assert (tags(anna, full), tags(anna, one)) == (many, ["a", "b"])
    assert statuses(anna, [full], "tag", tags=["a", "30"]) == [204]


def test_published_images_are_found_by_their_tags(world: World, anna: Client, bea: Client) -> None:
    found = images(anna, 2)
    assert statuses(anna, found, "tag", tags=["sea"]) == [204, 204]
    assert statuses(anna, found, "publish") == [204, 204]
    shown = bea.ask("GET", "/api/images/1", query={"searchBy": "tag", "searchTerm": "sea"})
    assert {each["id"] for each in shown.json["data"]} == set(found)
    settle(world)
    assert_at_rest(world)


def test_a_hundred_images_and_upper_case(world: World, anna: Client) -> None:
    (image,) = images(anna, 1)
    answer = ask(anna, [image.upper(), *(new_id() for _ in range(99))], "publish")
    assert answer.status == 200
    assert answer.json["results"][0] == {"id": image, "status": 204}
    assert [each["status"] for each in answer.json["results"][1:]] == [404] * 99


# As the single requests


class Kinds(NamedTuple):
    """One image of every kind, as Anna sees them, and what belongs to them."""

    ids: dict[str, str]
    space: Workspace
    other: Workspace


def kinds(world: World, anna: Client, bea: Client) -> Kinds:
    """Images of one's own, of another's, and of constellations in which Anna has WRITE, READ and nothing."""
    space, read, foreign = Workspace(bea), Workspace(bea), Workspace(bea)
    space.connect(anna, rights="WRITE")
    read.connect(anna)
    cellar, gone = space.folder(), anna.image()
    made = {
        "own": anna.image(),
        "own in public": anna.image(isPublic="true"),
        "another's": bea.image(),
        "another's in public": bea.image(isPublic="true"),
        "with WRITE": space.image(),
        "with READ": read.image(),
        "foreign": foreign.image(),
        "buried": space.image(folder=cellar),
        "deleted": gone,
        "unknown": UNKNOWN,
    }
    for name in ("with READ", "foreign", "buried"):
        shown = (read if name == "with READ" else space if name == "buried" else foreign).image(
            folder=cellar if name == "buried" else ""
        )
        assert bea.ask("PATCH", f"/api/image/{shown}", json={"isPublic": True}).status == 204
        made[f"{name} in public"] = shown
    assert bea.ask("DELETE", f"/folders/{cellar}").status == 200
    assert anna.ask("DELETE", f"/api/image/{gone}").status == 204
    return Kinds(made, space, read)


def alone(client: Client, image: str, action: str, fields: Mapping[str, Any]) -> Answer:
    """The answer to the request for one image."""
    match action:
        case "delete":
            return client.ask("DELETE", f"/api/image/{image}")
        case "collect":
            return client.ask("PUT", f"/api/collections/{fields['collection_id']}/items/{image}")
        case "move":
            return client.ask("PATCH", f"/images/{image}", json=fields)
        case "tag" | "untag":
            return client.ask("PUT", f"/api/image/{image}/tags", json=fields)
        case _:
            return client.ask("PATCH", f"/api/image/{image}", json={"isPublic": action == "publish"})


def told(error: dict[str, Any]) -> str:
    """The text of an error as the constellation surface has it."""
    listed = "; ".join(f"{each['property']}: {each['message']}" for each in error["violations"])
    return listed or error["message"]


@pytest.mark.parametrize(
    ("action", "place"),
    [
        *(("delete", ""), ("publish", ""), ("unpublish", ""), ("tag", ""), ("untag", ""), ("collect", "")),
        *(("move", "WRITE"), ("move", "READ"), ("move", "unknown folder"), ("move", "folder alone")),
        ("move", "buried folder"),
    ],
)
def test_every_image_has_the_outcome_of_its_own_request(
    world: World, anna: Client, bea: Client, action: str, place: str
) -> None:
    found, seen = kinds(world, anna, bea), set[int]()
    here, cellar = {"constellation_uuid": found.space.id}, found.space.folder()
    assert bea.ask("DELETE", f"/folders/{cellar}").status == 200
    fields: dict[str, Any] = {
        "": {},
        "WRITE": here,
        "READ": {"constellation_uuid": found.other.id},
        "unknown folder": {**here, "folder_uuid": UNKNOWN},
        "folder alone": {"folder_uuid": found.space.root},
        "buried folder": {**here, "folder_uuid": cellar},
    }[place]
    if action == "collect":
        fields = {"collection_id": collection(anna)}
    if action in ("tag", "untag"):
        fields = {"tags": ["sea"]}
    before = keep()
    answers = results(anna, list(found.ids.values()), action, **fields)
    before.restore()
    for (name, image), result in zip(found.ids.items(), answers, strict=True):
        single = alone(anna, image, action, fields)
        assert result["status"] == single.status, (name, result, single.body)
        if single.status >= 400 and action == "move":
            assert told(result["error"]) == single.json["message"]
        elif single.status >= 400:
            assert {"error": result["error"]} == single.json, name
        seen.add(single.status)
    assert {403, 404} < seen or place


def test_a_collection_that_is_full(world: World, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_ITEMS", 3)
    known, found = collection(anna), images(anna, 5)
    assert anna.ask("PUT", f"/api/collections/{known}/items/{found[4]}").status == 204
    single = errors(("image_id", "A collection has at most 10,000 images."))
    outcome = results(anna, found, "collect", collection_id=known)
    assert [each["status"] for each in outcome] == [204, 204, 422, 422, 204]
    assert [each["error"] for each in outcome[2:4]] == [single["error"]] * 2
    assert items(anna, known) == [found[4], *found[:2]]


def test_more_images_than_one_transaction_takes(world: World, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_ADDED", 2)
    known, found = collection(anna), images(anna, 5)
    assert statuses(anna, found, "collect", collection_id=known) == [204] * 5
    assert items(anna, known) == found


def test_what_there_is_no_time_for_is_refused_as_busy(anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "SECONDS", 0)
    found = images(anna, 2)
    assert results(anna, found, "publish") == [{"id": each, "status": 503, "error": BUSY} for each in found]
    assert results(anna, found, "delete") == [{"id": each, "status": 503, "error": BUSY} for each in found]
    monkeypatch.setattr(outcomes, "SECONDS", 20)
    assert statuses(anna, found, "delete") == [204, 204]


# The whole


def test_what_an_action_names_and_the_caller_does_not_see(world: World, anna: Client, bea: Client) -> None:
    (image,) = images(anna, 1)
    foreign, gone, space = collection(bea), collection(anna), Workspace(bea)
    assert anna.ask("DELETE", f"/api/collections/{gone}").status == 204
    for known in (foreign, gone, UNKNOWN):
        answer = ask(anna, [image, UNKNOWN], "collect", collection_id=known)
        assert (answer.status, answer.json["error"]["message"]) == (404, "Collection not found")
    for known in (space.id, UNKNOWN):
        answer = ask(anna, [image, UNKNOWN], "move", constellation_uuid=known)
        assert (answer.status, answer.json["error"]["message"]) == (404, "Constellation not found")
    assert metadata(anna, image)["constellation_uuid"] is None


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"ids": []}, ["ids"]),
        ({"ids": [new_id() for _ in range(101)]}, ["ids"]),
        ({"ids": [UNKNOWN, UNKNOWN]}, ["ids"]),
        ({"ids": [UNKNOWN, UNKNOWN.upper()]}, ["ids"]),
        ({"ids": UNKNOWN}, ["ids"]),
        ({"ids": None}, ["ids"]),
        ({"ids": [5]}, ["ids.0"]),
        *(({"ids": [wrong]}, ["ids.0"]) for wrong in no_uuids(UNKNOWN)),
        ({"action": "erase"}, ["action"]),
        ({"action": "DELETE"}, ["action"]),
        ({"action": ""}, ["action"]),
        ({"action": None}, ["action"]),
        ({"action": ["delete"]}, ["action"]),
        ({"action": "collect"}, ["collection_id"]),
        ({"action": "collect", "collection_id": ""}, ["collection_id"]),
        ({"action": "collect", "collection_id": None}, ["collection_id"]),
        ({"action": "collect", "collection_id": "x"}, ["collection_id"]),
        ({"action": "collect", "collection_id": UNKNOWN, "folder_uuid": UNKNOWN}, ["folder_uuid"]),
        *(({"action": action}, ["tags"]) for action in ("tag", "untag")),
        *(({"action": "tag", "tags": wrong}, ["tags"]) for wrong in ([], None, "sea", ["a"] * 33)),
        *(({"action": "tag", "tags": ["a", wrong]}, ["tags.1"]) for wrong in ("", "a//b", "/a", "1/2/3/4/5/6", 5)),
        ({"action": "delete", "tags": ["sea"]}, ["tags"]),
        ({"action": "tag", "tags": ["sea"], "collection_id": UNKNOWN}, ["collection_id"]),
        ({"action": "move"}, ["constellation_uuid"]),
        ({"action": "move", "constellation_uuid": "x"}, ["constellation_uuid"]),
        ({"action": "move", "constellation_uuid": UNKNOWN, "folder_uuid": 5}, ["folder_uuid"]),
        ({"action": "move", "collection_id": UNKNOWN}, ["collection_id", "constellation_uuid"]),
        ({"action": "delete", "collection_id": UNKNOWN}, ["collection_id"]),
        (
            {"action": "publish", "folder_uuid": UNKNOWN, "constellation_uuid": UNKNOWN},
            ["constellation_uuid", "folder_uuid"],
        ),
    ],
)
def test_fields_that_are_refused(anna: Client, fields: Any, wrong: list[str]) -> None:
    (image,) = images(anna, 1)
    answer = anna.ask("POST", PATH, json={"ids": [image], "action": "delete", **fields})
    assert answer.status == 422, answer.body
    assert [each["property"] for each in answer.json["error"]["violations"]] == wrong
    assert anna.ask("GET", f"/api/image/{image}/detail").status == 200


def test_fields_that_are_missing_or_of_no_meaning(anna: Client) -> None:
    (image,) = images(anna, 1)
    answer = anna.ask("POST", PATH, json={})
    blank = "This value should not be blank."
    assert (answer.status, answer.json) == (422, errors(("ids", blank), ("action", blank)))
    assert ask(anna, [], "delete").json == errors(
        ("ids", "This collection should contain 1 elements or more."),
    )
    assert statuses(anna, [image], "publish", owner=UNKNOWN, status="ready") == [204]


@pytest.mark.parametrize("body", MALFORMED)
def test_bodies_that_are_no_objects(anna: Client, body: bytes) -> None:
    assert anna.ask("POST", PATH, body=body).status == 400


def test_a_batch_needs_a_session(world: World, anna: Client) -> None:
    (image,) = images(anna, 1)
    for token in (None, anna.key):
        answer = world.request("POST", PATH, token=token, json={"ids": [image], "action": "delete"})
        assert answer.status == 401


# Tokens


def test_a_token_needs_the_scope_of_images(world: World, anna: Client) -> None:
    (image,) = images(anna, 1)
    body = {"ids": [image], "action": "publish"}
    for scope, status in (("images:read", 403), ("constellations:write", 403), ("images:write", 200)):
        token = new_token(world, anna.token, scope)["token"]
        answer = world.request("POST", PATH, token=token, json=body)
        assert answer.status == status, scope
        if status == 403:
            assert "images:write" in answer.json["error"]["message"]
    assert is_public(anna, image)


def test_a_bound_token_knows_its_constellation_alone(world: World, anna: Client) -> None:
    space, other = Workspace(anna), Workspace(anna)
    folder, inside = space.folder(), space.image()
    ids = [inside, anna.image(), anna.image(isPublic="true"), other.image()]
    token = new_token(world, anna.token, "images:write", constellation_uuid=space.id)["token"]

    def batch(action: str, **fields: Any) -> Any:
        answer = world.request("POST", PATH, token=token, json={"ids": ids, "action": action, **fields})
        return [each["status"] for each in answer.json["results"]] if answer.status == 200 else answer.status

    assert batch("publish") == [204, 404, 404, 404]
    assert batch("tag", tags=["sea"]) == [204, 404, 404, 404]
    assert batch("collect", collection_id=collection(anna)) == 404
    assert batch("move", constellation_uuid=other.id) == 404
    assert batch("move", constellation_uuid=UNKNOWN) == 404
    assert batch("move", constellation_uuid=space.id, folder_uuid=folder) == [200, 404, 404, 404]
    assert metadata(anna, inside)["folder_uuid"] == folder
    assert batch("delete") == [204, 404, 404, 404]
