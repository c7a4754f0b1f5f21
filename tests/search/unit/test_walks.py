"""A list walked by cursor while images come and go: what was there all the time is met once, no more and no less."""

import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import islice, product
from typing import Any

import pytest

from constellation.aws.resources import IMAGES
from constellation.aws.table import Table
from constellation.common.ids import new_id
from constellation.images import store as images
from constellation.images.model import PUBLIC, Image
from constellation.search import index
from constellation.workspaces.model import Location
from tests.support.arrivals import keep
from tests.support.engine import engine
from tests.support.fixtures import lasting_world
from tests.support.records import SAMPLE
from tests.support.sharing import ANNA
from tests.support.world import NOON, World, event

WALKED, CHANGES = 1000, 50
PER_PAGE = 100

RED, HARE = "red", "hare"
"""Words of all images, and of one in three."""

OWN = replace(SAMPLE, owner=ANNA.user_id, is_public=True)


def added(minutes: float, animal: str = HARE) -> Image:
    """A new image's record, made so long after noon."""
    moment = NOON + timedelta(minutes=minutes)
    image = replace(OWN, id=new_id(), description=f"A red {animal}", created_at=moment, described_at=moment)
    images.create(image)
    return image


world = lasting_world


@pytest.fixture(scope="module")
def shelf(world: World) -> Generator[tuple[list[Image], Callable[[], None]]]:
    """A thousand images, two at each moment, and what brings the state with them back.

    They are in the local engine's tables, which are quicker than moto's.
    """
    with engine() as made:
        images = [added(number // 2, HARE if number % 3 == 0 else "fox") for number in range(WALKED)]
        yield images, keep(world, made)


@pytest.fixture
def filled(shelf: tuple[list[Image], Callable[[], None]]) -> list[Image]:
    """The thousand images, with nothing else there."""
    images, restore = shelf
    restore()
    return images


def walk(world: World, cursor: str, start: str = "", **query: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Page after page by ``cursor`` (``nextCursor`` or ``prevCursor``): the ids in the order of the list, and meta."""
    following: str | None = start
    while following is not None:
        parameters = {"limit": str(PER_PAGE), **query} | ({"cursor": following} if following else {})
        happening = event("GET", "/", query=parameters, path_parameters={"page": "1"}, caller=ANNA)
        answer = world.call("share_list_public_images", happening).json
        yield [image["id"] for image in answer["data"]], answer["meta"]
        following = answer["meta"][cursor]


def test_what_went_with_its_constellation_is_passed_over_in_few_calls(world: World, filled: list[Image]) -> None:
    gone = Location(new_id(), new_id())
    Table(IMAGES).put_many([images.to_item(replace(image, location=gone)) for image in filled[50:]])
    left = [image.id for image in filled[:50]]
    pages = walk(world, "nextCursor", limit="20")
    met, _ = next(pages)
    assert len(met) == 20
    assert len(world.calls) < 50
    met += [id_ for ids, _ in pages for id_ in ids]
    assert len(met) == len(left)
    assert set(met) == set(left)


@pytest.mark.parametrize(
    ("order_by", "order", "term"),
    [
        *product(("attributes.updatedAt", "attributes.createdAt"), ("desc", "asc"), ("", HARE)),
        ("attributes.updatedAt", "desc", RED),
        ("attributes.createdAt", "asc", RED),
    ],
)
def test_a_walk_there_and_back_misses_nothing(
    world: World, filled: list[Image], monkeypatch: pytest.MonkeyPatch, order_by: str, order: str, term: str
) -> None:
    chance = random.Random(f"{order_by} {order} {term}")
    world.advance(days=1)
    if term:
        assert world.receive(index.INDEXING, [{"lists": [PUBLIC]}]) == []
    leaving = chance.sample(filled, 2 * CHANGES)
    staying = {image.id for image in filled if term in image.description} - {image.id for image in leaving}
    per_page = 1 + CHANGES * PER_PAGE // len(staying)
    query = {"orderBy": order_by, "order": order, "searchTerm": term}

    def meanwhile(pages: Iterator[tuple[list[str], dict[str, Any]]], gone: Iterator[Image]) -> tuple[list[str], str]:
        """What a walk meets while 50 are added and 50 deleted; and the cursor back from its end."""
        met, back = list[str](), ""
        for ids, meta in pages:
            met += ids
            back = meta["prevCursor"] or back
            for image in islice(gone, per_page):
                added(chance.uniform(-10, WALKED))
                assert images.delete(image, keeps_bytes=False, now=world.now)
        assert next(gone, None) is None
        return met, back

    there, back = meanwhile(walk(world, "nextCursor", **query), iter(leaving[:CHANGES]))
    assert len(there) == len(set(there))
    assert staying <= set(there)
    last = there[-PER_PAGE:]
    again, _ = meanwhile(walk(world, "prevCursor", back, **query), iter(leaving[CHANGES:]))
    assert len(again) == len(set(again))
    assert staying - set(last) <= set(again)
