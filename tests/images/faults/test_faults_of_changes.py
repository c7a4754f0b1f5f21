"""Changes, deletions, clean-ups and index runs ended at every AWS call, before its effect and after, and repeated.

What is in the end equals what is without a fault, and a search is right at every moment in between.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import pytest

from constellation.aws.items import from_wire
from constellation.aws.resources import DELETIONS, IMAGES, INDEXING, ORIGINALS, RENDITIONS
from constellation.images import comment_store as comments
from constellation.runtime.consumer import Consumer
from constellation.runtime.endpoint import Endpoint
from constellation.search import index
from tests.support import pictures
from tests.support.consistency import assert_at_rest, assert_searches, settle, shelf
from tests.support.faults import Killed, answer_lost, at_every_moment, calls_take, killed, meanwhile
from tests.support.sharing import ANNA, link_again, uploaded
from tests.support.world import Answer, World, event, load

pytestmark = pytest.mark.usefixtures("shelves")  # many calls of DynamoDB

TERMS = ("fox", "rabbit")
BEFORE: Mapping[str, str] = {"description": "A red fox #hunts", "isPublic": "false"}
PUBLISHED: Mapping[str, str] = {**BEFORE, "isPublic": "true"}


@dataclass(frozen=True)
class Doing:
    """Something done to an image, in so many AWS calls."""

    name: str
    calls: int
    do: Callable[[World, str], object]
    image: Mapping[str, str] = field(default_factory=lambda: BEFORE)
    prepare: Callable[[World, str], object] = lambda _, __: None

    def __str__(self) -> str:
        return self.name


def patch(world: World, image_id: str, **fields: Any) -> Answer:
    path, parameters = f"/api/image/{image_id}", {"image_id": image_id}
    return world.call("share_change_image", event("PATCH", path, json=fields, path_parameters=parameters, caller=ANNA))


def delete(world: World, image_id: str, **fields: Any) -> Answer:
    path, parameters = f"/api/image/{image_id}", {"image_id": image_id}
    return world.call("share_delete_image", event("DELETE", path, json=fields, path_parameters=parameters, caller=ANNA))


def commented(world: World, image_id: str, content: str) -> Answer:
    path, parameters = f"/images/{image_id}/comments", {"image_uuid": image_id}
    happening = event("POST", path, json={"content": content}, path_parameters=parameters, caller=ANNA)
    return world.call("add_comment", happening)


def changes(**fields: Any) -> Callable[[World, str], object]:
    return lambda world, image_id: patch(world, image_id, **fields)


def deletes(**fields: Any) -> Callable[[World, str], object]:
    return lambda world, image_id: delete(world, image_id, **fields)


def receives_again(queue: Any) -> Callable[[World, str], object]:
    """The first message of a queue that is about an image, or about any; it stays in the queue."""

    def receive(world: World, image_id: str) -> None:
        about = [message.content for message in world.messages(queue) if image_id in str(message.content)]
        with calls_take(world, 1):
            assert world.receive(queue, [about[0]]) == []

    return receive


def gone(world: World, image_id: str) -> None:
    assert delete(world, image_id).status == 204


def gone_with_comments(world: World, image_id: str) -> None:
    for content in ("Oh.", "Ah."):
        assert commented(world, image_id, content).status == 201
    gone(world, image_id)


def gone_from_sight(world: World, image_id: str) -> None:
    assert delete(world, image_id, preserveOnDisk=True).status == 204


def reworded(world: World, image_id: str) -> None:
    assert patch(world, image_id, description="A red rabbit").status == 204


INDEXED = Doing("indexed", 20, receives_again(INDEXING), PUBLISHED, reworded)

DOINGS = [
    Doing("same", 1, changes(description=BEFORE["description"], isPublic=False)),
    Doing("reworded", 3, changes(description="A red rabbit")),
    Doing("published", 3, changes(isPublic=True)),
    Doing("unpublished", 3, changes(isPublic=False), PUBLISHED),
    Doing("both", 3, changes(description="Hunters", isPublic=True)),
    Doing("deleted", 5, deletes()),
    Doing("deleted from public", 5, deletes(preserveOnDisk=False), PUBLISHED),
    Doing("deleted, bytes kept", 5, deletes(preserveOnDisk=True), PUBLISHED),
    Doing("swept", 15, receives_again(DELETIONS), PUBLISHED, gone),
    Doing("swept with comments", 16, receives_again(DELETIONS), PUBLISHED, gone_with_comments),
    Doing("swept, bytes kept", 14, receives_again(DELETIONS), BEFORE, gone_from_sight),
    INDEXED,
]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "FEWEST", 1)
    monkeypatch.setattr(index, "SLICE", 6)
    monkeypatch.setattr(index, "BUDGET", 8)
    monkeypatch.setattr(comments, "PART", 3)


def indexed_pair(world: World, fields: Mapping[str, str]) -> tuple[str, str]:
    """Two images, the same but for their ids, with renditions and in the index."""
    one, other = (uploaded(world, pictures.still("PNG", 4, 4), **fields) for _ in range(2))
    for image_id in (one, other):
        assert link_again(world, f"{image_id}.png", {"w": "2"}).status == 200
    settle(world)
    assert shelf(world).entries
    return one, other


def traces(world: World, image_id: str) -> list[str]:
    """All that is kept of an image, with ``ID`` in the place of its id, but for its file, which is another's too."""
    items = [from_wire(item) for item in world.items(IMAGES) if item["sk"]["S"] != "INDEX"]
    items = [item for item in items if not item["pk"].startswith("FILES#")]
    keys = [key for bucket in (ORIGINALS, RENDITIONS) for key in world.objects(bucket)]
    texts = [*(str(sorted(item.items())) for item in items), *keys]
    return sorted(text.replace(image_id, "ID") for text in texts if image_id in text)


