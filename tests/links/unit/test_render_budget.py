"""The budget of CPU time that all renditions share, and what is answered when it is spent."""

from collections import Counter
from typing import Any
from zlib import crc32

import pytest

from constellation.aws.resources import IMAGES, ORIGINALS, RENDITIONS
from constellation.common.ids import new_id
from constellation.links import budget_store, deliver, make
from tests.support import pictures
from tests.support.faults import ATTEMPTS, THROTTLED, answer_lost, refused
from tests.support.sharing import from_cdn, link, link_again, records, uploaded
from tests.support.world import Answer, World, configure

BUSY: dict[str, Any] = {"error": {"title": "Service Unavailable", "message": "Busy, try again", "violations": []}}
AFFORDED = 3
"""Renditions of one image that a share of the budget does for."""


def set_price(monkeypatch: pytest.MonkeyPatch, milliseconds: int) -> None:
    """Let every rendition cost so much."""

    def price(*_asked: object) -> int:
        return milliseconds

    monkeypatch.setattr(make, "render_cost", price)


@pytest.fixture(autouse=True)
def prices(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget of one second a second, a share of which is 625 ms, and renditions of 200 ms."""
    configure(monkeypatch, render_concurrency=1)
    set_price(monkeypatch, 200)


def spend_all(world: World, image_id: str) -> None:
    """Ask for as many sizes as a share does for."""
    for width in range(1, AFFORDED + 1):
        assert link(world, f"{image_id}.png", {"w": str(width)}).status == 200


def assert_refused(answer: Answer, retry_after: str = "5") -> None:
    """A refusal that says when to come again, and that nobody is to keep."""
    assert (answer.status, answer.json) == (503, BUSY)
    assert answer.headers["retry-after"] == retry_after
    assert answer.headers["cache-control"] == "no-store"


def test_what_is_too_much_is_refused_until_the_window_ends(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    spend_all(world, image_id)
    world.advance(seconds=2)
    assert_refused(link(world, f"{image_id}.png", {"w": "40"}), "3")
    assert_refused(from_cdn(world, f"/image/{image_id}.webp?w=40"), "3")
    assert [(call.action, call.resource) for call in world.calls] == [("dynamodb:UpdateItem", IMAGES.physical_name)] * 2
    assert world.objects(RENDITIONS) == {}
    world.advance(seconds=3)
    assert link(world, f"{image_id}.png", {"w": "40"}).status == 200


def test_a_refused_size_has_its_slot_when_it_is_asked_for_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, render_concurrency=1, renditions_per_image=AFFORDED + 1)
    image_id = uploaded(world, pictures.still("JPEG"))
    spend_all(world, image_id)
    assert_refused(link(world, f"{image_id}.png", {"w": "40"}))
    world.advance(seconds=budget_store.WINDOW)
    answer = link(world, f"{image_id}.png", {"w": "40"})
    assert world.objects(RENDITIONS) == {f"{image_id}/40x.png": answer.body}
    assert len(records(world)[0]["renditions"]["M"]) == AFFORDED + 1


def test_what_is_stored_costs_nothing(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    stored = link_again(world, f"{image_id}.webp", {"w": "30"})
    assert link(world, f"{image_id}.png", {"w": "30"}).status == 200
    assert_refused(link(world, f"{image_id}.png", {"w": "40"}))
    assert link(world, f"{image_id}.webp", {"w": "30"}).body == stored.body
    assert link(world, f"{image_id}.jpg").body == world.objects(ORIGINALS)[f"images/{image_id}"]


def test_an_original_that_is_too_large_to_answer_costs_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    spend_all(world, image_id)
    monkeypatch.setattr(deliver, "DIRECT_FILE_LIMIT", 100)
    assert link(world, f"{image_id}.jpg").status == 302


def test_one_image_spends_its_own_share_only(world: World) -> None:
    ids = [uploaded(world, pictures.still("JPEG")) for _ in range(30)]
    spend_all(world, ids[0])
    statuses = [link(world, f"{image_id}.png", {"w": "40"}).status for image_id in ids]
    assert statuses[0] == 503
    shares = Counter(crc32(image_id.encode()) % budget_store.SHARES for image_id in ids)
    del shares[crc32(ids[0].encode()) % budget_store.SHARES]
    assert statuses.count(200) == sum(min(images, AFFORDED) for images in shares.values())
    assert len([item for item in world.items(IMAGES) if "spent" in item]) <= budget_store.SHARES


def test_images_are_spread_over_all_shares(world: World) -> None:
    for image_id in (new_id() for _ in range(100 * budget_store.SHARES)):
        assert budget_store.spend(image_id, 1, 1, world.now)
    counts = [int(item["spent"]["N"]) for item in world.items(IMAGES)]
    assert len(counts) == budget_store.SHARES
    assert min(counts) > 50


def test_what_costs_more_than_a_share_takes_all_of_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    set_price(monkeypatch, 60_000)
    assert link(world, f"{image_id}.png", {"w": "30"}).status == 200
    set_price(monkeypatch, 1)
    assert_refused(link(world, f"{image_id}.png", {"w": "40"}))


def test_a_head_and_a_condition_cost_as_much(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    for width in ("1", "2", "3"):
        asked = link(world, f"{image_id}.png", {"w": width}, "HEAD", {"If-None-Match": "*"})
        assert asked.status == 304
    refusal = link(world, f"{image_id}.png", {"w": "4"}, "HEAD")
    assert (refusal.status, refusal.body, refusal.headers["retry-after"]) == (503, b"", "5")


def test_a_budget_of_0_is_none(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, render_concurrency=0)
    image_id = uploaded(world, pictures.still("JPEG"))
    for width in range(1, 10):
        assert link(world, f"{image_id}.png", {"w": str(width)}).status == 200
        assert [call.action for call in world.calls] == ["dynamodb:UpdateItem", "s3:GetObject"]


def test_a_count_that_dynamodb_throttles_is_a_refusal(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    with refused(1, THROTTLED, times=ATTEMPTS) as struck:
        assert_refused(link(world, f"{image_id}.png", {"w": "40"}), "1")
    assert len(struck) == ATTEMPTS
    assert world.objects(RENDITIONS) == {}
    world.advance(seconds=budget_store.WINDOW)
    assert link(world, f"{image_id}.png", {"w": "40"}).status == 200


def test_a_count_whose_answer_was_lost_counts_twice(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    link_again(world, f"{image_id}.png", {"w": "1"})
    world.advance(seconds=budget_store.WINDOW)
    with answer_lost("UpdateItem"):
        assert budget_store.spend(image_id, 200, 1, world.now)
    assert link(world, f"{image_id}.png", {"w": "2"}).status == 200
    assert_refused(link(world, f"{image_id}.png", {"w": "3"}))


def test_a_count_expires_with_its_window(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    world.advance(seconds=1)
    link(world, f"{image_id}.png", {"w": "1"})
    (spent,) = [item for item in world.items(IMAGES) if "spent" in item]
    assert int(spent["ttl"]["N"]) == int(spent["sk"]["S"]) == int(world.now.timestamp()) + 4
