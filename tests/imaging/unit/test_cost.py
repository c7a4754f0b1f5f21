"""What a rendition is estimated to cost, and with how much effort it is written."""

from dataclasses import replace
from itertools import pairwise

import pytest

from constellation.domain.images import Image
from constellation.domain.links import EXTENSIONS, THUMBNAIL, WHOLE, Transform
from constellation.imaging.codecs import write as encode
from constellation.imaging.codecs.write import effort
from constellation.imaging.cost import render_cost
from constellation.imaging.inspect.sniff import ACCEPTED, GIF
from tests.pictures import opened, still
from tests.world import NOON

LARGEST = Image(
    id="i",
    owner=None,
    place=None,
    name="n",
    description="",
    is_public=False,
    media_type="image/jpeg",
    extension="jpg",
    size=1,
    width=8000,
    height=5000,
    frames=1,
    sha256="",
    created_at=NOON,
    described_at=NOON,
)
"""A picture as large as one may be."""

ANIMATION = replace(LARGEST, media_type=GIF, extension="gif", width=1000, height=1000, frames=100)


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("media_type", ACCEPTED)
def test_every_type_has_a_price_in_every_format(media_type: str, extension: str) -> None:
    image = replace(LARGEST, media_type=media_type)
    extension = "jpg" if extension == "jpeg" else extension
    costs = [render_cost(image, transform, extension) for transform in (THUMBNAIL, Transform(900, None, False), WHOLE)]
    assert costs == sorted(costs)
    assert costs[0] > 0


@pytest.mark.parametrize(
    ("image", "extension", "seconds"),
    [
        (LARGEST, "jpg", 1.2),
        (LARGEST, "png", 3.6),
        (LARGEST, "webp", 4.4),
        (LARGEST, "gif", 6),
        (LARGEST, "avif", 6.8),
        (ANIMATION, "webp", 10.1),
        (ANIMATION, "gif", 19.1),
        (ANIMATION, "avif", 1.1),
    ],
)
def test_no_picture_costs_more_than_a_function_has_time_for(image: Image, extension: str, seconds: float) -> None:
    assert render_cost(image, WHOLE, extension) <= seconds * 1000


def test_an_animation_costs_by_its_frames_where_it_goes_on() -> None:
    one = replace(ANIMATION, frames=1)
    for extension in ("gif", "webp"):
        assert render_cost(ANIMATION, THUMBNAIL, extension) > 50 * render_cost(one, THUMBNAIL, extension)
    for extension in ("jpg", "png", "avif"):
        assert render_cost(ANIMATION, THUMBNAIL, extension) == render_cost(one, THUMBNAIL, extension)


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "gif", "avif"])
def test_a_larger_picture_is_written_with_less_effort(extension: str) -> None:
    steps = encode._EFFORTS[extension]
    assert steps[-1].most == float("inf")
    for before, after in pairwise(steps):
        assert (before.most, -before.cost) < (after.most, -after.cost)
        assert effort(extension, int(before.most)) is before
        assert effort(extension, int(before.most) + 1) is after


def test_the_effort_of_an_avif_is_that_of_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    from constellation.imaging.pipeline import render

    written = list[int]()
    saved = encode.saved

    def watched(image: object, extension: str, **options: int) -> bytes:
        written.append(options["speed"])
        return saved(image, extension, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(encode, "saved", watched)
    data = still("JPEG", 1500, 1400)
    for transform in (WHOLE, Transform(1000, None, False)):
        opened(render(data, transform, "avif"))
    assert written == [9, 6]
