"""Uploads and links ended at every AWS call, before its effect and after: nothing half done, and a repeat is right."""

import json
from dataclasses import replace
from typing import Any

import pytest

import tests.world
from constellation.accounts import usage_store as lists
from constellation.aws.client import ConditionFailed
from constellation.aws.resources import ORIGINALS, RENDITIONS
from constellation.aws.sdk import client_of
from constellation.images.store import create, get
from constellation.links import deliver as delivery
from tests import pictures
from tests.faults import Killed, answer_lost, killed
from tests.sharing import ANNA, link, link_again, link_event, records, upload, uploaded
from tests.world import File, World, configure, event

MOMENTS = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
CLAIMS = pytest.mark.parametrize(("query", "claim"), [({"w": "30"}, 0), ({}, 1)], ids=["resized", "in full"])
"""Links and the number of the call that takes a slot: of one in full it is first asked whether it is the original."""


@MOMENTS
@pytest.mark.parametrize("call", range(4))
def test_a_killed_upload_shows_whole_or_not_at_all(
    world: World, monkeypatch: pytest.MonkeyPatch, call: int, after: bool
) -> None:
    configure(monkeypatch, bytes_per_user=1_000_000)
    picture = pictures.still("JPEG")
    sent = event("POST", "/api/upload", form={"image": File("a", picture)}, caller=ANNA)
    with pytest.raises(Killed), killed(call, after=after):
        world.call("share_upload_image", sent)
    committed = (call, after) == (3, True)
    items = records(world)
    assert len(items) == lists.find(ANNA.user_id).total == committed
    assert len(world.objects(ORIGINALS)) == ((call, after) >= (1, True))
    if committed:
        image_id = items[0]["id"]["S"]
        assert pictures.opened(link(world, f"{image_id}.jpg").body).size == (64, 48)
    for key in world.objects(ORIGINALS):
        orphan = key.removeprefix("images/")
        assert link(world, f"{orphan}.jpg").status == (200 if committed else 404)
    again = uploaded(world, picture)
    assert link(world, f"{again}.jpg").status == 200


def test_an_upload_whose_commit_went_unheard_is_one_image(world: World) -> None:
    with answer_lost("TransactWriteItems"):
        answer = upload(world, pictures.still("PNG"))
    assert answer.status == 201
    assert [item["id"]["S"] for item in records(world)] == [answer.json["id"]]
    assert lists.find(ANNA.user_id).total == 1


def test_another_images_record_is_not_taken_for_ones_own(world: World) -> None:
    image = get(uploaded(world, pictures.still("PNG")))
    assert image
    tests.world._done.clear()  # DynamoDB knows the token of a transaction for ten minutes
    with pytest.raises(ConditionFailed):
        create(replace(image, sha256="0" * 64))
    assert get(image.id) == image
    assert lists.find(ANNA.user_id).total == 1


@MOMENTS
@pytest.mark.parametrize("call", range(3))
@CLAIMS
def test_a_first_link_that_is_killed_stores_nothing_and_at_most_counts(
    world: World, call: int, after: bool, query: dict[str, str], claim: int
) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    with pytest.raises(Killed), killed(claim + call, after=after):
        world.call("render_image", link_event(f"{image_id}.png", query))
    assert world.objects(RENDITIONS) == {}
    counted = (call, after) != (0, False)
    assert len(records(world)[0]["renditions"]["M"]) == counted
    answer = link(world, f"{image_id}.png", query)
    assert answer.status == 200
    assert list(world.objects(RENDITIONS).values()) == [answer.body] * counted
    assert len(records(world)[0]["renditions"]["M"]) == 1


@MOMENTS
@pytest.mark.parametrize("call", range(6))
@CLAIMS
def test_a_second_link_that_is_killed_leaves_what_the_next_request_completes(
    world: World, call: int, after: bool, query: dict[str, str], claim: int
) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    link(world, f"{image_id}.png", query)
    with pytest.raises(Killed), killed(claim + call, after=after):
        world.call("render_image", link_event(f"{image_id}.png", query))
    assert len(world.objects(RENDITIONS)) == ((call, after) >= (4, True))
    answer = link(world, f"{image_id}.png", query)
    assert answer.status == 200
    assert list(world.objects(RENDITIONS).values()) == [answer.body]
    assert len(records(world)[0]["renditions"]["M"]) == 1


@MOMENTS
@pytest.mark.parametrize("call", range(5))
def test_a_large_link_that_is_killed_leaves_what_the_next_request_completes(
    world: World, monkeypatch: pytest.MonkeyPatch, call: int, after: bool
) -> None:
    monkeypatch.setattr(delivery, "DIRECT_FILE_LIMIT", 100)
    image_id = uploaded(world, pictures.still("JPEG"))
    with pytest.raises(Killed), killed(call, after=after):
        world.call("render_image", link_event(f"{image_id}.png", {"w": "30"}))
    assert len(world.objects(RENDITIONS)) == ((call, after) >= (3, True))
    assert link(world, f"{image_id}.png", {"w": "30"}).status == 302
    assert list(world.objects(RENDITIONS)) == [f"{image_id}/30x.png"]
    assert list(records(world)[0]["renditions"]["M"]) == ["30x.png"]


@MOMENTS
@pytest.mark.parametrize("call", range(10))
def test_a_large_link_killed_while_it_takes_anothers_place_leaves_no_object_without_one(
    world: World, monkeypatch: pytest.MonkeyPatch, call: int, after: bool
) -> None:
    configure(monkeypatch, renditions_per_image=2)
    image_id = uploaded(world, pictures.still("JPEG"))
    for width in ("10", "11"):
        link_again(world, f"{image_id}.png", {"w": width})
    monkeypatch.setattr(delivery, "DIRECT_FILE_LIMIT", 100)
    try:
        with killed(call, after=after):
            world.call("render_image", link_event(f"{image_id}.png", {"w": "20"}))
    except Killed:
        pass
    else:
        assert call == 9  # a link that takes another's place makes nine calls
    slots = records(world)[0]["renditions"]["M"]
    assert {key.partition("/")[2] for key in world.objects(RENDITIONS)} <= set(slots)
    assert link(world, f"{image_id}.png", {"w": "20"}).status == 302
    assert f"{image_id}/20x.png" in world.objects(RENDITIONS)
    assert len(world.objects(RENDITIONS)) <= 2


def test_a_claim_whose_answer_was_lost_takes_one_slot_and_counts_as_two(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    with answer_lost("UpdateItem"):
        answer = link(world, f"{image_id}.png", {"w": "30"})
    assert answer.status == 200
    assert list(records(world)[0]["renditions"]["M"]) == ["30x.png"]
    assert world.objects(RENDITIONS) == {f"{image_id}/30x.png": answer.body}


def test_a_missing_rendition_is_told_from_a_denied_one(world: World) -> None:
    """S3 says AccessDenied of a missing object to a function that may not list the bucket."""
    from botocore.awsrequest import AWSResponse

    class Raw:
        def stream(self, **_: object) -> list[bytes]:
            return [b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"]

    def denied(**_: object) -> AWSResponse:
        return AWSResponse("https://example.com", 403, headers, Raw())

    headers: Any = {}
    image_id = uploaded(world, pictures.still("JPEG"))
    link(world, f"{image_id}.png", {"w": "30"})
    events = client_of("s3").meta.events
    events.register_first("before-send.s3.GetObject", denied)
    try:
        answer = link(world, f"{image_id}.png", {"w": "30"})
    finally:
        events.unregister("before-send.s3.GetObject", denied)
    assert (answer.status, json.loads(answer.body)["error"]["message"]) == (404, "Image not found")
