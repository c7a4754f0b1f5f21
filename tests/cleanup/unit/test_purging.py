"""Deleted images at the CDN: refused within seconds, forgotten within minutes, whoever deletes how much.

CloudFront and its limits are those of ``tests.support.cloudfront``. What the deletions send is sent here, second by
second.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

import pytest

from constellation.aws import cdn
from constellation.aws import client as aws
from constellation.aws.queue import SETTLED_SECONDS
from constellation.aws.resources import HIDING, IMAGES, RENDITIONS
from constellation.aws.table import Table
from constellation.cleanup import hidden_store, hide, purge, purge_store
from constellation.common.ids import new_id
from constellation.links.marks import DELETED, SIGNED
from tests.support.capacity import size
from tests.support.cloudfront import PATHS, TAKES, WILDCARDS, Copy
from tests.support.consistency import assert_at_rest, settle
from tests.support.faults import ATTEMPTS, FAILED, THROTTLED, Killed, counted, killed, killed_before, lost, refused
from tests.support.sharing import from_cdn, link
from tests.support.spaces import Space, ask, own_image
from tests.support.state import keep
from tests.support.world import Message, World

SHOWN_SECONDS = 10
"""How long after its deletion an image may be shown."""


class Scene:
    """A CDN full of copies, and deletions by the second in which they are made."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.deleted = defaultdict[int, list[tuple[str, str]]](list)
        self.others = [self.cached() for _ in range(200)]

    def cached(self, folder: str = "") -> str:
        """The id of a new image of which the CDN holds two renditions."""
        image = new_id()
        tags = frozenset(filter(None, (image, folder)))
        self.world.cdn.copies |= {Copy(f"/{image}/{name}", tags) for name in ("full.png", "300x300c.webp")}
        return image

    def delete(self, at: int, image: str, tag: str = "") -> None:
        self.deleted[at].append((image, tag or image))

    def run(self, seconds: int) -> None:
        """Let time pass; what was deleted 10 seconds ago is shown to nobody."""
        for second in range(seconds):
            parts = [{"images": [image for image, _ in self.deleted[second]]}] if self.deleted[second] else []
            assert self.world.receive(HIDING, parts) == []
            for image, tag in self.deleted.get(second - SETTLED_SECONDS, ()):
                purge_store.wait(image, tag, self.world.now)
            if second % purge.EVERY.total_seconds() == 0:
                self.world.invoke("purge_cdn", {})
            for image, _ in self.deleted.get(second - SHOWN_SECONDS, ()):
                assert not self.world.cdn.shows(image)
            self.world.advance(seconds=1)

    def assert_clean(self) -> None:
        """Nothing that was deleted is anywhere any more, all else is still in the cache, and no limit was met."""
        world, gone = self.world, [image for part in self.deleted.values() for image, _ in part]
        world.cdn.forget_what_is_due()
        held = {copy.path.split("/")[1] for copy in world.cdn.copies}
        assert held == set(self.others)
        assert not held & set(gone)
        assert not world.cdn.hidden
        assert [item["sk"]["S"] for item in world.items(IMAGES) if item["pk"]["S"] == "PURGES"] == []
        assert world.cdn.refusals == 0
        assert world.cdn.most_under_way <= PATHS


@pytest.fixture
def scene(world: World) -> Scene:
    return Scene(world)


