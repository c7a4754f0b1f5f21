"""Random options on small pictures of every kind: the result has exactly the size and type of the contract, or 400."""

import io
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from PIL import Image

from constellation.common.errors import Invalid
from constellation.imaging.grammar import parse_options
from constellation.imaging.options import options_in
from constellation.imaging.pipeline import render
from tests import photographs
from tests.support.link_readings import random_query
from tests.support.naive import size_of
from tests.support.pictures import encoded

TYPES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF"}
_LARGE = 300_000
"""Pixels of a canvas from which on only a few are made."""

_FEW = 0.02
_TINY = 8


class Original(NamedTuple):
    """A file, its size, and how many pictures it has."""

    name: str
    data: bytes
    size: tuple[int, int]
    frames: int


def originals() -> list[Original]:
    """Ten small pictures."""
    small = photographs.picture(48)
    files = {
        "JPEG": encoded(small, "JPEG"),
        "grey JPEG": encoded(small.convert("L"), "JPEG"),
        "JPEG with a profile": encoded(small, "JPEG", icc_profile=photographs.srgb_profile()),
        "PNG": encoded(photographs.picture(37), "PNG"),
        "transparent PNG": encoded(photographs.translucent(48), "PNG"),
        "PNG of a palette": encoded(small.quantize(32), "PNG", transparency=3),
        "WebP": encoded(photographs.translucent(33), "WEBP"),
        "GIF": encoded(small.quantize(64), "GIF"),
        "animated GIF": photographs.animated_gif(3, width=45),
        "animated WebP": photographs.animated_webp(3, width=45),
    }
    found: list[Original] = []
    for name, data in files.items():
        with Image.open(io.BytesIO(data)) as image:
            found.append(Original(name, data, image.size, getattr(image, "n_frames", 1)))
    return found


def faults(pictures: Sequence[Original], chance: Random, count: int) -> tuple[list[str], Counter[str]]:
    """What was wrong with ``count`` random transforms, a few at most, and how many there were of each outcome."""
    found, outcomes = list[str](), Counter[str]()
    for _ in range(count):
        original, extension, query = chance.choice(pictures), chance.choice(tuple(TYPES)), random_query(chance)
        try:
            options = options_in(parse_options(query), extension)
        except Invalid:
            outcomes["refused"] += 1
            continue
        asked = {{"width": "w", "height": "h"}.get(name, name): values[0] for name, values in query.items()}
        asked["gray"] = asked.get("gray", "").lower()
        expected = size_of(original.size, asked)
        if expected[0] * expected[1] > _LARGE and chance.random() > _FEW:
            outcomes["large, left out"] += 1
            continue
        try:
            result = render(original.data, options, extension)
        except Invalid as refused:
            moves = original.frames > 1 and extension in ("gif", "webp")
            if not (moves and refused.violations[0].property == "fit"):
                found.append(f"{original.name} {extension} {query}: {refused.violations}")
            outcomes["too large for an animation"] += 1
            continue
        outcomes[extension] += 1
        with Image.open(io.BytesIO(result)) as image:
            image.load()
            said = image.format, image.size, getattr(image, "n_frames", 1)
        frames = original.frames if extension in ("gif", "webp") else 1
        # A blur and very few pixels make frames equal, and equal ones become one.
        is_still = said[2] == 1 < frames and not options.blur and min(expected) > _TINY
        if said[:2] != (TYPES[extension], expected) or said[2] > frames or is_still:
            found.append(f"{original.name} {extension} {query}: {said}, not {expected} and {frames} frames")
        if len(found) > 3:
            break
    return found, outcomes
