"""Any request means what an independent computation says, and its canonical spelling means the same again."""

import random
import re
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constellation.common.errors import BadRequest
from constellation.iiif.model import Settled, settled
from constellation.iiif.syntax import parse
from tests.support.iiif_requests import FILES, ROTATIONS, iiif_faults, random_request
from tests.support.random_options import originals

MOST = 4096


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def expected_region(text: str, width: int, height: int) -> tuple[int, int, int, int] | None:
    """The region by the specification's words, or None for 400."""
    if text == "full":
        return 0, 0, width, height
    if text == "square":
        side = min(width, height)
        return (width - side) // 2, (height - side) // 2, side, side
    if text.startswith("pct:"):
        parts = [Fraction(Decimal(part)) / 100 for part in text[4:].split(",")]
        x, y, w, h = (half_up(part * whole) for part, whole in zip(parts, (width, height) * 2, strict=True))
    else:
        x, y, w, h = map(int, text.split(","))
    right, bottom = min(x + w, width), min(y + h, height)
    return (x, y, right - x, bottom - y) if x < right and y < bottom else None


def expected_size(text: str, width: int, height: int) -> tuple[int, int] | None:
    """The size by the specification's words, or None for 400."""
    largest = min(Fraction(1), Fraction(MOST, width), Fraction(MOST, height))
    scale, size = largest, (0, 0)
    if text == "max":
        pass
    elif text.startswith("pct:"):
        scale = Fraction(Decimal(text[4:])) / 100
        if scale > 1:
            return None
    elif text.startswith("!"):
        w, h = map(int, text[1:].split(","))
        scale = min(largest, Fraction(w, width), Fraction(h, height))
    else:
        w, h = text.split(",")
        found = int(w) if w else half_up(Fraction(width * int(h), height)), int(h) if h else None
        size = found[0], half_up(Fraction(height * int(w), width)) if found[1] is None else found[1]
    if size == (0, 0):
        size = half_up(width * scale), half_up(height * scale)
    fits = all(1 <= side <= min(most, MOST) for side, most in zip(size, (width, height), strict=True))
    return size if fits else None


def meant(region: str, size: str, rotation: str, file: str, width: int, height: int) -> Settled | None:
    try:
        return settled(parse(region, size, rotation, file), width, height)
    except BadRequest:
        return None


def requests(count: int) -> list[tuple[str, str, str, str, int, int]]:
    """Random requests, many of them at a border."""
    chance = random.Random(19)
    found: list[tuple[str, str, str, str, int, int]] = []
    for _ in range(count):
        width, height = (chance.choice([1, 2, 7, 511, 513, 4096, 5000, chance.randint(1, 9000)]) for _ in "wh")
        found.append((*random_request(chance, width, height), width, height))
    return found


def test_thousands_of_requests_mean_what_an_independent_computation_says() -> None:
    refused = 0
    for region, size, rotation, file, width, height in requests(6000):
        box = expected_region(region, width, height)
        sides = box and expected_size(size, *box[2:])
        found = meant(region, size, rotation, file, width, height)
        assert (found and (found.region, found.size)) == (box and sides and (box, sides)), (region, size, width, height)
        refused += found is None
    assert 600 < refused < 5400


def test_the_canonical_request_of_a_canonical_request_is_itself() -> None:
    for region, size, rotation, file, width, height in requests(3000):
        found = meant(region, size, rotation, file, width, height)
        if found is None:
            continue
        region, size, rotation, file = found.canonical.split("/")
        again = meant(region, size, rotation, file, width, height)
        assert again
        assert again == found
        assert again.canonical == found.canonical
        assert (again.link("id", 1), again.link("id", 2)) == (found.link("id", 1), found.link("id", 2))


def test_different_canonical_requests_have_different_keys() -> None:
    """But for the whole picture in its own size, which is that of an ordinary link."""
    keys: dict[str, str] = {}
    for region, size, rotation, file, width, height in requests(6000):
        found = meant(region, size, rotation, file, width, height)
        if found:
            name = f"{width} {height} {found.canonical}"
            assert keys.setdefault(f"{width} {height} {found.link('id', 1).key}", name) == name


@given(
    parts=st.lists(
        st.text(max_size=12) | st.from_regex(r"[0-9!^,.pct:maxfulsqre]{0,12}", fullmatch=True), min_size=4, max_size=4
    )
)
@settings(max_examples=500, deadline=None)
def test_anything_else_is_refused(parts: list[str]) -> None:
    try:
        asked = parse(*parts)
    except BadRequest:
        return
    number = r"\d+(\.\d+)?"
    assert re.fullmatch(rf"full|square|\d+,\d+,\d+,\d+|pct:{number}(,{number}){{3}}", parts[0], re.ASCII)
    assert re.fullmatch(rf"max|\d+,\d*|,\d+|!\d+,\d+|pct:{number}", parts[1], re.ASCII)
    assert parts[2] in ROTATIONS
    assert parts[3] in FILES
    assert asked.degrees == int(parts[2].strip("!"))


@pytest.mark.parametrize("sides", [(4096, 4096), (4097, 4096), (8000, 5000), (5000, 8000), (9000, 1)])
def test_max_is_past_no_limit(sides: tuple[int, int]) -> None:
    found = meant("full", "max", "0", "default.jpg", *sides)
    if sides == (9000, 1):
        assert found is None  # 4096 x 0.455
    else:
        assert found
        assert max(found.size) == MOST
        assert found.size[0] * found.size[1] <= MOST * MOST


def test_whatever_is_meant_is_made() -> None:
    found, outcomes = iiif_faults(originals(), random.Random(19), 400)
    assert found == []
    assert outcomes["refused"] < 300
