"""Mutated pictures: each is taken or refused, and nothing that its few bytes say takes much memory."""

import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable, Mapping
from functools import cache

import pytest
from PIL import Image

from constellation.common.errors import Invalid
from constellation.imaging.clean import Limits, clean
from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
from tests import photographs
from tests.support import profiles
from tests.support.containers import holds_only_pixels
from tests.support.pictures import encoded

FILES = 100
LIMITS = Limits(size_limit=1_000_000, pixel_limit=1_000_000, animation_pixel_limit=2_000_000, frame_limit=16)
NUMBERS = (0, 1, 255, 65535, 2**31 - 1, 2**32 - 1)

PICTURES: Mapping[str, Callable[[], list[bytes]]] = {
    "jpeg": lambda: [photographs.camera_jpeg(6, 48), *_with_profiles("JPEG"), _small("JPEG", progressive=True)],
    "png": lambda: [photographs.animated_png(3, 40), *_with_profiles("PNG"), _small("PNG", exif=_EXIF)],
    "webp": lambda: [photographs.animated_webp(3, 40), *_with_profiles("WEBP"), _small("WEBP", lossless=True)],
    "gif": lambda: [photographs.animated_gif(3, 40), encoded(photographs.picture(48).quantize(8), "GIF", interlace=1)],
}
_EXIF = photographs.camera_exif(5)


def _small(kind: str, **options: object) -> bytes:
    return encoded(photographs.picture(48), kind, **options)


def _with_profiles(kind: str) -> list[bytes]:
    return [_small(kind, icc_profile=profile) for name, profile in profiles.KINDS.items() if name != "grey"]


@cache
def pictures(kind: str) -> list[bytes]:
    return PICTURES[kind]()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file with a few changes: bytes, numbers, pieces left out or repeated; most of them where it begins."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        at = chance.randrange(min(len(changed), chance.choice((64, len(changed)))))
        order = chance.choice("<>")
        match chance.randrange(5):
            case 0:
                changed[at] = chance.randrange(256)
            case 1:
                del changed[at : at + chance.randrange(1, 40)]
            case 2:
                changed[at:at] = changed[at : at + chance.randrange(1, 200)] * chance.choice((1, 2, 50))
            case 3:
                changed[at : at + 4] = struct.pack(f"{order}I", chance.choice((*NUMBERS, len(changed))))
            case _:
                changed[at : at + 2] = struct.pack(f"{order}H", chance.choice(NUMBERS[:4]))
    return bytes(changed)


def with_right_checksums(data: bytes) -> bytes:
    """A PNG that its decoder does not refuse for a checksum already."""
    fixed, at = data[:8], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        body = data[at + 4 : at + 8 + length]
        fixed += data[at : at + 4] + body + struct.pack(">I", zlib.crc32(body))
        at += 12 + length
    return fixed


@pytest.mark.parametrize("kind", PICTURES)
def test_mutated_pictures_are_taken_or_refused(kind: str) -> None:
    chance, taken = random.Random(kind), 0
    Image.preinit()
    tracemalloc.start()
    try:
        for _ in range(FILES):
            data = mutated(chance.choice(pictures(kind)), chance)
            if kind == "png":
                data = with_right_checksums(data)
            try:
                picture = clean(data, field="image", limits=LIMITS)
            except Invalid:
                continue
            taken += 1
            assert holds_only_pixels(picture.data)
            render(picture.data, Options(20, 20), chance.choice(("jpg", "webp", "gif")))
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
    assert FILES // 25 < taken < FILES
