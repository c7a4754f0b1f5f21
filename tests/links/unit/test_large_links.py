"""Pictures that are more than one invocation can answer: stored at once, then fetched from the bucket."""

import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from constellation.aws import client as aws
from constellation.aws.resources import IMAGES, RENDITIONS
from constellation.links import deliver, slot_store
from tests.support import pictures
from tests.support.faults import meanwhile
from tests.support.records import large, store_large
from tests.support.sharing import ANNA, link, link_again, records, uploaded
from tests.support.world import World, configure


@pytest.fixture
def image_id(world: World) -> str:
    """A stored picture of 5 MB, of the kind that only comes past the gateway."""
    return store_large("123e4567-e89b-42d3-a456-426614174000", ANNA.user_id).id


def stored_names(world: World) -> set[str]:
    return set(records(world)[0]["renditions"]["M"])


@pytest.mark.parametrize("query", [{}, {"w": "1299"}])
def test_a_large_picture_is_stored_and_then_fetched_from_the_bucket(
    world: World, image_id: str, query: dict[str, str]
) -> None:
    for _ in range(2):
        answer = link(world, f"{image_id}.png", query)
        assert (answer.status, answer.body) == (302, b"")
        assert answer.headers["cache-control"] == "no-store"
        parameters = parse_qs(urlsplit(answer.headers["location"]).query)
        assert int(parameters["X-Amz-Expires"][0]) <= 300
        fetched = requests.get(answer.headers["location"], timeout=5)
        assert fetched.headers["Content-Type"] == "image/png"
        assert fetched.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        side = int(query.get("w", 1300))
        assert pictures.opened(fetched.content).size == (side, side)
        assert list(world.objects(RENDITIONS).values()) == [fetched.content]


def test_the_original_in_full_is_fetched_as_it_is(world: World, image_id: str) -> None:
    link(world, f"{image_id}.png")
    assert world.objects(RENDITIONS) == {f"{image_id}/full.png": large()}


def test_head_and_a_known_etag_need_no_redirect(world: World, image_id: str) -> None:
    whole = large()
    for _ in range(2):
        head = link(world, f"{image_id}.png", method="HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["etag"] == f'"{hashlib.md5(whole).hexdigest()}"'
        assert head.headers["content-length"] == str(len(whole))
        known = link(world, f"{image_id}.png", headers={"If-None-Match": head.headers["etag"]})
        assert (known.status, {**known.headers, "content-length": str(len(whole))}) == (304, head.headers)
        both = link(world, f"{image_id}.png", method="HEAD", headers={"If-None-Match": head.headers["etag"]})
        assert (both.status, both.headers) == (304, known.headers)


def test_head_tells_the_size_of_a_large_rendition(world: World, image_id: str) -> None:
    for query in ({"w": "1290"}, {}):
        sizes = {link(world, f"{image_id}.png", query, method="HEAD").headers["content-length"] for _ in range(2)}
        fetched = requests.get(link(world, f"{image_id}.png", query).headers["location"], timeout=5)
        assert sizes == {str(len(fetched.content))}


@pytest.fixture
def full_house(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small image whose three slots are taken and filled, on a platform that can answer next to nothing itself."""
    configure(monkeypatch, renditions_per_image=3)
    identifier = uploaded(world, pictures.still("JPEG"))
    for width in ("10", "11", "12"):
        link_again(world, f"{identifier}.png", {"w": width})
    monkeypatch.setattr(deliver, "DIRECT_FILE_LIMIT", 100)
    return identifier


def test_a_large_picture_takes_anothers_place_when_all_are_taken(world: World, full_house: str) -> None:
    for width in range(20, 40):
        answer = link(world, f"{full_house}.png", {"w": str(width)})
        assert answer.status == 302
        fetched = requests.get(answer.headers["location"], timeout=5)
        assert pictures.opened(fetched.content).width == width
    assert stored_names(world) == {key.partition("/")[2] for key in world.objects(RENDITIONS)}
    assert len(stored_names(world)) == 3


def test_a_large_picture_takes_a_place_that_was_never_filled(
    world: World, image_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, renditions_per_image=1)
    link(world, f"{image_id}.png", {"w": "10"})
    assert link(world, f"{image_id}.png").status == 302
    assert stored_names(world) == {"full.png"}
    assert "accept-ranges" not in link_again(world, f"{image_id}.png", {"w": "10"}).headers
    assert list(world.objects(RENDITIONS)) == [f"{image_id}/full.png"]


def take(image_id: str, name: str, instead_of: str) -> None:
    assert slot_store.swap(image_id, name, instead_of)


def test_a_place_that_others_take_first_is_sought_again(world: World, full_house: str) -> None:
    def all_others_go() -> None:
        for width in ("10", "11", "12"):
            take(full_house, f"9{width}x.png", f"{width}x.png")

    with meanwhile("DeleteObject", all_others_go):
        assert link(world, f"{full_house}.png", {"w": "20"}).status == 302
    assert f"{full_house}/20x.png" in world.objects(RENDITIONS)
    assert len(stored_names(world)) == 3


def test_two_requests_for_one_large_picture_take_one_place(world: World, full_house: str) -> None:
    with meanwhile("GetObject", lambda: take(full_house, "20x.png", "10x.png")):
        assert link(world, f"{full_house}.png", {"w": "20"}).status == 302
    assert stored_names(world) == {"20x.png", "11x.png", "12x.png"}


def test_without_any_place_a_large_picture_is_said_to_be_busy(
    world: World, full_house: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, renditions_per_image=0)
    image_id = uploaded(world, pictures.still("JPEG"))
    answer = link(world, f"{image_id}.png", {"w": "20"})
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")


def test_a_place_lost_while_it_was_being_filled_is_sought_again(world: World, full_house: str) -> None:
    with meanwhile("PutObject", lambda: take(full_house, "99x.png", "20x.png")):
        answer = link(world, f"{full_house}.png", {"w": "20"})
    assert requests.get(answer.headers["location"], timeout=5).status_code == 200
    assert "20x.png" in stored_names(world)
    assert len(stored_names(world)) == 3
    assert {key.partition("/")[2] for key in world.objects(RENDITIONS)} <= stored_names(world)


def test_a_small_picture_whose_place_was_lost_is_answered_all_the_same(world: World) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    link(world, f"{image_id}.png", {"w": "20"})
    with meanwhile("PutObject", lambda: take(image_id, "99x.png", "20x.png")):
        answer = link(world, f"{image_id}.png", {"w": "20"})
    assert (answer.status, pictures.opened(answer.body).width) == (200, 20)
    assert "accept-ranges" not in answer.headers
    assert world.objects(RENDITIONS) == {}


@pytest.mark.parametrize("moment", ["UpdateItem", "GetObject", "PutObject"])
def test_no_rendition_outlives_its_image(world: World, moment: str) -> None:
    image_id = uploaded(world, pictures.still("JPEG"))
    link(world, f"{image_id}.png", {"w": "20"})

    def deleted() -> None:
        key = {"pk": {"S": f"IMAGE#{image_id}"}, "sk": {"S": "IMAGE"}}
        aws.call("dynamodb", "delete_item", TableName=IMAGES.physical_name, Key=key)

    with meanwhile(moment, deleted):
        answer = link(world, f"{image_id}.png", {"w": "20"})
    assert answer.status == 404
    assert world.objects(RENDITIONS) == {}
