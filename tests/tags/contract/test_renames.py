"""Renames of branches of tags (second contract, 5)."""

from typing import Any

import pytest

from constellation.aws.resources import INDEXING
from constellation.images import rename_tags
from constellation.tags import rename as asking
from tests.support.accounts import new_token
from tests.support.consistency import assert_at_rest, settle, shelf
from tests.support.sharing import Client
from tests.support.tagging import counted, counts, found, put, rename, tagged, tags_of
from tests.support.workspace import Workspace
from tests.support.world import World

pytestmark = pytest.mark.usefixtures("shelves")  # many calls of DynamoDB

DEEP = "a/b/c/d/e"


@pytest.fixture
def anna(world: World) -> Client:
    return Client(world)


def done(world: World) -> None:
    """Let renames be worked off, and nothing that comes later."""
    while world.deliver(INDEXING):
        pass


def test_a_branch_is_renamed_wherever_its_images_lie(world: World, anna: Client) -> None:
    space = Workspace(anna)
    first = tagged(anna, "Trips/2025/Rome", "Sea", isPublic="true")
    second = tagged(anna, "trips", "trips/2025", "tripsy")
    third = space.image()
    assert put(anna, third, "TRIPS/2024").status == 204
    counted(world)
    before = anna.ask("GET", f"/api/image/{first}/detail").json
    answer = rename(anna, "trips", "Journeys / Far")
    assert (answer.status, answer.body) == (202, b"")
    done(world)
    assert tags_of(anna, first) == ["Journeys/Far/2025/Rome", "Sea"]
    assert tags_of(anna, second) == ["Journeys/Far", "Journeys/Far/2025", "tripsy"]
    assert tags_of(anna, third) == ["Journeys/Far/2024"]
    after = anna.ask("GET", f"/api/image/{first}/detail").json
    assert {**before, "tags": after["tags"]} == after
    renamed = {"Journeys/Far": 1, "Journeys/Far/2024": 1, "Journeys/Far/2025": 1, "Journeys/Far/2025/Rome": 1}
    assert counts(anna) == {**renamed, "Sea": 1, "tripsy": 1}
    assert found(anna, "trips") == found(anna, "trips", public=True) == set()
    assert found(anna, "journeys") == found(anna, "journeys/far") == {first, second, third}
    assert found(anna, "journeys", public=True) == {first}
    settle(world)
    assert_at_rest(world)
    assert counts(anna) == {**renamed, "Sea": 1, "tripsy": 1}


def test_branches_merge(world: World, anna: Client) -> None:
    both = tagged(anna, "a/x", "B/x", "c")
    one = tagged(anna, "a/x", "a/y")
    other = tagged(anna, "b/x")
    counted(world)
    assert rename(anna, "A", "b").status == 202
    done(world)
    assert [tags_of(anna, each) for each in (both, one, other)] == [["b/x", "c"], ["b/x", "b/y"], ["b/x"]]
    assert counts(anna) == {"b/x": 3, "b/y": 1, "c": 1}
    settle(world)
    assert_at_rest(world)


def test_each_image_is_renamed_once(world: World, anna: Client) -> None:
    """A second time would go on: what comes out lies in the branch again."""
    image_id = tagged(anna, "a/a/a/b", "a")
    counted(world)
    told = [{"renames": anna.id}] * 3
    assert rename(anna, "a/a", "a").status == 202
    assert world.receive(INDEXING, told) == []
    assert tags_of(anna, image_id) == ["a/a/b", "a"]
    settle(world)
    assert world.receive(INDEXING, told) == []
    assert tags_of(anna, image_id) == ["a/a/b", "a"]
    assert_at_rest(world)


def test_renames_take_effect_in_the_order_in_which_they_were_asked_for(world: World, anna: Client) -> None:
    first, second = tagged(anna, "a"), tagged(anna, "b")
    for old, new in (("a", "c"), ("b", "a"), ("c", "b"), ("b", "d/e"), ("d", "f")):
        assert rename(anna, old, new).status == 202
    assert (tags_of(anna, first), tags_of(anna, second)) == (["a"], ["b"])
    done(world)
    assert (tags_of(anna, first), tags_of(anna, second)) == (["f/e"], ["a"])
    assert counts(anna) == {"f/e": 1, "a": 1}
    settle(world)
    assert_at_rest(world)


def test_tags_that_are_given_after_it_was_asked_for_stay(world: World, anna: Client) -> None:
    first, second, third = tagged(anna, "a"), anna.image(), tagged(anna, "a")
    assert rename(anna, "a", "b").status == 202
    assert put(anna, first, "a").status == put(anna, second, "a", "z").status == 204
    done(world)
    assert [tags_of(anna, each) for each in (first, second, third)] == [["a"], ["a", "z"], ["b"]]
    settle(world)
    assert counts(anna) == {"a": 2, "b": 1, "z": 1}
    assert_at_rest(world)
    assert rename(anna, "a", "c").status == 202
    settle(world)
    assert counts(anna) == {"b": 1, "c": 2, "z": 1}


def test_a_tag_with_more_images_than_one_transaction_takes(world: World, anna: Client) -> None:
    images = [tagged(anna, "a/b", f"number {number}", isPublic="true") for number in range(40)]
    wide = anna.image(isPublic="true")
    assert put(anna, wide, *(f"a/{number}/c/d/e" for number in range(32))).status == 204
    counted(world)
    assert rename(anna, "a", "z").status == 202
    done(world)
    assert found(anna, "z/b", public=True) == found(anna, "z/b") == set(images)
    assert found(anna, "a", public=True) == set()
    assert tags_of(anna, wide) == [f"z/{number}/c/d/e" for number in range(32)]
    assert counts(anna, prefix="z/b") == {"z/b": 40}
    assert counts(anna, prefix="a") == {}
    settle(world)
    assert_at_rest(world)