@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_a_search_is_right_at_every_moment(world: World, doing: Doing) -> None:
    one, _ = indexed_pair(world, doing.image)
    moments = 0

    def look() -> None:
        nonlocal moments
        moments += 1
        assert_searches(world, TERMS)

    doing.prepare(world, one)
    world.advance(seconds=75)
    with at_every_moment(look):
        doing.do(world, one)
    assert moments == doing.calls
    with at_every_moment(look):
        settle(world)
    assert_at_rest(world)


ENDS = [
    *((doing, range(doing.calls + 1)) for doing in DOINGS if doing is not INDEXED),
    *((INDEXED, [done]) for done in range(INDEXED.calls + 1)),  # an index run would see the other images too
]
"""Each doing and the numbers of calls after which it ends, for a pair of images each."""


@pytest.mark.parametrize(("doing", "ends"), ENDS, ids=str)
def test_what_is_killed_and_repeated_ends_as_without_a_fault(world: World, doing: Doing, ends: Sequence[int]) -> None:
    pairs = {done: indexed_pair(world, doing.image) for done in ends}
    for image_id in chain(*pairs.values()):
        doing.prepare(world, image_id)
    world.advance(seconds=75)
    for done, (one, other) in pairs.items():
        end = killed(done, after=False) if done < doing.calls else killed(done - 1, after=True)
        with pytest.raises(Killed), end:
            doing.do(world, one)
        for image_id in (one, other):
            doing.do(world, image_id)
    settle(world)
    assert_at_rest(world)
    assert_searches(world, TERMS)
    for done, (one, other) in pairs.items():
        assert traces(world, one) == traces(world, other), f"killed after {done} calls"


def operations(doing: Doing) -> list[str]:
    """Those whose answer can get lost."""
    match doing.name.split():
        case ["indexed"]:
            return ["BatchWriteItem", "DeleteItem", "UpdateItem", "SendMessage"]
        case ["swept", *_]:
            sent = ["SendMessage"] if doing.prepare is gone_with_comments else []
            return ["BatchWriteItem", "DeleteObjects", "DeleteObject", *sent]
        case ["same"]:
            return ["GetItem"]
        case _:
            return ["TransactWriteItems", "SendMessage"]


