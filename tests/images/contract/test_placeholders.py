"""Contract, section 3: placeholders are made at upload, whatever the way in, and answered where it says."""

from typing import Any

import pytest
from PIL import Image

from constellation.aws import client as aws
from constellation.aws.resources import IMAGES
from tests import photographs
from tests.support import pictures
from tests.support.fixtures import lasting_anna, lasting_world
from tests.support.sharing import Client, records
from tests.support.thumbhashes import shown
from tests.support.ways_in import WAYS
from tests.support.workspace import Workspace, added
from tests.support.world import World

world, anna = lasting_world, lasting_anna

GREEN = pictures.encoded(Image.new("RGB", (30, 20), (0, 160, 0)), "PNG")


def answered(client: Client, image_id: str) -> dict[str, str | None]:
    """The placeholder of an image that is public, wherever it is answered, by the path."""
    found: dict[str, Any] = {}
    for path in ("/api/images/1", "/api/images/history/1"):
        data = client.ask("GET", path, query={"limit": "100"}).json["data"]
        found[path] = next(image["metadata"] for image in data if image["id"] == image_id)
    by_id = client.ask("GET", "/api/images", query={"uuid[]": [image_id]}).json
    found["/api/images"] = by_id[0]["metadata"]
    found["/images"] = next(
        image for image in client.ask("GET", "/images").json["images"] if image["image_uuid"] == image_id
    )
    found["detail"] = client.ask("GET", f"/api/image/{image_id}/detail").json
    return {path: entry.get("placeholder") for path, entry in found.items()}


@pytest.mark.parametrize("way", WAYS)
def test_it_is_made_by_every_way_in(world: World, anna: Client, way: str) -> None:
    before = {record["id"]["S"] for record in records(world)}
    assert not WAYS[way](anna, GREEN)
    (placeholder,) = (record["placeholder"]["S"] for record in records(world) if record["id"]["S"] not in before)
    assert shown(placeholder).average == pytest.approx((0, 160 / 255, 0, 1), abs=0.05)
    assert 20 <= len(placeholder) <= 28


def test_every_answer_has_it(anna: Client) -> None:
    image_id = anna.image(photographs.flower(), isPublic="true")
    found = answered(anna, image_id)
    assert len(found) == 5
    assert len(set(found.values())) == 1
    assert len(found["detail"] or "") == 28


def test_an_image_from_before_has_none(world: World, anna: Client) -> None:
    image_id = anna.image(isPublic="true")
    key = {"pk": {"S": f"IMAGE#{image_id}"}, "sk": {"S": "IMAGE"}}
    aws.call(
        "dynamodb",
        "update_item",
        TableName=IMAGES.physical_name,
        Key=key,
        UpdateExpression="REMOVE placeholder",
    )
    assert set(answered(anna, image_id).values()) == {None}
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"description": "later"}).status == 204
    assert set(answered(anna, image_id).values()) == {None}


def test_it_stays_when_the_image_changes(anna: Client) -> None:
    trip = Workspace(anna)
    image_id = added(anna, constellation_uuid=trip.id)

    def listed() -> str:
        images = anna.ask("GET", "/images", query={"constellation_uuid": trip.id}).json["images"]
        (entry,) = (image for image in images if image["image_uuid"] == image_id)
        return entry["placeholder"]

    first = listed()
    assert anna.ask("PATCH", f"/images/{image_id}", json={"name": "lake", "folder_uuid": trip.folder()}).status == 200
    assert listed() == first
    assert anna.ask("PATCH", f"/api/image/{image_id}", json={"description": "d", "isPublic": True}).status == 204
    assert set(answered(anna, image_id).values()) == {first}


@pytest.mark.parametrize(
    ("data", "average"),
    [
        (pictures.encoded(Image.new("RGBA", (40, 30), (200, 100, 0, 128)), "PNG"), (0.784, 0.392, 0, 0.5)),
        (pictures.encoded(Image.new("L", (40, 30), 100), "PNG"), (0.392, 0.392, 0.392, 1)),
        (pictures.encoded(Image.new("CMYK", (40, 30), (0, 255, 255, 0)), "JPEG"), (1, 0, 0, 1)),
        (pictures.encoded(Image.new("RGB", (1, 1), (0, 0, 255)), "PNG"), (0, 0, 1, 1)),
        (pictures.encoded(Image.new("RGB", (1, 4000), (0, 0, 255)), "PNG"), (0, 0, 1, 1)),
    ],
    ids=["transparent", "grey", "CMYK", "1 × 1", "1 × 4000"],
)
def test_odd_pictures_have_one(anna: Client, data: bytes, average: tuple[float, ...]) -> None:
    placeholder = anna.ask("GET", f"/api/image/{anna.image(data)}/detail").json["placeholder"]
    assert shown(placeholder).average == pytest.approx(average, abs=0.06)


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_that_of_an_animation_is_of_its_first_frame(anna: Client, kind: str) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime", "blue")]
    data = pictures.encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    placeholder = anna.ask("GET", f"/api/image/{anna.image(data)}/detail").json["placeholder"]
    assert shown(placeholder).average == pytest.approx((1, 0, 0, 1), abs=0.06)


def test_none_is_left_of_a_deleted_image(world: World, anna: Client) -> None:
    image_id = anna.image()
    assert anna.ask("DELETE", f"/api/image/{image_id}", json={"preserveOnDisk": False}).status == 204
    (tombstone,) = (
        item for item in world.items(IMAGES) if item["sk"]["S"] == "DELETED" and image_id in item["pk"]["S"]
    )
    assert "placeholder" not in tombstone
