"""Changes of tags that are ended at every AWS call, before its effect and after: counted once, and nothing left."""

import pytest

from constellation.aws.resources import INDEXING
from tests.support.consistency import assert_at_rest, settle
from tests.support.faults import Killed, killed
from tests.support.sharing import Client
from tests.support.world import World, event


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("call", range(13))
def test_tags_are_whole_or_as_before(world: World, call: int, after: bool) -> None:
    """The request is killed, or where it makes fewer calls, the run that follows it."""
    anna = Client(world)
    image_id = anna.image(isPublic="true")
    caller = world.authorize("jwt", f"Bearer {anna.token}")
    world.advance(seconds=120)
    world.deliver(INDEXING, delayed=True)

    def put(*tags: str) -> None:
        body = {"tags": list(tags)}
        path = f"/api/image/{image_id}/tags"
        asked = event("PUT", path, path_parameters={"image_id": image_id}, caller=caller, json=body)
        assert world.call("share_tag_image", asked).status == 204

    put("a/b", "c")
    settle(world)
    assert_at_rest(world)

    def change() -> None:
        put("a", "d")
        world.advance(seconds=60)
        world.deliver(INDEXING, delayed=True)

    with pytest.raises(Killed), killed(call, after=after):
        change()
    settle(world)
    assert_at_rest(world)
    assert anna.ask("GET", f"/api/image/{image_id}/detail").json["tags"] in (["a/b", "c"], ["a", "d"])
