"""Random requests of the IIIF Image API, many of them at a border, and what is wrong with what they give."""

import io
from collections import Counter
from collections.abc import Sequence
from random import Random

from PIL import Image

from constellation.common.errors import BadRequest
from constellation.iiif.model import settled
from constellation.iiif.syntax import parse
from constellation.imaging.pipeline import render
from tests.support.random_options import TYPES, Original

ROTATIONS = [f"{mirrored}{degrees}" for mirrored in ("", "!") for degrees in (0, 90, 180, 270)]
FILES = [f"{q}.{f}" for q in ("default", "color", "gray", "bitonal") for f in TYPES]

Request = tuple[str, str, str, str]
"""Region, size, rotation, and quality with format, as in the path."""


def random_request(chance: Random, width: int, height: int) -> Request:
    """A request for an image of that size; its syntax is right."""

    def side(most: int) -> int:
        return chance.choice([0, 1, most - 1, most, most + 1, chance.randint(1, 2 * most), chance.randint(1, most)])

    def percent() -> str:
        whole = chance.choice([0, 1, 50, 99, 100, 101, chance.randint(0, 120)])
        return f"{whole}{chance.choice(['', '', '.5', '.05', '.333333333333336', '.999'])}"

    four = [side(width), side(height), side(width), side(height)]
    region = chance.choice(["full", "square", ",".join(map(str, four)), "pct:" + ",".join(percent() for _ in range(4))])
    w, h = side(width), side(height)
    size = chance.choice(["max", f"{w or 1},", f",{h or 1}", f"{w or 1},{h or 1}", f"!{w or 1},{h or 1}"])
    size = chance.choice([size, size, f"pct:{percent()}"])
    return region, size, chance.choice(ROTATIONS), chance.choice(FILES)


def iiif_faults(pictures: Sequence[Original], chance: Random, count: int) -> tuple[list[str], Counter[str]]:
    """What was wrong with ``count`` random requests, a few at most, and how many there were of each outcome."""
    found, outcomes = list[str](), Counter[str]()
    for _ in range(count):
        original = chance.choice(pictures)
        request = random_request(chance, *original.size)
        try:
            asked = settled(parse(*request), *original.size)
        except BadRequest:
            outcomes["refused"] += 1
            continue
        outcomes[asked.format] += 1
        options = asked.link("id", original.frames).options
        with Image.open(io.BytesIO(render(original.data, options, asked.format))) as image:
            image.load()
            said = image.format, image.size, getattr(image, "n_frames", 1)
            colours = image.convert("L").histogram()
        expected = asked.size if asked.degrees % 180 == 0 else asked.size[::-1]
        is_grey = asked.quality != "bitonal" or asked.format in ("jpg", "avif") or not any(colours[1:255])
        if said != (TYPES[asked.format], expected, 1) or not is_grey:
            found.append(f"{original.name} {'/'.join(request)}: {said}, not {expected}, or grey where it is bitonal")
        if len(found) > 3:
            break
    return found, outcomes
