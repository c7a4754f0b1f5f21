"""Whatever bytes come: a clean picture or a refusal, never another error, and every rendition of the exact size."""

import io
import random

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from constellation.common.errors import Invalid
from constellation.imaging.clean import Limits, Picture, clean
from constellation.imaging.options import THUMBNAIL, Options, output_size
from constellation.imaging.pipeline import render
from tests import photographs
from tests.support.pictures import encoded

LIMITS = Limits(4_500_000, 1_000_000, 2_000_000, 32)

_FILES = [
    encoded(photographs.picture(40), "JPEG"),
    encoded(photographs.picture(40), "JPEG", progressive=True),
    photographs.camera_jpeg(6, width=40),
    encoded(photographs.picture(40), "PNG"),
    encoded(photographs.picture(40).quantize(16), "PNG", transparency=3),
    photographs.animated_png(3, width=40),
    encoded(photographs.translucent(40), "WEBP"),
    encoded(photographs.picture(40), "WEBP", lossless=True),
    photographs.animated_webp(3, width=40),
    encoded(photographs.picture(40).quantize(16), "GIF"),
    photographs.animated_gif(3, width=40),
]
_STARTS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBPVP8 ", b"GIF89a"]


def _cleaned(data: bytes) -> Picture | None:
    try:
        return clean(data, field="image", limits=LIMITS)
    except Invalid as fault:
        refused = fault.violations
    assert [violation.property for violation in refused] == ["image"]
    return None


@given(start=st.sampled_from(_STARTS), rest=st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_random_bytes_are_refused_in_one_way(start: bytes, rest: bytes) -> None:
    _cleaned(start + rest)


@given(data=st.sampled_from(_FILES), seed=st.integers(0, 2**32), changes=st.integers(1, 12))
@settings(max_examples=500, deadline=None)
def test_damaged_files_are_clean_or_refused(data: bytes, seed: int, changes: int) -> None:
    chance = random.Random(seed)
    damaged = bytearray(data)
    for _ in range(changes):
        place = chance.randrange(len(damaged))
        match chance.randrange(3):
            case 0:
                damaged[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 1:
                del damaged[place : place + chance.randrange(1, 20)]
            case _:
                damaged[place:place] = chance.randbytes(chance.randrange(1, 20))
    picture = _cleaned(bytes(damaged))
    if picture is not None:
        extension = chance.choice(("jpg", "png", "webp", "gif"))
        with Image.open(io.BytesIO(render(picture.data, THUMBNAIL, extension))) as rendition:
            rendition.load()
            assert rendition.size == output_size(picture.width, picture.height, THUMBNAIL)


_PICTURES = [picture for data in _FILES if (picture := _cleaned(data)) is not None]


@given(
    picture=st.sampled_from(_PICTURES),
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    crop=st.booleans(),
    extension=st.sampled_from(["jpg", "png", "webp", "gif", "avif"]),
)
@settings(max_examples=200, deadline=None)
def test_a_rendition_has_exactly_its_size(
    picture: Picture, width: int, height: int, crop: bool, extension: str
) -> None:
    transform = Options(width, height, "cover" if crop else "inside")
    with Image.open(io.BytesIO(render(picture.data, transform, extension))) as rendition:
        rendition.load()
        assert rendition.size == output_size(picture.width, picture.height, transform)


def test_every_sample_is_accepted() -> None:
    assert len(_PICTURES) == len(_FILES)
