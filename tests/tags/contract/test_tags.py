"""Tags (second contract, 5): on images, and the list of them."""

from typing import Any

import pytest

from constellation.aws.items import from_wire
from constellation.aws.resources import DELETIONS, IMAGES, INDEXING
from tests.support.accounts import new_token
from tests.support.consistency import assert_at_rest, settle
from tests.support.sharing import NOT_FOUND, Client
from tests.support.tagging import counted, counts, put, tagged, tags_of
from tests.support.workspace import UNKNOWN, Workspace
from tests.support.world import World

NFD, NFC = "cafe\u0301", "caf\u00e9"


def leftovers(world: World) -> list[str]:
    """The items of the index of tags."""
    items = map(from_wire, world.items(IMAGES))
    return [item["pk"] for item in items if item["pk"].startswith(("TAG", "RENAMES#")) or item["sk"] == "TAGS"]


@pytest.fixture
def anna(world: World) -> Client:
    return Client(world)


def test_tags_are_shown_as_they_are_written(world: World, anna: Client) -> None:
    image_id = anna.image(isPublic="true")
    assert tags_of(anna, image_id) == []
    before = anna.ask("GET", f"/api/image/{image_id}/detail").json
    world.advance(seconds=1)
    answer = put(anna, image_id, "Trips/2025", "Sea", NFD, "\U0001f30a", " b / c ")
    assert (answer.status, answer.body) == (204, b"")
    shown = ["Trips/2025", "Sea", NFD, "\U0001f30a", "b/c"]
    after = anna.ask("GET", f"/api/image/{image_id}/detail").json
    assert after["tags"] == shown
    assert after["updatedAt"] != before["updatedAt"] is None
    assert {**before, "tags": shown, "updatedAt": after["updatedAt"]} == after
    bea = Client(world, "bea")
    listed = (
        anna.ask("GET", "/api/images/history/1").json["data"][0],
        anna.ask("GET", "/api/images", query={"uuid[]": image_id}).json[0],
        bea.ask("GET", "/api/images/1").json["data"][0],
    )
    assert [each["attributes"]["tags"] for each in listed] == [shown] * 3
    assert put(anna, image_id).status == 204
    assert tags_of(anna, image_id) == []


def test_equal_tags_are_one_as_the_first_is_written(anna: Client) -> None:
    image_id = tagged(anna, "a", "A", NFD, NFC, "\uff21", "stra\u00dfe", "STRASSE", "a/b", "A/B")
    assert tags_of(anna, image_id) == ["a", NFD, "stra\u00dfe", "a/b"]


LONGEST = "/".join(["x" * 64] * 5)


def test_bounds(world: World, anna: Client) -> None:
    image_id = anna.image(isPublic="true")
    levels = ["\U0001f30a" * 64] * 8 + ["x" * 64] * 24
    longest = [f"{level[:-2]}{number:02}/{'/'.join([level] * 4)}" for number, level in enumerate(levels)]
    assert put(anna, image_id, *longest).status == 204
    assert tags_of(anna, image_id) == longest
    settle(world)
    assert_at_rest(world)
    assert counts(anna, limit="100") == dict.fromkeys(longest, 1)
    assert put(anna, image_id, LONGEST).status == 204
    settle(world)
    assert counts(anna) == {LONGEST: 1}
    assert_at_rest(world)


@pytest.mark.parametrize(
    "wrong",
    [
        *("", " ", "a//b", "/a", "a/", "/", "a/ /b", "a/b/c/d/e/f", "x" * 65, f"{LONGEST}x", "a\nb", "a\u202eb"),
        *("a\x00", "\u2100/b/c/d/e", "\uff0fa", "a\u2100\uff0f", 1, None, [], True),
    ],
)
def test_what_is_no_tag_is_refused_whole(anna: Client, wrong: Any) -> None:
    image_id = tagged(anna, "kept")
    answer = put(anna, image_id, "fine", wrong)
    assert (answer.status, answer.json["error"]["violations"][0]["property"]) == (422, "tags.1")
    assert tags_of(anna, image_id) == ["kept"]


def test_half_a_surrogate_is_refused(anna: Client) -> None:
    path = f"/api/image/{anna.image()}/tags"
    assert anna.ask("PUT", path, body=b'{"tags": ["\\ud83c"]}').status == 400


def test_at_most_32_tags(anna: Client) -> None:
    image_id = anna.image()
    for tags in ([f"{number}" for number in range(33)], ["a"] * 33):
        assert put(anna, image_id, *tags).status == 422
    assert put(anna, image_id, *(["a"] * 32)).status == 204
    for body in ({}, {"tags": None}, {"tags": "a"}):
        assert anna.ask("PUT", f"/api/image/{image_id}/tags", json=body).status == 422


def test_who_may_tag(world: World, anna: Client) -> None:
    bea, space = Client(world, "bea"), Workspace(anna)
    mine = space.image()
    assert put(bea, mine, "a").json == NOT_FOUND
    assert put(anna, UNKNOWN, "a").json == NOT_FOUND
    space.connect(bea, rights="READ")
    assert put(bea, mine, "a").status == 403
    space.connect(bea, rights="WRITE")
    assert put(bea, mine, "hers").status == 204
    theirs = space.image(by=bea)
    space.connect(bea, rights="READ")
    assert put(bea, theirs, "own").status == 204
    public = anna.image(isPublic="true")
    assert put(bea, public, "a").status == 403
    counted(world)
    assert (counts(anna), counts(bea)) == ({"hers": 1}, {"own": 1})


