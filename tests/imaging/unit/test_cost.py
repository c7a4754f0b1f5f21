"""What a rendition is estimated to cost, and with how much effort it is written."""

from itertools import pairwise
from typing import NamedTuple

import pytest

from constellation.imaging.cost import render_cost
from constellation.imaging.formats import EFFORTS, EFFORTS_OF_LOSSLESS, effort
from constellation.imaging.inspect.sniff import ACCEPTED, GIF
from constellation.imaging.options import EXTENSIONS, THUMBNAIL, WHOLE, Options
from constellation.imaging.reductions import Reduced
from constellation.imaging.steps import encode
from tests.support.pictures import encoded, opened, painted, still


class Original(NamedTuple):
    """What is known of an original."""

    media_type: str
    width: int
    height: int
    frames: int


LARGEST = Original("image/jpeg", 8000, 5000, 1)
"""A picture as large as one may be."""

ANIMATION = Original(GIF, 1000, 1000, 100)


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("media_type", ACCEPTED)
def test_every_type_has_a_price_in_every_format(media_type: str, extension: str) -> None:
    image = LARGEST._replace(media_type=media_type)
    extension = "jpg" if extension == "jpeg" else extension
    costs = [render_cost(*image, transform, extension) for transform in (THUMBNAIL, Options(900), WHOLE)]
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
def test_no_picture_costs_more_than_a_function_has_time_for(image: Original, extension: str, seconds: float) -> None:
    assert render_cost(*image, WHOLE, extension) <= seconds * 1000


def test_an_animation_costs_by_its_frames_where_it_goes_on() -> None:
    one = ANIMATION._replace(frames=1)
    for extension in ("gif", "webp"):
        assert render_cost(*ANIMATION, THUMBNAIL, extension) > 50 * render_cost(*one, THUMBNAIL, extension)
    for extension in ("jpg", "png", "avif"):
        assert render_cost(*ANIMATION, THUMBNAIL, extension) == render_cost(*one, THUMBNAIL, extension)


@pytest.mark.parametrize("of_lossless", [False, True])
@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "gif", "avif"])
def test_a_larger_picture_is_written_with_less_effort(extension: str, of_lossless: bool) -> None:
    steps = (EFFORTS_OF_LOSSLESS if of_lossless else EFFORTS)[extension]
    assert steps[-1].most == float("inf")
    for before, after in pairwise(steps):
        assert (before.most, -before.cost) < (after.most, -after.cost)
        assert effort(extension, int(before.most), of_lossless=of_lossless) is before
        assert effort(extension, int(before.most) + 1, of_lossless=of_lossless) is after


def test_the_effort_of_an_avif_is_that_of_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    from constellation.imaging.pipeline import render

    written = list[int]()
    saved = encode.saved

    def watched(image: object, extension: str, **options: int) -> bytes:
        written.append(options["speed"])
        return saved(image, extension, **options)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(encode, "saved", watched)
    data = still("JPEG", 1500, 1400)
    for transform in (WHOLE, Options(1000)):
        opened(render(data, transform, "avif"))
    assert written == [9, 6]


@pytest.mark.parametrize(
    ("data", "reduced", "method"),
    [
        (still("PNG"), None, 3),
        (still("PNG"), Reduced(600, 400, 2), 3),
        (encoded(painted(60, 40), "WEBP", lossless=True), None, 3),
        (encoded(painted(60, 40), "WEBP", lossless=True), Reduced(600, 400, 2), 3),
        (encoded(painted(60, 40), "WEBP"), None, 2),
        (still("JPEG"), None, 2),
        (still("JPEG"), Reduced(600, 400, 2), 2),
        (still("GIF"), None, 2),
    ],
)
def test_what_had_lost_nothing_is_written_as_webp_with_more_effort(
    data: bytes, reduced: Reduced | None, method: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from constellation.imaging.pipeline import render

    written = list[int]()
    saved = encode.saved

    def watched(image: object, extension: str, **options: int) -> bytes:
        written.append(options["method"])
        return saved(image, extension, **options)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(encode, "saved", watched)
    opened(render(data, Options(10), "webp", reduced=reduced))
    assert written == [method]


def test_more_effort_is_paid_for() -> None:
    costs = [render_cost(f"image/{kind}", 1000, 1000, 1, Options(1000), "webp") for kind in ("jpeg", "png", "webp")]
    assert costs == [20 + 8 + 100, 20 + 20 + 160, 20 + 50 + 160]
