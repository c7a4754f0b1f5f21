"""What tags cost does not grow with the number of images that have them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from constellation.aws.items import to_wire
from constellation.aws.resources import IMAGES
from constellation.common.ids import new_id
from constellation.common.times import to_wire as time_to_wire
from constellation.images import rename_tags
from tests.support.consistency import assert_at_rest, settle
from tests.support.engine import Engine, engine
from tests.support.meter import metered
from tests.support.spaces import ask, newcomer, own_image
from tests.support.world import NOON, World

SIZES = (100, 10_000, 100_000)


@pytest.fixture
def shelves() -> Iterator[Engine]:
    with engine() as made:
        yield made


def enter(shelves: Engine, list_: str, branch: str, first: int, last: int) -> None:
    """Let a branch have images, of which there are no records, from before those of the test; and count them."""
    made = (NOON - timedelta(days=100) + timedelta(seconds=number) for number in range(first, last))
    positions = [f"{time_to_wire(moment)}#{new_id()}" for moment in made]
    shelves.load(IMAGES, (to_wire({"pk": f"TAGGED#{list_}#{branch}", "sk": each}) for each in positions))
    total = {"pk": f"TAGS#{list_}", "sk": branch, "images": last, "own": last, "branch": branch, "shown": branch}
    shelves.load(IMAGES, [to_wire(total)])


def test_a_page_of_a_tag_search_costs_the_same_at_any_size(world: World, shelves: Engine) -> None:
    owner = newcomer(world)
    images = [own_image(world, owner) for _ in range(30)]
    for each in images:
        assert ask(world, "share_tag_image", owner, {"tags": ["sea"]}, image_id=each).status == 204
    settle(world)
    units, before = list[float](), 0
    for size in SIZES:
        enter(shelves, owner.user_id, "sea", before, size)
        before = size
        for limit in ("10", "25"):
            query = {"searchBy": "tag", "searchTerm": "sea", "orderBy": "attributes.createdAt", "limit": limit}
            with metered(shelves) as bill:
                answer = ask(world, "share_list_own_images", owner, query=query, page="1")
            assert (answer.status, len(answer.json["data"]), answer.json["meta"]["total"]) == (200, int(limit), size)
            units.append(bill.reads)
    assert max(units[0::2]) - min(units[0::2]) <= 1
    assert max(units[1::2]) - min(units[1::2]) <= 1
    with metered(shelves) as bill:
        assert ask(world, "share_list_tags", owner).json["data"] == [{"tag": "sea", "count": SIZES[-1]}]
    assert bill.reads <= 1


def test_a_rename_moves_many_images_in_each_transaction(
    world: World, shelves: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = newcomer(world)
    for _ in range(100):
        image = own_image(world, owner)
        assert ask(world, "share_tag_image", owner, {"tags": ["a"]}, image_id=image).status == 204
    settle(world)
    assert ask(world, "share_rename_tags", owner, {"from": "a", "to": "b"}).status == 202
    with metered(shelves) as bill:
        rename_tags.rename_tags({"renames": owner.user_id}, world.now, lambda: 0.0)
    assert bill.operations["TransactWriteItems"] == 5 + 1  # the last one deletes the total of the branch
    assert bill.calls < 25
    assert bill.writes < 100 * 12
    settle(world)
    assert_at_rest(world)