def test_scoped_and_bound_tokens(world: World, anna: Client) -> None:
    space, outside = Workspace(anna), tagged(anna, "outside")
    inside = space.image()
    bound = new_token(world, anna.token, "images:write", constellation_uuid=space.id)["token"]
    path = f"/api/image/{inside}/tags"
    assert world.request("PUT", path, token=bound, json={"tags": ["inside"]}).status == 204
    assert world.request("PUT", f"/api/image/{outside}/tags", token=bound, json={"tags": []}).status == 404
    reading = new_token(world, anna.token, "images:read")["token"]
    assert world.request("PUT", path, token=reading, json={"tags": []}).status == 403
    counted(world)
    assert world.request("GET", "/api/tags", token=bound).json["data"] == []
    assert len(world.request("GET", "/api/tags", token=reading).json["data"]) == 2


def test_tags_are_listed_with_their_counts(world: World, anna: Client) -> None:
    bea = Client(world, "bea")
    tagged(bea, "trips", isPublic="true")
    first = tagged(anna, "Trips/2025", "sea")
    second = tagged(anna, "trips/2025", "trips", "zoo")
    counted(world)
    assert counts(anna) == {"sea": 1, "trips": 1, "trips/2025": 2, "zoo": 1}
    assert counts(anna, prefix="TRIP") == {"trips": 1, "trips/2025": 2}
    assert counts(anna, prefix="trips/") == {"trips/2025": 2}
    assert counts(anna, prefix="trips/2026") == counts(anna, prefix="/") == {}
    assert put(anna, first, "sea/deep").status == put(anna, second).status == 204
    counted(world)
    assert counts(anna) == {"sea/deep": 1}
    assert anna.ask("DELETE", f"/api/image/{first}").status == 204
    for queue in (DELETIONS, INDEXING):
        world.deliver(queue)
    assert (counts(anna), counts(bea)) == ({}, {"trips": 1})
    settle(world)
    assert len(leftovers(world)) == 5
    assert_at_rest(world)


def test_totals_are_of_now(world: World, anna: Client) -> None:
    image_id = tagged(anna, "a/b", "c")
    assert counts(anna) == {"a/b": 1, "c": 1}
    assert put(anna, image_id, "c").status == 204
    assert counts(anna) == {"c": 1}
    batch = {"ids": [image_id], "action": "untag", "tags": ["c"]}
    assert anna.ask("POST", "/api/images/batch", json=batch).status == 200
    assert counts(anna) == {}


def test_pages_of_tags(anna: Client, world: World) -> None:
    tagged(anna, *(f"tag {number:02}" for number in range(30)))
    counted(world)
    first = anna.ask("GET", "/api/tags")
    assert first.json["meta"]["size"] == len(first.json["data"]) == 25
    cursor = first.json["meta"]["nextCursor"]
    rest = anna.ask("GET", "/api/tags", query={"cursor": cursor})
    shown = [entry["tag"] for answer in (first, rest) for entry in answer.json["data"]]
    assert shown == [f"tag {number:02}" for number in range(30)]
    assert rest.json["meta"]["nextCursor"] is None
    assert anna.ask("GET", "/api/tags", query={"cursor": cursor, "prefix": "tag"}).status == 422
    assert Client(world, "bea").ask("GET", "/api/tags", query={"cursor": cursor}).status == 422
    for query in ({"limit": "0"}, {"limit": "101"}, {"cursor": "a"}, {"prefix": "a\n"}, {"prefix": "x" * 325}):
        assert anna.ask("GET", "/api/tags", query=query).status == 422, query


def test_a_cursor_is_short_after_the_longest_tag(anna: Client, world: World) -> None:
    """One sign becomes eighteen where tags are compared. Tags that differ in the end alone follow each other."""
    sign = "\ufdfa"
    beginning = "/".join([*[sign * 64] * 4, sign * 63])
    tags = [f"{beginning}{end}" for end in "abc"]
    tagged(anna, "a", *tags, "z")
    counted(world)
    shown, cursor = list[str](), ""
    while cursor is not None:
        page = anna.ask("GET", "/api/tags", query={"limit": "1", **({"cursor": cursor} if cursor else {})})
        assert page.status == 200
        shown += [entry["tag"] for entry in page.json["data"]]
        cursor = page.json["meta"]["nextCursor"]
        assert len(cursor or "") < 1300
    assert len(shown) == 5
    assert set(shown) == {"a", "z", *tags}


def test_totals_follow_publication_and_repeated_messages(world: World, anna: Client) -> None:
    image_id = tagged(anna, "a/b")
    for public in (True, False, True):
        assert anna.ask("PATCH", f"/api/image/{image_id}", json={"isPublic": public}).status == 204
    told = [each.content for each in world.messages(INDEXING) if "tagged" in each.content]
    counted(world)
    for _ in range(2):
        world.receive(INDEXING, told)
    assert counts(anna) == {"a/b": 1}
    settle(world)
    assert_at_rest(world)