@pytest.mark.parametrize("doing", DOINGS, ids=str)
def test_answers_that_got_lost_change_nothing(world: World, doing: Doing) -> None:
    for operation in operations(doing):
        one, other = indexed_pair(world, doing.image)
        for image_id in (one, other):
            doing.prepare(world, image_id)
        world.advance(seconds=75)
        with answer_lost(operation):
            doing.do(world, one)
        doing.do(world, other)
        settle(world)
        assert traces(world, one) == traces(world, other), operation
        assert_at_rest(world)


def test_a_change_meets_a_deletion_and_is_told_so(world: World) -> None:
    one, _ = indexed_pair(world, PUBLISHED)
    with meanwhile("SendMessage", lambda: gone(World(world.now), one)):
        assert patch(world, one, description="back again", isPublic=False).status == 404
    settle(world)
    assert one not in shelf(world).records
    assert_at_rest(world)


def test_a_deletion_takes_what_a_change_has_made_meanwhile(world: World) -> None:
    one, _ = indexed_pair(world, BEFORE)
    with meanwhile("SendMessage", lambda: patch(World(world.now), one, description="A rabbit", isPublic=True)):
        assert delete(world, one).status == 204
    settle(world)
    assert one not in shelf(world).records
    assert_at_rest(world)


def test_of_two_changes_the_later_one_stands_whole(world: World) -> None:
    one, _ = indexed_pair(world, BEFORE)
    with meanwhile("SendMessage", lambda: patch(World(world.now), one, description="first", isPublic=True)):
        assert patch(world, one, description="second", isPublic=False).status == 204
    record = shelf(world).records[one]
    assert (record["description"], record.get("publicList"), record["version"]) == ("second", None, 3)
    settle(world)
    assert_at_rest(world)


def test_a_word_that_was_lost_and_given_back_stays_in_the_index(world: World) -> None:
    """Its message comes after the index run that has entered the word again."""
    one, _ = indexed_pair(world, BEFORE)
    patch(world, one, description="A red rabbit")
    [lost] = [message.content for message in world.messages(INDEXING) if "forget" in message.content]
    patch(world, one, description=BEFORE["description"])
    settle(world)
    assert world.receive(INDEXING, [lost]) == []
    assert_at_rest(world)
    assert_searches(world, TERMS)


def test_an_index_run_that_ends_after_a_deletion_leaves_nothing(world: World) -> None:
    """What it has read of the image just before, it writes after the first clean-up."""
    one, _ = indexed_pair(world, BEFORE)
    reworded(world, one)
    world.advance(seconds=75)

    def deletes_and_sweeps() -> None:
        other = World(world.now)
        gone(other, one)
        other.deliver(DELETIONS)

    with meanwhile("UpdateItem", deletes_and_sweeps):  # which takes the lease
        world.deliver(INDEXING, delayed=True)
    settle(world)
    assert one in shelf(world).tombstones
    assert_at_rest(world)


def test_the_cdn_forgets_when_all_that_was_under_way_has_ended(world: World) -> None:
    """Also when an earlier deletion had asked for the clean-up and was killed before it did anything else."""
    one, _ = indexed_pair(world, BEFORE)
    with pytest.raises(Killed), killed(1, after=True):
        delete(world, one)
    gone(world, one)
    abandoned, final, first = world.messages(DELETIONS)
    for number, message in enumerate((first, abandoned, final, final)):
        assert world.receive(DELETIONS, [message.content]) == []
        world.invoke("purge_cdn", {})
        world.advance(seconds=60)
        assert world.invalidated() == [f"#{one}"] * number
    settle(world)
    assert_at_rest(world)
    sweeping = load("clean_up_image")
    assert isinstance(sweeping, Consumer)
    assert final.delay > Endpoint.timeout + sweeping.timeout