def singles(scene: Scene) -> None:
    """1,000 images deleted one by one"""
    for number in range(1000):
        scene.delete(number // 20, scene.cached())


def folders(scene: Scene) -> None:
    """50 folders of 50 images"""
    for number in range(50):
        folder = new_id()
        for _ in range(50):
            scene.delete(number, scene.cached(folder), folder)


@pytest.mark.parametrize(
    ("doings", "most_paths"),
    [([singles], 1000), ([singles, folders], 1100)],
    ids=["1,000 images one by one", "and 50 folders at once"],
)
def test_what_is_deleted_is_gone_in_time(
    scene: Scene, doings: Sequence[Callable[[Scene], None]], most_paths: int, record_property: Callable[..., None]
) -> None:
    for do in doings:
        do(scene)
    scene.run(600)
    scene.assert_clean()
    assert len(scene.world.invalidated()) <= most_paths
    assert not any(path.endswith("*") for path in scene.world.invalidated())
    cdn, what = scene.world.cdn, " and ".join(do.__doc__ or "" for do in doings)
    record_property(
        "price", f"{what}: ${cdn.price:.2f}, {len(scene.world.invalidated())} tags, {cdn.requests} requests"
    )


def test_an_image_that_was_moved_into_the_folder_is_forgotten_by_itself(scene: Scene) -> None:
    folder, elsewhere = new_id(), new_id()
    scene.delete(0, scene.cached(elsewhere))  # it was cached before it was moved, and its tag tells so
    scene.delete(0, scene.cached(folder), folder)
    scene.run(400)
    scene.assert_clean()


def test_where_the_cdn_is_busy_it_is_told_later(scene: Scene) -> None:
    """Somebody else invalidates as much as can be, again and again; nothing is lost, and no try is used up."""
    world = scene.world
    scene.delete(0, scene.cached())
    for number in range(6):
        cdn.invalidate([f"/other/{number}/{n}" for n in range(PATHS)], f"other {number}")
        if number == 2:
            purge_store.wait(scene.deleted[0][0][0], scene.deleted[0][0][1], world.now)
        world.invoke("purge_cdn", {})
        world.advance(seconds=15)
    assert not any(path.startswith("#") for path in world.invalidated())
    world.invoke("purge_cdn", {})
    world.advance(seconds=15)
    world.invoke("purge_cdn", {})
    assert [path for path in world.invalidated() if path.startswith("#")] == [f"#{scene.deleted[0][0][1]}"]
    assert [item["sk"]["S"] for item in world.items(IMAGES) if item["pk"]["S"] == "PURGES"] == []


def test_what_another_distribution_was_told_is_over(scene: Scene) -> None:
    """Kept tables, adopted by a new deployment, name invalidations that its distribution does not know."""
    world, image = scene.world, scene.cached()
    purge_store.wait(image, image, world.now)
    world.invoke("purge_cdn", {})
    world.cdn.invalidations.clear()
    purge_store.wait(scene.others[0], scene.others[0], world.now)
    world.invoke("purge_cdn", {})
    assert world.invalidated() == [f"#{scene.others[0]}"]
    world.advance(seconds=TAKES.total_seconds())
    world.invoke("purge_cdn", {})
    assert state(world)["records"] == []


def test_more_than_the_cdn_takes_at_a_time_is_forgotten_in_turns(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge, "PATHS", 7)
    monkeypatch.setattr(purge, "IMAGES_OF_RUN", 30)  # of any thirty, ten have tags of their own
    folder = new_id()
    for _ in range(20):
        scene.delete(0, scene.cached())
        scene.delete(0, scene.cached(folder), folder)
    scene.run(1200)
    scene.assert_clean()
    assert max(len(each.paths) for each in scene.world.cdn.invalidations) == 7


def deleted_in_a_folder(folder: str) -> purge_store.Waiting:
    return purge_store.Waiting(new_id(), folder, "")


def made_signed(folder: str) -> purge_store.Waiting:
    return purge_store.Waiting(image := new_id(), image, "", f"{SIGNED} 2026-11-03T10:00:00.000000Z")


def changed_variant(folder: str) -> purge_store.Waiting:
    return purge_store.Waiting(tag := f"{new_id()}.{new_id()[:32]}", tag, "", purge.NOT_HIDDEN)


@pytest.mark.parametrize(
    "what",
    [
        {deleted_in_a_folder: 4000},
        {made_signed: 2500},
        {changed_variant: 2500},
        {deleted_in_a_folder: 1400, made_signed: 1300, changed_variant: 1300},
    ],
    ids=["deleted in a folder", "made signed", "changed variants", "some of each"],
)
def test_the_record_of_a_run_is_an_item_that_fits_into_the_table(
    world: World, what: Mapping[Callable[[str], purge_store.Waiting], int], record_property: Callable[..., None]
) -> None:
    """Neither the most images nor the most tags of a run, whatever they are, exceed 400 KB."""
    folder, largest = new_id(), 0
    waiting = [make(folder) for make, number in what.items() for _ in range(number)]
    for each in waiting:
        hidden = {} if each.mark == purge.NOT_HIDDEN else {each.image: each.mark or DELETED}
        world.cdn.hidden |= hidden
    Table(IMAGES).put_many(
        {"pk": "PURGES", "sk": f"WAITING#{each.image}", "image": each.image, "tag": each.tag, "at": ""}
        | ({"mark": each.mark} if each.mark else {})
        for each in waiting
    )
    for _ in range(8):
        world.invoke("purge_cdn", {})
        records = [item for item in world.items(IMAGES) if item["pk"]["S"] == "PURGES"]
        largest = max([largest, *(size(item) for item in records)])
        world.advance(seconds=TAKES.total_seconds())
    assert largest <= 400 * 1024
    record_property("measured", f"the largest record: {largest:,} bytes")
    assert {*world.invalidated()} == {f"#{each.tag}" for each in waiting}
    assert state(world)["records"] == []
    assert not world.cdn.hidden


def test_a_full_store_makes_the_cdn_forget_everything_seldom(scene: Scene) -> None:
    world = scene.world
    world.cdn.most_bytes = 5 * 37
    images = [scene.cached() for _ in range(30)]
    for second, image in enumerate(images):
        scene.delete(second * 30, image)
    for second in range(900):
        for image, _ in scene.deleted.get(second, ()):
            assert world.receive(HIDING, [{"images": [image]}]) == []
        world.advance(seconds=1)
    assert world.invalidated() == ["/*"] * 2
    first, second = (each.at for each in world.cdn.invalidations)
    assert second - first >= hide.PAUSE


def test_wildcards_of_others_do_not_stop_the_deletion(scene: Scene) -> None:
    """Everything at once cannot be asked for either; the images are forgotten one by one all the same."""
    world = scene.world
    world.cdn.most_bytes = 0
    cdn.invalidate([f"/other/{n}*" for n in range(WILDCARDS)], "other")
    image = scene.cached()
    assert world.receive(HIDING, [{"images": [image]}]) == []
    purge_store.wait(image, image, world.now)
    for _ in range(3):
        world.invoke("purge_cdn", {})
        world.advance(seconds=15)
    assert not world.cdn.holds(image)


def test_two_that_change_the_store_at_once_both_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two consumers, and the one that lifts the refusals, each builds on what the others have done."""
    changes = iter(range(3))
    answer = world.cdn.update_keys

    def beaten(request: object) -> object:
        if next(changes, None) is not None:
            world.cdn.changes += 1
        return answer(request)

    monkeypatch.setattr(world.cdn, "update_keys", beaten)
    image = new_id()
    hidden_store.hide([image])
    assert world.cdn.hidden == {image: "1"}


def test_what_is_not_refused_can_be_lifted(world: World) -> None:
    """A deletion that was killed before it told the CDN is forgotten all the same."""
    images = [new_id() for _ in range(120)]
    hidden_store.hide(images[:60])
    hidden_store.show(images)
    assert world.cdn.hidden == {}


def state(world: World) -> Mapping[str, object]:
    """What is left, and what was paid."""
    return {
        "hidden": dict(world.cdn.hidden),
        "records": [item["sk"]["S"] for item in world.items(IMAGES) if item["pk"]["S"] == "PURGES"],
        "paths": sorted(world.invalidated()),
        "held": len(world.cdn.copies),
    }


FAULTS: dict[str, Callable[[int], AbstractContextManager[list[int] | None]]] = {
    "killed before": lambda call: killed(call, after=False),
    "killed after": lambda call: killed(call, after=True),
    "failing": lambda call: refused(call, FAILED, times=4),
    "throttled": lambda call: refused(call, THROTTLED),
    "answer lost": lost,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_step_that_is_killed_anywhere_is_carried_on(
    scene: Scene, fault: Callable[[int], AbstractContextManager[list[int] | None]], record_property: Callable[..., None]
) -> None:
    """Each image is forgotten, refused until then and no longer, and paid for once."""
    world, struck, made, call = scene.world, 0, 1, 0
    while call <= made < 60:
        images = [scene.cached() for _ in range(3)]
        assert world.receive(HIDING, [{"images": images}]) == []
        for image in images:
            purge_store.wait(image, image, world.now)
        paid = len(world.invalidated())
        made = 0
        for _ in range(4):
            with counted() as calls:
                try:
                    if made <= call:
                        with fault(call - made) as hits:
                            world.invoke("purge_cdn", {})
                        struck += bool(hits)
                    else:
                        world.invoke("purge_cdn", {})
                except (Killed, Exception):
                    struck += 1
            made += len(calls)
            world.advance(seconds=TAKES.total_seconds())
        for _ in range(2):
            world.invoke("purge_cdn", {})
            world.advance(seconds=TAKES.total_seconds())
        assert not any(map(world.cdn.holds, images)), call
        assert world.cdn.hidden == {}, call
        assert state(world)["records"] == [], call
        assert len(world.invalidated()) == paid + len(images), call
        call += 1
    assert call > made
    assert struck
    record_property("faults covered", made)
    record_property("faults made", made)


# The deletions themselves


@pytest.fixture
def space(world: World) -> Space:
    return Space(world)


def test_what_is_cached_has_the_tags_of_the_image_and_its_folder(space: Space) -> None:
    folder = space.folder()
    for image, tags in ((space.image(folder), [folder]), (own_image(space.world, space.owner), [])):
        for _ in range(2):  # the second is stored
            answer = from_cdn(space.world, f"/image/{image}.webp?w=2")
            assert answer.headers["x-amz-meta-cache-tag"] == ",".join([image, *tags])
        whole = from_cdn(space.world, f"/image/{image}.gif")
        assert whole.headers["x-amz-meta-cache-tag"] == ",".join([image, *tags])
        (key,) = (key for key in space.world.objects(RENDITIONS) if image in key)
        stored = aws.call("s3", "head_object", Bucket=RENDITIONS.physical_name, Key=key)
        assert stored["Metadata"] == {"cache-tag": ",".join([image, *tags])}
        assert "x-amz-meta-cache-tag" not in link(space.world, f"{image}.webp").headers


def test_with_a_folder_its_tag_is_forgotten_and_those_of_what_was_moved_into_it(space: Space) -> None:
    folder = space.folder()
    stayed = [space.image(folder) for _ in range(3)]
    moved, entered = space.image(), own_image(space.world, space.owner)
    for image, to in ((moved, {"folder_uuid": folder}), (entered, {"constellation_uuid": space.id})):
        assert ask(space.world, "workspace_change_image", space.owner, to, image_uuid=image).status == 200
    alone = space.image(folder)
    assert ask(space.world, "workspace_delete_image", space.owner, image_uuid=alone).status == 200
    settle(space.world)
    assert sorted(space.world.invalidated()) == sorted([f"#{entered}.focus", f"#{alone}"])
    assert ask(space.world, "delete_folder", space.owner, folder_uuid=folder).status == 200
    settle(space.world)
    assert sorted(space.world.invalidated()[2:]) == sorted([f"#{folder}", f"#{moved}"])
    assert ask(space.world, "delete_constellation", space.owner, constellation_uuid=space.id).status == 200
    settle(space.world)
    assert space.world.invalidated()[4:] == [f"#{entered}"]
    assert stayed
    assert_at_rest(space.world)


def test_a_deleted_image_is_hidden_before_anything_else_is_done(space: Space) -> None:
    image = own_image(space.world, space.owner)
    assert ask(space.world, "share_delete_image", space.owner, image_id=image).status == 204
    assert space.world.messages(HIDING) == [Message({"images": [image]}, 0)]
    assert space.world.deliver(HIDING) == 1
    assert space.world.cdn.hidden == {image: "1"}
    assert space.world.deliver(HIDING) == 0


def test_many_messages_are_one_change_of_the_store(world: World) -> None:
    images = [new_id() for _ in range(100)]
    assert world.receive(HIDING, [{"images": [image]} for image in images]) == []
    assert world.cdn.hidden.keys() == set(images)
    assert world.cdn.changes == 2


def test_what_changes_all_the_time_costs_a_few_paths_a_minute(world: World) -> None:
    tag, seconds = "place.card", 180
    world.advance(seconds=30)
    for second in range(seconds):
        assert world.receive(HIDING, [{"tags": [tag]}, {"tags": [tag]}]) == []
        if second % purge.EVERY.total_seconds() == 0:
            world.invoke("purge_cdn", {})
        world.advance(seconds=1)
    minutes = seconds // 60 + 1
    assert minutes * purge.AT_ONCE <= world.invalidated().count(f"#{tag}") <= minutes * (purge.AT_ONCE + 1)
    world.cdn.copies.add(Copy("/a", frozenset({tag})))
    world.receive(HIDING, [{"tags": [tag, "place.other"]}])
    for _ in range(2):
        world.invoke("purge_cdn", {})
        world.advance(seconds=60)
    assert not world.cdn.holds("a")
    assert world.invalidated().count("#place.other") == 1


def test_many_tags_of_one_second_are_purged_within_minutes(world: World, record_property: Callable[..., None]) -> None:
    """50 moves of 100 images into a constellation, gathered into one event: some are purged at once, others wait."""
    contents = [{"tags": [f"{new_id()}.focus" for _ in range(100)]} for _ in range(50)]
    tags = {f"#{tag}" for content in contents for tag in content["tags"]}
    with counted() as calls:
        assert world.receive(HIDING, contents) == []
    record_property("measured", f"5,000 tags: {len(calls)} AWS calls")
    assert len(calls) == purge.TOGETHER + 1 + (5000 - purge.TOGETHER) / 25
    assert 0 < len(world.invalidated()) <= purge.TOGETHER
    for _ in range(3):
        world.advance(seconds=60)
        world.invoke("purge_cdn", {})
    assert {*world.invalidated()} == tags
    assert len(world.invalidated()) == len(tags)
    assert world.cdn.refusals == 0


def test_links_of_a_share_end_before_tags_are_purged(world: World) -> None:
    """However long that takes, or whether or not it can be done."""
    share = new_id()
    Table(IMAGES).put({"pk": f"SHARE#{share}", "sk": "ENDED#1"})
    contents = [{"tags": ["place.card"]}, {"ended": [f"{share}.1"]}]
    with killed_before("CreateInvalidation"), pytest.raises(Killed):
        world.receive(HIDING, contents)
    assert f"{share}.1" in world.cdn.hidden


TELLING = [{"tags": [f"place.{number}" for number in range(30)]}]


def test_tags_that_are_told_are_purged_wherever_the_function_is_killed(
    world: World, monkeypatch: pytest.MonkeyPatch, record_property: Callable[..., None]
) -> None:
    """The event comes again."""
    monkeypatch.setattr(purge, "TOGETHER", 2)
    kept = keep()
    with counted() as calls:
        assert world.receive(HIDING, TELLING) == []
    for after in (False, True):
        for at in range(len(calls)):
            kept.restore()
            world.cdn.invalidations.clear()
            with killed(at, after=after), pytest.raises(Killed):
                world.receive(HIDING, TELLING)
            world.receive(HIDING, TELLING)
            world.invoke("purge_cdn", {})
            assert {*world.invalidated()} == {f"#{tag}" for tag in TELLING[0]["tags"]}
    record_property("faults covered", 2 * len(calls))
    record_property("faults made", 2 * len(calls))


def test_messages_that_fail_come_again_together(world: World) -> None:
    contents = [{"images": [new_id()]} for _ in range(3)]
    with refused(0, FAILED, times=ATTEMPTS):
        assert world.receive(HIDING, contents) == contents
    assert world.receive(HIDING, contents) == []
    assert len(world.cdn.hidden) == 3
