"""An image with many comments is deleted: what users see goes first, and the comments go in a few bounded parts."""

import json
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from constellation.aws.items import to_wire
from constellation.aws.resources import DELETIONS, HIDING, IMAGES
from constellation.common.ids import new_id
from constellation.common.times import to_wire as time_to_wire
from constellation.images import comment_store as comments
from constellation.images import comments as commenting
from constellation.images.model import Comment
from constellation.runtime.request import Caller
from tests.support.consistency import assert_at_rest, settle, shelf
from tests.support.engine import Engine
from tests.support.faults import Killed, after_call, counted, killed, killed_before
from tests.support.meter import metered
from tests.support.spaces import ask, newcomer, own_image
from tests.support.world import NOON, World

MOST = 10_000
"""Comments that an image can have."""


@pytest.fixture
def ada(world: World, shelves: Engine) -> Caller:
    """A user."""
    return newcomer(world)


def said(image_id: str, author: str, number: int, content: str = "Oh.") -> list[Comment]:
    """So many comments on an image, a second after each other."""
    return [Comment(new_id(), image_id, author, content, NOON + timedelta(seconds=second)) for second in range(number)]


def keep(shelves: Engine, made: Iterable[Comment], *, with_places: bool = True) -> None:
    """Put comments into the table as the product does, or as it did before it wrote down their places."""
    for comment in made:
        place = f"{time_to_wire(comment.created_at)}#{comment.id}"
        pk = f"IMAGE#{comment.image_id}"
        item = {"pk": pk, "sk": f"COMMENT#{place}", "author": comment.author, "content": comment.content}
        shelves.load(IMAGES, [to_wire(item)])
        if with_places:
            shelves.load(IMAGES, [to_wire({"pk": pk, "sk": f"COMMENT-ID#{comment.id}", "place": place})])


def left(shelves: Engine, image_id: str) -> list[str]:
    """The sort keys of all that is left of an image."""
    return [item["sk"]["S"] for item in shelves.partition(IMAGES.physical_name, f"IMAGE#{image_id}")]


def deleted(world: World, caller: Caller, image_id: str) -> None:
    assert ask(world, "share_delete_image", caller, image_id=image_id).status == 204


def swept(world: World) -> list[list[str]]:
    """The AWS calls of each round that it takes until no message can be had now."""
    rounds = list[list[str]]()
    while True:
        with counted() as calls:
            delivered = world.deliver(DELETIONS)
        if not delivered:
            return rounds
        rounds.append([name.rpartition(".")[2] for name in calls])


def test_the_cdn_is_told_first_and_the_comments_go_in_few_parts(world: World, shelves: Engine, ada: Caller) -> None:
    """AWS Lambda ends a chain of messages after 16 rounds, as a loop that nobody wants."""
    image = own_image(world, ada)
    keep(shelves, said(image, ada.user_id, MOST))
    deleted(world, ada, image)
    assert [message.content for message in world.messages(HIDING)] == [{"images": [image]}]
    first, *_ = rounds = swept(world)
    assert first.index("DeleteObject") < first.index("BatchWriteItem")
    assert len(rounds) <= 6
    assert max(map(len, rounds)) <= 250
    assert left(shelves, image) == ["DELETED", "SWEEP"]  # until the final clean-up
    settle(world)
    assert_at_rest(world)


def test_the_cdn_is_told_also_when_comments_cannot_be_deleted(world: World, shelves: Engine, ada: Caller) -> None:
    image = own_image(world, ada)
    keep(shelves, said(image, ada.user_id, 3))
    deleted(world, ada, image)
    with pytest.raises(Killed), killed_before("Query"):
        world.deliver(DELETIONS, delayed=True)
    world.deliver(HIDING)
    assert world.cdn.hidden.keys() == {image}
    world.invoke("purge_cdn", {})
    assert world.invalidated() == [f"#{image}"]


