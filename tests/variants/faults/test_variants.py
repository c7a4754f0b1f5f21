"""Variants and signatures ended at every AWS call, before its effect and after: whole or not at all."""

import contextlib
from typing import Any

import pytest

from constellation.aws.items import from_wire
from constellation.aws.resources import IMAGES
from tests.support import pictures
from tests.support.consistency import assert_at_rest, settle
from tests.support.faults import FAILED, THROTTLED, Killed, killed, lost, refused
from tests.support.sharing import ANNA, uploaded
from tests.support.world import World, event

MOMENTS = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
MARK = {"position": "north", "opacity": 1, "scale": 0.1, "margin": 0}


def ask(world: World, function: str, method: str, body: Any = None, **path: str) -> int:
    return world.call(function, event(method, "/", json=body, path_parameters=path, caller=ANNA)).status


def put(world: World, body: Any) -> int:
    return ask(world, "share_put_variant", "PUT", body, name="card")


def assert_counted(world: World) -> None:
    """The totals of the place are those of its variants, and what the CDN holds by them is forgotten."""
    items = [from_wire(item) for item in world.items(IMAGES) if item["pk"]["S"].startswith("VARIANTS#")]
    totals = next((item for item in items if item["sk"] == "TOTALS"), {"variants": 0, "watermarks": 0})
    variants = [item for item in items if item["sk"] != "TOTALS"]
    assert totals["variants"] == len(variants)
    assert totals["watermarks"] == sum('"watermark": null' not in item["definition"] for item in variants)
    settle(world)
    assert f"#{ANNA.user_id}.card" in world.invalidated()
    assert_at_rest(world)


@MOMENTS
@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("is_new", [True, False])
def test_a_variant_that_is_written(world: World, at: int, after: bool, is_new: bool) -> None:
    image_id = uploaded(world, pictures.still("PNG"))
    assert is_new or put(world, {"w": 1}) == 201
    wanted = {"w": 2, "watermark": {"image_uuid": image_id, **MARK}}
    with killed(at, after=after), contextlib.suppress(Killed):
        put(world, wanted)
    assert put(world, wanted) in (200, 201)
    assert_counted(world)


@MOMENTS
@pytest.mark.parametrize("at", range(5))
def test_a_variant_that_is_deleted(world: World, at: int, after: bool) -> None:
    image_id = uploaded(world, pictures.still("PNG"))
    assert put(world, {"watermark": {"image_uuid": image_id, **MARK}}) == 201
    with killed(at, after=after), contextlib.suppress(Killed):
        ask(world, "share_delete_variant", "DELETE", name="card")
    assert ask(world, "share_delete_variant", "DELETE", name="card") in (204, 404)
    assert ask(world, "share_get_variant", "GET", name="card") == 404
    assert_counted(world)


@pytest.mark.parametrize("at", range(8))
def test_an_answer_that_is_lost_changes_nothing(world: World, at: int) -> None:
    image_id = uploaded(world, pictures.still("PNG"))
    with lost(at):
        assert put(world, {"watermark": {"image_uuid": image_id, **MARK}}) in (200, 201)
    with lost(at):
        assert put(world, {"w": 5}) == 200
    with lost(at):
        assert ask(world, "share_delete_variant", "DELETE", name="card") == 204
    assert_counted(world)


@pytest.mark.parametrize("said", [FAILED, THROTTLED], ids=["failed", "throttled"])
@pytest.mark.parametrize("at", range(6))
def test_an_error_is_met_by_another_attempt(world: World, at: int, said: Any) -> None:
    image_id = uploaded(world, pictures.still("PNG"))
    with refused(at, said):
        assert put(world, {"watermark": {"image_uuid": image_id, **MARK}}) == 201
    with refused(at, said):
        assert ask(world, "sign_link", "POST", {"variant": "card"}, image_id=image_id) == 200
    assert_counted(world)


@MOMENTS
@pytest.mark.parametrize("at", range(7))
def test_a_signature_that_is_killed(world: World, at: int, after: bool) -> None:
    image_id = uploaded(world, pictures.still("PNG"))
    with killed(at, after=after), contextlib.suppress(Killed):
        ask(world, "sign_link", "POST", {}, image_id=image_id)
    assert ask(world, "sign_link", "POST", {}, image_id=image_id) == 200
    assert list(world.cdn.hidden) == ["keys"]


def test_the_faults_reach_every_call(world: World) -> None:
    image_id = uploaded(world, pictures.still("PNG"))
    assert put(world, {"watermark": {"image_uuid": image_id, **MARK}}) == 201
    assert len(world.calls) <= 6 + 1  # a transaction counts as its two parts
    assert ask(world, "share_delete_variant", "DELETE", name="card") == 204
    assert len(world.calls) <= 5 + 1
    assert ask(world, "sign_link", "POST", {}, image_id=image_id) == 200
    assert len(world.calls) <= 7
