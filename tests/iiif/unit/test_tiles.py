"""Tiles come from the nearest reduction, and nobody sees from where."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import pytest
from PIL import Image

from constellation.iiif.model import scale_factors
from tests.support import pictures
from tests.support.fixtures import lasting_anna, lasting_world
from tests.support.iiif import iiif
from tests.support.sharing import Client, records
from tests.support.world import World

world, anna = lasting_world, lasting_anna

SIDES = 2003, 1451
PICTURE = pictures.painted(*SIDES)


@pytest.fixture(scope="module", params=["JPEG", "PNG"])
def image_id(request: pytest.FixtureRequest, anna: Client) -> str:
    return anna.image(pictures.encoded(PICTURE, request.param))


def tiles(width: int, height: int) -> list[tuple[tuple[int, int, int, int], tuple[int, int]]]:
    """The regions and the sizes that a viewer asks for (implementation notes of the Image API, "Tiling")."""
    found: list[tuple[tuple[int, int, int, int], tuple[int, int]]] = []
    for factor in scale_factors(width, height):
        side = 512 * factor
        for left in range(0, width, side):
            for top in range(0, height, side):
                across, down = min(side, width - left), min(side, height - top)
                found.append(((left, top, across, down), (-(-across // factor), -(-down // factor))))
    return found


def test_every_tile_that_the_information_tells_of_can_be_had(world: World, image_id: str) -> None:
    asked = tiles(*SIDES)
    assert len(asked) == 12 + 4 + 1
    for (left, top, width, height), size in asked:
        answer = iiif(world, image_id, f"{left},{top},{width},{height}/{size[0]},{size[1]}/0/default.jpg")
        assert answer.status == 200
        found = pictures.opened(answer.body)
        cut = PICTURE.crop((left, top, left + width, top + height)).resize(size, Image.Resampling.LANCZOS)
        assert pictures.distance(found, cut) < 10, (left, top, size)


def test_a_tile_is_made_from_the_nearest_reduction(world: World, image_id: str) -> None:
    """Where none is near, a JPEG's rows are fetched by the index that its reductions have."""
    has_index = "1.rows." in next(each["reductions"]["S"] for each in records(world) if each["id"]["S"] == image_id)
    for rest, source in (
        ("0,0,512,512/max", "images"),
        ("0,0,2003,1451/501,", "reductions"),
        ("1600,1000,403,400/100,100", "reductions"),
        ("1600,1000,403,400/100,350", "images"),  # one side nearly whole
        ("full/500,", "reductions"),
    ):
        assert iiif(world, image_id, f"{rest}/!90/gray.jpg").status == 200
        *index, fetched = [call.path for call in world.calls if call.action == "s3:GetObject"]
        assert fetched == f"{source}/{image_id}", rest
        assert index == [f"reductions/{image_id}"] * (has_index and source == "images")


def test_parts_join_without_a_seam(world: World, image_id: str) -> None:
    """Each part of a scaled picture shows what the whole scaled picture shows there."""
    whole = pictures.opened(iiif(world, image_id, "0,0,2000,1448/250,181/0/default.png").body)
    joined = Image.new("RGB", (250, 181))
    for left, width in ((0, 800), (800, 800), (1600, 400)):
        part = iiif(world, image_id, f"{left},0,{width},1448/{width // 8},181/0/default.png")
        joined.paste(pictures.opened(part.body), (left // 8, 0))
    assert pictures.distance(joined, whole) < 4
