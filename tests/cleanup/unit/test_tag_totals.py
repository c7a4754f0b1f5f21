"""Totals of tags that are wrong are counted again, and nothing that changes meanwhile is undone."""

from collections.abc import Callable, Iterator

import pytest

from constellation.aws.resources import DELETIONS, IMAGES, INDEXING
from constellation.cleanup import model
from constellation.cleanup.tag_totals import mend_tag_totals
from constellation.images.model import PUBLIC
from constellation.runtime.request import Caller
from tests.cleanup.faults.leftovers import damage
from tests.support.arrivals import s3_by_its_clock
from tests.support.consistency import assert_at_rest, assert_tagged, settle, shelf
from tests.support.faults import after_call
from tests.support.sharing import Client
from tests.support.spaces import ask, newcomer, own_image
from tests.support.state import keep
from tests.support.tagging import counts, tagged
from tests.support.world import World

NAME = "TagTotalsMended"
LONG = "/".join(["\u00e9" * 64, "\u4e00" * 64, "\U0001f600" * 64, "\U0001f600" * 64, "\U0001f601" * 64])
"""A tag whose key is cut off."""


@pytest.fixture(autouse=True)
def clock(world: World) -> Iterator[None]:
    with s3_by_its_clock(world):
        yield


@pytest.fixture
def anna(world: World) -> Client:
    return Client(world)


def reconciled(world: World) -> int:
    return world.invoke("reconcile", {})[NAME]


def old_enough(world: World) -> None:
    settle(world)
    world.advance(minutes=15)


def damage_everything(world: World) -> int:
    """Damage each total in another way, and return how many these are."""
    totals = sorted(shelf(world).tag_totals)
    for number, (list_, branch) in enumerate(totals):
        wrong = ({"images": 9}, {"own": -1}, None, {"images": -3, "own": 0}, {"images": 0}, {"shown": "", "own": 7})
        damage(list_, branch, wrong[number % len(wrong)])
    return len(totals)


def test_whatever_is_wrong_with_totals_is_mended(world: World, anna: Client) -> None:
    for number in range(6):
        tagged(anna, "A/B", f"c {number}/d", "A", LONG, isPublic=str(number % 2 == 0))
    old_enough(world)
    right, shown = shelf(world).tag_totals, counts(anna)
    damaged = damage_everything(world)
    damage(anna.id, "nothing", {"images": 2, "own": 2, "branch": "nothing", "shown": "Nothing"})
    damage(PUBLIC, "nothing", {"images": 2, "own": 2, "branch": "nothing", "shown": "Nothing"})
    assert reconciled(world) == damaged + 2
    assert (shelf(world).tag_totals, counts(anna)) == (right, shown)
    assert_at_rest(world)
    before = world.items(IMAGES)
    assert reconciled(world) == 0
    assert world.items(IMAGES) == before


def test_the_task_that_recounts_a_list_mends_its_totals_too(world: World, anna: Client) -> None:
    tagged(anna, "a/b", isPublic="true")
    old_enough(world)
    for list_ in (PUBLIC, anna.id):
        damage(list_, "a/b", {"images": 5, "own": 5})
        report = world.invoke("recount_list", {"list": list_})
        assert (report["corrected"], report["skipped"]) == (1, 0)
    assert_at_rest(world)


def with_tags(world: World, owner: Caller, *given: str, image: str = "") -> str:
    """Give an image tags, a new one if none is named."""
    image = image or own_image(world, owner)
    assert ask(world, "share_tag_image", owner, {"tags": list(given)}, image_id=image).status == 204
    return image


def renamed(world: World, owner: Caller, _: str) -> None:
    assert ask(world, "share_rename_tags", owner, {"from": "a", "to": "z"}).status == 202
    world.deliver(INDEXING)


def one_more(world: World, owner: Caller, _: str) -> None:
    with_tags(world, owner, "a/b")
    world.deliver(INDEXING, delayed=True)


def one_for_another(world: World, owner: Caller, image: str) -> None:
    with_tags(world, owner, image=image)
    one_more(world, owner, image)


def one_deleted(world: World, owner: Caller, image: str) -> None:
    assert ask(world, "share_delete_image", owner, image_id=image).status == 204
    world.deliver(DELETIONS)
    world.deliver(INDEXING, delayed=True)


HAPPENINGS: list[tuple[Callable[[World, Caller, str], None], dict[str, int] | None]] = [
    (renamed, {"images": 3, "own": 3}),
    (renamed, None),
    (one_more, {"images": 3, "own": 3}),
    (one_for_another, {"images": 5, "own": 5}),
    (one_deleted, None),
]
"""What others do meanwhile, and the total, which is wrong, by chance by as much as they change it, or missing."""


@pytest.mark.parametrize(("happening", "wrong"), HAPPENINGS)
def test_what_happens_between_any_two_calls_is_not_undone(
    world: World, happening: Callable[[World, Caller, str], None], wrong: dict[str, int] | None
) -> None:
    owner = newcomer(world)
    image, _ = with_tags(world, owner, "a/b"), with_tags(world, owner, "a/b")
    old_enough(world)
    damage(owner.user_id, "a/b", wrong)
    kept, number = keep(), 0
    for number in range(1, 30):
        kept.restore()
        happened = list[int]()

        def happens(happened: list[int] = happened) -> None:
            happened.append(1)
            happening(world, owner, image)

        with after_call(number, happens):
            mend_tag_totals("", world.now)
        world.deliver(INDEXING, delayed=True)
        mend_tag_totals("", world.now)
        assert_tagged(shelf(world))
        if not happened:
            break
    assert 8 < number < 29


def test_small_parts_come_to_the_end_and_begin_anew(
    world: World, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "RECORDS", 2)
    monkeypatch.setattr(model, "OBJECTS", 3)
    bea = Client(world, "bea")
    for number in range(5):
        for each in (anna, bea):
            tagged(each, "a/b", f"c {number}", isPublic="true")
    old_enough(world)
    for _ in range(2):
        damaged = damage_everything(world)
        healed, checkpoint, runs = 0, "", 0
        while runs == 0 or checkpoint:
            number, checkpoint = mend_tag_totals(checkpoint, world.now)
            healed, runs = healed + number, runs + 1
        assert healed == damaged
        assert 5 < runs < 60
        assert_at_rest(world)
