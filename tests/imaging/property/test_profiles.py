"""Colour profiles, forged and mutated: their colours stay, texts and whatever is hidden in them do not."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# Pillow's annotations name types of numpy, which is not here.

import io
import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms

from constellation.imaging import colour
from constellation.imaging.inspect.icc import Unsound, cleaned
from tests import photographs
from tests.support import profiles
from tests.support.profiles import KINDS, built, described, matrix, sampled

MARKER = b"SECRET hidden text"
SRGB: Any = ImageCms.createProfile("sRGB")

_CHANCE = random.Random(1)
PICTURES: Mapping[bytes, Image.Image] = {
    b"RGB ": Image.frombytes("RGB", (64, 64), _CHANCE.randbytes(64 * 64 * 3)),
    b"GRAY": Image.frombytes("L", (256, 1), bytes(range(256))),
}
ALL = {**KINDS, "sRGB": photographs.srgb_profile()}


def converted(profile: bytes, intent: int) -> Any:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    picture = PICTURES[profile[16:20]]
    return ImageCms.profileToProfile(picture, source, SRGB, renderingIntent=ImageCms.Intent(intent), outputMode="RGB")


@pytest.mark.parametrize("intent", range(4))
@pytest.mark.parametrize("name", ALL)
def test_the_colours_are_the_same(name: str, intent: int) -> None:
    before, after = converted(ALL[name], intent), converted(cleaned(ALL[name]), intent)
    assert ImageChops.difference(before, after).getbbox() is None
    assert ImageChops.difference(before, PICTURES[ALL[name][16:20]].convert("RGB")).getbbox() or name == "sRGB"


@pytest.mark.parametrize("name", ALL)
def test_what_is_clean_stays_as_it_is(name: str) -> None:
    once = cleaned(ALL[name])
    assert cleaned(once) == once
    assert int.from_bytes(once[:4], "big") == len(once)
    assert len(once) <= len(ALL[name]) + 300


HIDDEN: Mapping[str, bytes] = {
    "description": built({b"desc": described(MARKER), **matrix()}),
    "localized": built({b"desc": described(MARKER, 4), b"cprt": described(MARKER, 4), **matrix()}, version=4),
    "copyright": built({**matrix(), b"cprt": b"text" + bytes(4) + MARKER}),
    "private tag": built({**matrix(), b"priv": b"data" + bytes(8) + MARKER}),
    "known tag that is not needed": built({**matrix(), b"dmdd": described(MARKER), b"vcgt": b"vcgt" + MARKER}),
    "gaps": built(matrix(), gap=MARKER + bytes(-len(MARKER) % 4)),
    "behind the last": built(matrix(), behind=MARKER),
    "reserved bytes": built(matrix(), reserved=MARKER.ljust(28, b"\0")),
    "behind a colour": built({**matrix(), b"wtpt": matrix()[b"wtpt"] + MARKER}),
    "behind a curve": built(matrix(rTRC=sampled(1) + MARKER)),
    "behind a formula": built(matrix(rTRC=profiles.parametric(2.2) + MARKER)),
    "behind a table of bytes": built({b"A2B0": profiles.bytes_table() + MARKER}, connection=b"Lab "),
    "behind a table of words": built({b"A2B0": profiles.words_table() + MARKER}, connection=b"Lab "),
    "behind stages": built({b"A2B0": profiles.stages() + MARKER}, version=4, connection=b"Lab "),
    "behind numbers": built({**matrix(), b"chad": b"sf32" + bytes(40) + MARKER}),
    "second tag of a name": built({**matrix(), b"zTRC": sampled(1) + MARKER}).replace(b"zTRC", b"rTRC"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_goes(name: str) -> None:
    assert MARKER in HIDDEN[name]
    assert MARKER[:6] not in cleaned(HIDDEN[name])


def test_the_headers_free_fields_are_empty() -> None:
    profile = bytearray(KINDS["primaries"])
    for start, end in ((4, 8), (10, 12), (24, 36), (40, 64), (80, 128)):
        profile[start:end] = b"\xa5" * (end - start)
    after = cleaned(bytes(profile))
    assert b"\xa5" not in after[:128]
    profile[64:80] = b"\xa5" * 16
    assert cleaned(bytes(profile)) == after


def test_tags_that_share_their_place_share_it_again() -> None:
    curves = dict.fromkeys(("rTRC", "gTRC", "bTRC"), sampled(1, 1000))
    assert len(cleaned(built(matrix(**curves)))) < 3500


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {**matrix(), b"rTRC": b"text" + bytes(4) + MARKER},
        {**matrix(), b"rTRC": b"curv" + bytes(4) + b"\xff\xff\xff\xff" + MARKER},
        {**matrix(), b"rXYZ": b"XYZ " + bytes(8)},
        {b"A2B0": b"mft1" + bytes(4) + bytes([15, 15, 255, 0]) + bytes(100)},
        {b"A2B0": b"mAB " + bytes(4) + bytes([15, 15, 0, 0]) + b"\xff" * 20},
        {b"A2B0": b""},
        {f"{n:04}".encode(): MARKER for n in range(101)} | matrix(),
    ],
)
def test_what_does_not_define_colours_is_no_profile(tags: dict[bytes, bytes]) -> None:
    with pytest.raises(Unsound):
        cleaned(built(tags))


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    profile = bytearray(draw(st.sampled_from(list(ALL.values()))))
    for _ in range(draw(st.integers(1, 6))):
        near = draw(st.booleans())  # the header and the table of tags say what is where
        at = draw(st.integers(0, min(300, len(profile) - 1) if near else len(profile) - 1))
        profile[at : at + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
        if not profile:
            break
    return bytes(profile)


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_mutated_profiles_are_clean_or_none(profile: bytes) -> None:
    image = Image.new("RGB" if profile[16:20] != b"GRAY" else "L", (1, 1))
    image.info["icc_profile"] = len(profile).to_bytes(4, "big") + profile[4:]
    found = colour.profile_of(image)
    if found:
        assert cleaned(found) == found
        colour.in_srgb(image, found)