def test_a_message_has_a_budget_and_the_next_one_goes_on(
    world: World, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rename_tags, "LOOKED_AT", 2)
    passed = iter(range(0, 10_000, 100))
    images = [tagged(anna, "a") for _ in range(9)]
    assert rename(anna, "a", "b").status == 202
    world.take(INDEXING)
    rename_tags.rename_tags({"renames": anna.id}, world.now, lambda: float(next(passed)))
    assert [each.content["number"] for each in world.messages(INDEXING) if "renames" in each.content] == [1]
    moved = [tags_of(anna, each) for each in images].count(["b"])
    assert 0 < moved < 9
    done(world)
    assert [tags_of(anna, each) for each in images] == [["b"]] * 9
    settle(world)
    assert_at_rest(world)


@pytest.mark.parametrize("to", ["a", "A", "a/b", " A / b", "\uff21/b"])
def test_a_branch_is_not_renamed_into_itself(world: World, anna: Client, to: str) -> None:
    image_id = tagged(anna, "a/c")
    answer = rename(anna, "a", to)
    assert answer.status == 422
    violations = answer.json["error"]["violations"]
    assert violations == [{"property": "to", "message": "The new tag must neither be the old one nor lie below it."}]
    settle(world)
    assert tags_of(anna, image_id) == ["a/c"]


def test_no_tag_comes_to_have_more_than_five_levels(world: World, anna: Client) -> None:
    image_id = tagged(anna, "x/1/2/3", "x", "y")
    counted(world)
    assert rename(anna, "x", "b/c/d").status == 422
    assert rename(anna, "x/1/2", "b/c/d/e").status == 202
    assert rename(anna, "y", DEEP).status == 202
    settle(world)
    assert tags_of(anna, image_id) == ["b/c/d/e/3", "x", DEEP]
    assert rename(anna, "x", f"{DEEP}/f").json["error"]["violations"][0]["property"] == "to"
    assert rename(anna, f"{DEEP}/f", "x").json["error"]["violations"][0]["property"] == "from"
    assert_at_rest(world)


def test_a_tag_that_has_only_just_come_and_would_be_too_deep_stays(world: World, anna: Client) -> None:
    image_id = tagged(anna, "x/1")
    assert rename(anna, "x", "b/c").status == 202
    batch = {"ids": [image_id], "action": "tag", "tags": ["x/1/2/3/4"]}
    assert anna.ask("POST", "/api/images/batch", json=batch).status == 200
    settle(world)
    assert tags_of(anna, image_id) == ["b/c/1", "x/1/2/3/4"]
    assert_at_rest(world)


def test_a_branch_with_very_many_tags_is_not_moved_to_a_deeper_level(
    world: World, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_CHECKED", 3)
    tagged(anna, "x/1", "x/2", "x/3", "xy")
    counted(world)
    assert rename(anna, "x", "b/c").status == 422
    assert rename(anna, "x/3", "b/c/d").status == rename(anna, "x", "b").status == 202


WRONG: tuple[Any, ...] = ("", " ", "a//b", "/a", "a/", "a/b/c/d/e/f", "x" * 65, "a\x00", 1, None, [], ["a"])


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_tag_is_refused(world: World, anna: Client, wrong: Any) -> None:
    for body, name in (({"from": wrong, "to": "b"}, "from"), ({"from": "b", "to": wrong}, "to")):
        answer = anna.ask("PATCH", "/api/tags", json=body)
        assert (answer.status, answer.json["error"]["violations"][0]["property"]) == (422, name)
    assert not shelf(world).renames


def test_both_are_required(anna: Client) -> None:
    for body in ({}, {"from": "a"}, {"to": "b"}, {"old": "a", "to": "b"}):
        assert anna.ask("PATCH", "/api/tags", json=body).status == 422
    for text in ("", "{", "[]"):
        assert anna.ask("PATCH", "/api/tags", body=text.encode()).status in (400, 422)


def test_a_branch_that_no_image_has_is_renamed_to_no_effect(world: World, anna: Client) -> None:
    image_id = tagged(anna, "b")
    assert rename(anna, "a", "b").status == 202
    settle(world)
    assert counts(anna) == {"b": 1}
    assert tags_of(anna, image_id) == ["b"]
    assert_at_rest(world)


def test_only_ones_own_tags_are_renamed(world: World, anna: Client) -> None:
    bea = Client(world, "bea")
    space = Workspace(anna)
    theirs = tagged(bea, "a", isPublic="true")
    space.connect(bea, rights="ADMIN")
    mine = space.image()
    assert put(bea, mine, "a").status == 204
    counted(world)
    assert rename(bea, "a", "b").status == 202
    settle(world)
    assert (tags_of(bea, theirs), tags_of(anna, mine)) == (["b"], ["a"])
    assert (counts(anna), counts(bea)) == ({"a": 1}, {"b": 1})
    assert_at_rest(world)


def test_tokens(world: World, anna: Client) -> None:
    space, body = Workspace(anna), {"from": "a", "to": "b"}
    statuses = {
        "images:write": 202,
        "images:read": 403,
        "firmware:write": 403,
    }
    for scope, status in statuses.items():
        token = new_token(world, anna.token, scope)["token"]
        assert world.request("PATCH", "/api/tags", token=token, json=body).status == status
    bound = new_token(world, anna.token, "images:write", constellation_uuid=space.id)["token"]
    assert world.request("PATCH", "/api/tags", token=bound, json=body).status == 403
    assert world.request("PATCH", "/api/tags", json=body).status == 401
