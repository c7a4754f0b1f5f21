"""Races for images: what must hold however requests and events interleave. Each takes a world and its chance."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from constellation.aws.resources import DELETIONS, INDEXING, ORIGINALS, RENDITIONS
from constellation.images.model import PUBLIC
from constellation.links import deliver
from constellation.search.index import FEWEST
from tests.support import pictures
from tests.support.consistency import assert_at_rest, assert_searches, assert_totals, settle, shelf
from tests.support.interleaving import interleaved
from tests.support.races import Race
from tests.support.sharing import ANNA, link, link_event, uploaded
from tests.support.world import File, World, configure, event, load, queue_event

PICTURE = pictures.still("PNG", 6, 4)
NOISE = pictures.noise(12, 12)


def invoked(world: World, function: str, happening: Mapping[str, Any]) -> Any:
    """What a function answers; while several take turns nobody can tell whose AWS call it is, to check its grants."""
    handler: Any = load(function)
    return handler(happening, None, now=world.now)


def status(world: World, function: str, image_id: str, **body: Any) -> int:
    """The status that the owner of an image gets."""
    happening = event("POST", "/", json=body, path_parameters={"image_id": image_id}, caller=ANNA)
    return invoked(world, function, happening)["statusCode"]


def change(world: World, image_id: str, description: str, is_public: bool) -> Callable[[], int]:
    return lambda: status(world, "share_change_image", image_id, description=description, isPublic=is_public)


def delete(world: World, image_id: str) -> Callable[[], int]:
    """A deletion, followed by its first clean-up."""

    def run() -> int:
        answer = status(world, "share_delete_image", image_id)
        content = {"image": image_id, "final": False, "with_folder": False}
        invoked(world, "clean_up_image", queue_event(DELETIONS, {"message": content}))
        return answer

    return run


def sign(world: World, image_id: str) -> Callable[[], int]:
    """A change of the access to signed, followed by the first removal of renditions."""

    def run() -> int:
        answer = status(world, "share_change_image", image_id, access="signed")
        content = {"refresh": image_id, "access": True, "focus": False, "final": False}
        invoked(world, "clean_up_image", queue_event(DELETIONS, {"message": content}))
        return answer

    return run


def render(world: World, file: str, **query: str) -> Callable[[], int]:
    return lambda: invoked(world, "render_image", link_event(file, query))["statusCode"]


def two_changes(world: World, chance: random.Random) -> None:
    """The image is as one of them wanted it, whole."""
    image_id = uploaded(world, PICTURE)
    wanted = [("first words", True), ("other words", False)]
    doings = [change(world, image_id, *each) for each in wanted]
    assert interleaved(chance, doings) == [204, 204]
    record = shelf(world).records[image_id]
    assert (record["description"], "publicList" in record) in wanted
    assert record["version"] == 3
    assert_totals(shelf(world))


def a_change_and_a_deletion(world: World, chance: random.Random) -> None:
    """The image is gone, whichever was first."""
    image_id = uploaded(world, PICTURE, isPublic="true")
    doings = [delete(world, image_id), change(world, image_id, "back again", chance.choice((True, False)))]
    deleted, changed = interleaved(chance, doings)
    assert deleted == 204
    assert changed in (204, 404)
    assert_gone(world, image_id)


def two_deletions(world: World, chance: random.Random) -> None:
    """One of them deletes; the totals move once."""
    image_id = uploaded(world, PICTURE, isPublic="true")
    assert sorted(interleaved(chance, [delete(world, image_id)] * 2)) == [204, 404]
    assert_gone(world, image_id)


SIZES = [{"w": "2"}, {"w": "3"}, {"w": "3"}, {"h": "2"}]


def among_renders(world: World, chance: random.Random, image_id: str, doing: Callable[[], int]) -> set[int | None]:
    """Do something to an image among renders, one of which may end half-way. Return the statuses of the renders."""
    for size in chance.sample(SIZES, chance.randrange(len(SIZES) + 1)):
        assert link(world, f"{image_id}.png", size).status == 200
    renders = [render(world, f"{image_id}.png", **size) for size in SIZES]
    ends = [None, chance.randrange(1, 6)]
    done, *answers = interleaved(chance, [doing, *renders, render(world, f"{image_id}.gif")], ends)
    assert done == 204
    return set(answers)


def a_deletion_and_renders(world: World, chance: random.Random) -> None:
    """No rendition outlives its image, asked for once or more often, also of a render that ends half-way."""
    image_id = uploaded(world, PICTURE)
    assert among_renders(world, chance, image_id, delete(world, image_id)) <= {200, 404, None}
    assert_gone(world, image_id)


def a_signed_image_and_renders(world: World, chance: random.Random) -> None:
    """Nothing is left for unsigned links of an image whose links must be signed, whoever rendered it meanwhile."""
    image_id = uploaded(world, PICTURE)
    assert among_renders(world, chance, image_id, sign(world, image_id)) <= {200, 403, None}
    for size in ({}, *SIZES):
        assert link(world, f"{image_id}.png", size).status == 403
    settle(world)
    assert not [key for key in world.objects(RENDITIONS) if image_id in key]
    assert world.invalidated()[-1] == f"#{image_id}"
    assert image_id not in world.cdn.hidden


def renders(world: World, chance: random.Random) -> None:
    """Nothing is stored without a slot, small ones at a second request only, while large ones take others' places."""
    with pytest.MonkeyPatch.context() as patch:
        configure(patch, renditions_per_image=2)
        patch.setattr(deliver, "DIRECT_FILE_LIMIT", 200)
        image_id = uploaded(world, NOISE)
        sizes = [{"w": width} for width in ("1", *"222", *"89")]
        doings = [render(world, f"{image_id}.png", **size) for size in sizes]
        answers = interleaved(chance, doings)
    assert answers[:4] == [200] * 4
    assert set(answers[4:]) <= {302, 503}
    slots = set(shelf(world).records[image_id]["renditions"])
    assert len(slots) <= 2
    assert {key for key in world.objects(RENDITIONS) if image_id in key} <= {f"{image_id}/{name}" for name in slots}
    assert f"{image_id}/1x.png" not in world.objects(RENDITIONS)


