"""Renames that are ended at every AWS call, before its effect and after: each image once, and nothing left."""

import pytest

from constellation.aws.resources import INDEXING
from tests.support.consistency import assert_at_rest, assert_tagged, settle, shelf
from tests.support.faults import Killed, killed
from tests.support.sharing import Client
from tests.support.tagging import counted, counts, found, tagged, tags_of
from tests.support.world import World, event

pytestmark = pytest.mark.usefixtures("shelves")  # many calls of DynamoDB

CALLS = 17
"""What the request and the run that follows it ask of AWS together."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(CALLS + 1))
def test_a_rename_is_done_once_or_not_at_all(world: World, call: int, after: bool) -> None:
    """What comes out lies in the branch again, so that a second time would show."""
    anna = Client(world)
    first, second = tagged(anna, "a/a/a/b", isPublic="true"), tagged(anna, "c", "a/a/d")
    caller = world.authorize("jwt", f"Bearer {anna.token}")
    counted(world)
    world.advance(seconds=60)
    world.deliver(INDEXING, delayed=True)
    asked = event("PATCH", "/api/tags", caller=caller, json={"from": "a/a", "to": "a"})

    def ask() -> None:
        assert world.call("share_rename_tags", asked).status == 202
        world.deliver(INDEXING)

    try:
        with killed(call, after=after):
            ask()
        assert call == CALLS
    except Killed:
        assert call < CALLS
    assert_tagged(shelf(world), but_for_empty=True)  # at every moment
    world.advance(minutes=40)
    world.invoke("reconcile", {})
    settle(world)
    assert_at_rest(world)
    tags = tags_of(anna, first), tags_of(anna, second)
    assert tags in ((["a/a/b"], ["c", "a/d"]), (["a/a/a/b"], ["c", "a/a/d"]))
    was_asked = tags[0] == ["a/a/b"]
    assert counts(anna) == ({"a/a/b": 1, "a/d": 1, "c": 1} if was_asked else {"a/a/a/b": 1, "a/a/d": 1, "c": 1})
    assert found(anna, "a/a", public=True) == {first}
