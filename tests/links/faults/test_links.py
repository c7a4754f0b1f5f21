"""Links ended at every AWS call, before its effect and after: nothing half done, and a repeat is right."""

import json
from typing import Any

import pytest

from constellation.aws.resources import RENDITIONS
from constellation.links import deliver
from tests.support import pictures
from tests.support.faults import Killed, answer_lost, hooked, killed
from tests.support.sharing import link, link_again, link_event, records, uploaded
from tests.support.world import World, configure

MOMENTS = pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
CLAIMS = pytest.mark.parametrize(("query", "claim"), [({"w": "30"}, 0), ({}, 1)], ids=["resized", "in full"])
"""Links and the number of the call that takes a slot: of one in full it is first asked whether it is the original."""


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
    monkeypatch.setattr(deliver, "DIRECT_FILE_LIMIT", 100)
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
    monkeypatch.setattr(deliver, "DIRECT_FILE_LIMIT", 100)
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
    with hooked("before-send.s3.GetObject", denied):
        answer = link(world, f"{image_id}.png", {"w": "30"})
    assert (answer.status, json.loads(answer.body)["error"]["message"]) == (404, "Image not found")