def many_uploads(world: World, chance: random.Random) -> None:
    """They are all counted, every byte."""
    before = shelf(world)
    form = {"image": File("a.png", PICTURE), "isPublic": "true"}
    happening = event("POST", "/", form=form, caller=ANNA)

    def upload() -> int:
        return invoked(world, "share_upload_image", happening)["statusCode"]

    assert interleaved(chance, [upload] * 40) == [201] * 40
    after = shelf(world)
    assert len(after.records) == len(before.records) + 40
    assert_totals(after)


def index_runs(world: World, chance: random.Random) -> None:
    """Two at once on the same lists, with a change of an image in between, leave an index that is right."""
    ids = [uploaded(world, PICTURE, description=f"fox {number}", isPublic="true") for number in range(FEWEST)]
    world.advance(seconds=120)
    message = queue_event(INDEXING, {"message": {"lists": [PUBLIC, ANNA.user_id]}})
    runs = [lambda: invoked(world, "index_images", message)] * 2
    interleaved(chance, [*runs, change(world, ids[0], "hare", is_public=False)])
    assert_searches(world, ["fox", "hare"])
    for image_id in ids:
        status(world, "share_delete_image", image_id)
    settle(world)
    assert_at_rest(world)


def assert_gone(world: World, image_id: str) -> None:
    """At once for whoever asks, and after the clean-up altogether, but for the tombstone."""
    assert link(world, f"{image_id}.png").status == 404
    assert link(world, f"{image_id}.png", {"w": "2"}).status == 404
    assert_totals(shelf(world))
    settle(world)
    left = shelf(world)
    assert image_id not in left.records
    assert image_id in left.tombstones
    assert not [entry for entry in left.entries if image_id in entry]
    assert not [key for bucket in (ORIGINALS, RENDITIONS) for key in world.objects(bucket) if image_id in key]


RACES: Mapping[Race, int] = {
    two_changes: 200,
    a_change_and_a_deletion: 200,
    two_deletions: 200,
    a_deletion_and_renders: 1000,
    a_signed_image_and_renders: 1000,
    renders: 200,
    many_uploads: 10,
    index_runs: 20,
}
"""The races, and how many rounds of each the bench runs."""
