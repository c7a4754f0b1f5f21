"""Chains of messages in tests: work that takes many messages, and its reconciliation."""

from collections.abc import Callable
from dataclasses import replace

from constellation.aws import client as aws
from constellation.aws.items import from_wire
from constellation.aws.resources import (
    CONSTELLATIONS,
    DELETIONS,
    HIDING,
    IMAGES,
    INDEXING,
    LEFTOVERS,
    REDUCING,
    REMOVALS,
)
from constellation.aws.table import Table
from constellation.common.ids import new_id
from constellation.images import original_store, usage_store
from constellation.images import store as images
from constellation.images.model import Image
from constellation.workspaces import folder_store as folders
from constellation.workspaces.model import Location
from tests.support.sharing import SMALL
from tests.support.spaces import Space
from tests.support.world import World


def copies(template: Image, number: int) -> list[Image]:
    """Store so many more images like one of a user, with their bytes, and count them in the totals."""
    made = [replace(template, id=new_id()) for _ in range(number)]
    Table(IMAGES).put_many(map(images.to_item, made))
    for each in made:
        original_store.put_original(each.id, SMALL, each.media_type)
        for list_ in each.lists:
            change = usage_store.to_count_image(list_, each.id, each.size, 1, each.created_at)
            aws.call("dynamodb", "update_item", **change["Update"])
    return made


def filled(space: Space, folder: str, number: int) -> None:
    """Store so many images in a folder."""
    template = images.get(space.image(folder))
    assert template
    place = Location(space.id, folder)
    made = copies(template, number - 1)
    entries = (folders.to_file(place, each.id, each.name, each.extension, each.created)["Put"]["Item"] for each in made)
    Table(CONSTELLATIONS).put_many(map(from_wire, entries))


_QUEUES = (REMOVALS, HIDING, DELETIONS, INDEXING, REDUCING, LEFTOVERS)


def drained(world: World) -> int:
    """Deliver all messages, a second apart, and return in how many rounds there were some."""
    for number in range(200):
        if not sum(world.deliver(queue, delayed=True) for queue in _QUEUES):
            while any(world.invoke("purge_cdn", {}).values()):
                world.advance(minutes=1)
            return number
        world.advance(seconds=1)
    raise AssertionError("it goes on and on")


def healed(world: World, is_done: Callable[[], bool]) -> int:
    """Run the reconciliation every quarter of an hour until all is done, and return how often it ran."""
    for number in range(1, 20):
        world.advance(minutes=16)
        world.invoke("reconcile", {})
        drained(world)
        if is_done():
            return number
    raise AssertionError("the reconciliation does not come to its end")
