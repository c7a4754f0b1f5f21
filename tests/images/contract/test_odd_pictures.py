"""Odd pictures by every way in: forms of users, guests, keys and constellations, posted and dropped files."""

import json
import struct
import zlib
from collections.abc import Mapping

import pytest

from tests.support import pictures, profiles
from tests.support.containers import EOI, chunk, jpeg_by_planes, png, png_rows, segment, with_chunks, with_segments
from tests.support.fixtures import lasting_anna, lasting_world
from tests.support.sharing import Client, link, records
from tests.support.ways_in import WAYS
from tests.support.world import World

world, anna = lasting_world, lasting_anna

JPEG, PNG, GIF = pictures.still("JPEG"), pictures.still("PNG"), pictures.animated("GIF", 2)
WEBP = pictures.still("WEBP")
_SIZE = (16, 16)
_ROWS = png_rows(_SIZE, 8, 2, interlaced=False)

TAKEN: Mapping[str, bytes] = {
    "JPEG without an end": JPEG[:-2] + b"Image_UTC_Data SEFH SEFT",
    "GIF without an end": GIF[:-1],
    "GIF with stray bytes": GIF.replace(b"!\xf9", b"\0\0!\xf9"),
    "PNG without an end": PNG[:-12],
    "WebP with more behind it": WEBP + b"more",
    "PNG, damaged note": with_chunks(PNG, chunk(b"pHYs", bytes(9), checksum=1)),
    "PNG, large note": with_chunks(PNG, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1_200_000)))),
    "JPEG, damaged note": with_segments(JPEG, segment(0xEE, b"Adobe")),
    "PNG with a gamma": png(_SIZE, (b"\0" + b"\x40" * 48) * 16, before=chunk(b"gAMA", struct.pack(">I", 100_000))),
    "JPEG, padded profile": with_segments(
        JPEG, segment(0xE2, b"ICC_PROFILE\0\1\1" + profiles.KINDS["primaries"] + b"\0\0")
    ),
    "GIF that plays for ever": GIF.replace(b"NETSCAPE2.0", b"ANIMEXTS1.0"),
    "JPEG by planes": jpeg_by_planes((90, 60, 30), numbers=(0, 1, 2)),
}
REFUSED: Mapping[str, bytes] = {
    "half a PNG": png(_SIZE, b"".join(_ROWS[:8])),
    "half a JPEG": JPEG[: len(JPEG) // 2] + EOI,
    "half a GIF": pictures.still("GIF")[:100],
    "half a WebP": WEBP[: len(WEBP) // 2],
}
CORRUPT = "The image file is corrupted."


@pytest.mark.parametrize("way", WAYS)
def test_odd_pictures_are_taken(world: World, anna: Client, way: str) -> None:
    for name, data in TAKEN.items():
        count = len(records(world))
        assert not WAYS[way](anna, data), name
        assert len(records(world)) == count + 1


@pytest.mark.parametrize("way", WAYS)
def test_pictures_without_all_of_their_rows_are_refused(world: World, anna: Client, way: str) -> None:
    for name, data in REFUSED.items():
        count = len(records(world))
        assert CORRUPT in WAYS[way](anna, data), name
        assert len(records(world)) == count


def test_frames_and_repetitions_of_an_odd_animation(anna: Client) -> None:
    for name in ("GIF without an end", "GIF with stray bytes", "GIF that plays for ever"):
        original = anna.original(TAKEN[name])
        assert (getattr(original, "n_frames", 1), original.info["loop"]) == (2, 0)


@pytest.mark.parametrize("extension", ["jpg", "webp", "gif", "avif"])
def test_what_the_link_of_a_picture_with_a_gamma_shows(anna: Client, extension: str) -> None:
    """These formats have it in sRGB."""
    found = pictures.opened(link(anna.world, f"{anna.image(TAKEN['PNG with a gamma'])}.{extension}").body)
    assert "icc_profile" not in found.info
    assert all(abs(value - 137) < 4 for value in found.convert("RGB").getpixel((8, 8)))


def test_the_name_of_a_type_that_is_refused(anna: Client) -> None:
    for data, name in ((b"\xff\x0a\xfa", "image/jxl"), (b"\0\0\0\x14ftyphevc\0\0\0\0hevc", "image/heic")):
        assert (
            f"({json.dumps(name)})" in json.loads(WAYS["/api/upload"](anna, data))["error"]["violations"][0]["message"]
        )