@pytest.mark.parametrize("with_places", [True, False], ids=["with places", "older ones"])
def test_killed_at_every_call_and_repeated_it_ends_the_same(
    world: World, shelves: Engine, ada: Caller, with_places: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message of a killed run comes again; what that run has sent comes as well."""
    monkeypatch.setattr(comments, "PART", 5)

    def doomed() -> str:
        image = own_image(world, ada)
        keep(shelves, said(image, ada.user_id, 6), with_places=with_places)
        deleted(world, ada, image)
        return image

    image = doomed()
    calls = sum(map(len, swept(world)))
    assert left(shelves, image) == ["DELETED", "SWEEP"]
    assert calls == (14 if with_places else 11)
    for number in range(calls):
        for after in (False, True):
            image = doomed()
            with pytest.raises(Killed), killed(number, after=after):
                swept(world)
            swept(world)
            assert left(shelves, image) == ["DELETED", "SWEEP"], number
    settle(world)
    assert_at_rest(world)


def test_two_chains_at_once_leave_nothing(
    world: World, shelves: Engine, ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comments, "PART", 5)
    image = own_image(world, ada)
    keep(shelves, said(image, ada.user_id, 20))
    deleted(world, ada, image)
    while world.deliver(DELETIONS, delayed=True):
        pass
    assert left(shelves, image) == ["DELETED"]


def test_the_final_clean_up_takes_what_came_late(world: World, shelves: Engine, ada: Caller) -> None:
    """A comment of a function that still ran without the check."""
    image = own_image(world, ada)
    deleted(world, ada, image)
    swept(world)
    keep(shelves, said(image, ada.user_id, 1), with_places=False)
    settle(world)
    assert left(shelves, image) == ["DELETED"]


# One comment among many


@pytest.mark.parametrize("content", ["Oh.", "c" * 2000], ids=["short", "long"])
def test_one_comment_is_found_without_the_others(world: World, shelves: Engine, ada: Caller, content: str) -> None:
    image = own_image(world, ada)
    made = said(image, ada.user_id, 2000, content)
    keep(shelves, made)
    for comment_id, status in ((made[1500].id, 200), (new_id(), 404)):
        with metered(shelves) as bill:
            answer = ask(world, "delete_comment", ada, image_uuid=image, comment_uuid=comment_id)
        assert answer.status == status
        assert bill.reads <= 4
        assert bill.calls <= 4
    assert f"COMMENT-ID#{made[1500].id}" not in left(shelves, image)


def test_an_older_comment_is_found_and_goes_uncounted(world: World, shelves: Engine, ada: Caller) -> None:
    """One that was written before comments were counted, with a newer one behind it."""
    image = own_image(world, ada)
    older = said(image, ada.user_id, 3)
    keep(shelves, older, with_places=False)
    world.advance(minutes=1)
    assert ask(world, "add_comment", ada, {"content": "New"}, image_uuid=image).status == 201
    for comment in (older[1], older[0], older[2]):
        for status in (200, 404):
            answer = ask(world, "delete_comment", ada, image_uuid=image, comment_uuid=comment.id)
            assert answer.status == status
    assert shelf(world).records[image]["commentCount"] == 1
    assert [comment["content"] for comment in ask(world, "list_comments", ada, image_uuid=image).json] == ["New"]
    settle(world)
    assert_at_rest(world)


# As many as there can be


def add(world: World, caller: Caller, image_id: str) -> Any:
    return ask(world, "add_comment", caller, {"content": "Oh."}, image_uuid=image_id)


FULL = {"message": "An image has at most 10,000 comments"}


def test_the_ten_thousand_and_first_comment_is_refused(world: World, shelves: Engine, ada: Caller) -> None:
    assert commenting.MOST_COMMENTS == MOST
    image = own_image(world, ada)
    add(world, ada, image)
    record = dict(shelves.item(IMAGES.physical_name, to_wire({"pk": f"IMAGE#{image}", "sk": "IMAGE"})) or {})
    made = said(image, ada.user_id, MOST - 2)
    keep(shelves, made)
    shelves.load(IMAGES, [record | to_wire({"commentCount": MOST - 1})])
    assert add(world, ada, image).status == 201
    refused = add(world, ada, image)
    assert (refused.status, json.loads(refused.body)) == (400, FULL)
    assert len(left(shelves, image)) == 1 + 2 * MOST
    for status in (200, 404):  # deleted twice, it makes room once
        answer = ask(world, "delete_comment", ada, image_uuid=image, comment_uuid=made[0].id)
        assert answer.status == status
    assert [add(world, ada, image).status for _ in range(2)] == [201, 400]


def test_a_comment_costs_no_more_with_many_others(world: World, shelves: Engine, ada: Caller) -> None:
    image = own_image(world, ada)
    bills = list[tuple[float, int]]()
    for number in (0, 3000):
        keep(shelves, said(image, ada.user_id, number))
        with metered(shelves) as bill:
            assert add(world, ada, image).status == 201
        bills.append((bill.reads, bill.writes))
    assert bills == [(1.5, 6)] * 2


def test_on_an_image_that_goes_meanwhile_nothing_is_said(world: World, shelves: Engine, ada: Caller) -> None:
    """Whoever had the right to comment just before its deletion."""
    for number in (1, 2):
        image = own_image(world, ada)
        with after_call(number, partial(ask, world, "share_delete_image", ada, image_id=image)):
            refused = add(world, ada, image)
        if number == 1:  # the image was read, and then deleted
            assert (refused.status, refused.json) == (404, {"message": "Image not found"})
            assert left(shelves, image) == ["DELETED", "SWEEP"]
        else:
            assert refused.status == 201
    settle(world)
    assert_at_rest(world)


def test_a_comment_goes_also_when_its_image_goes_meanwhile(world: World, shelves: Engine, ada: Caller) -> None:
    for number in range(1, 5):
        image = own_image(world, ada)
        comment = add(world, ada, image).json["comment_uuid"]
        with after_call(number, partial(ask, world, "share_delete_image", ada, image_id=image)):
            answer = ask(world, "delete_comment", ada, image_uuid=image, comment_uuid=comment)
        assert answer.status == 200
        settle(world)
        assert left(shelves, image) == ["DELETED"]


def test_a_change_of_the_image_leaves_the_count(world: World, shelves: Engine, ada: Caller) -> None:
    """Neither the count nor the change is in the other's way."""
    image = own_image(world, ada)
    with after_call(1, partial(add, world, ada, image)):
        assert ask(world, "share_change_image", ada, {"description": "new"}, image_id=image).status == 204
    record = shelf(world).records[image]
    assert (record["description"], record["version"], record["commentCount"]) == ("new", 2, 1)
    settle(world)
    assert_at_rest(world)
