"""Tiles of a large picture for deep zoom, beside the usual way: sharp reads them of a TIFF of tiles and smaller copies.

Run alone by ``python -m tests.bench.tiles``; ``make bench`` writes it to ``docs/performance.md``.
"""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name types of numpy, which is not here.

import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from constellation.common.settings import Settings
from constellation.iiif.model import TILE, scale_factors
from constellation.imaging import ALLOCATOR
from tests.bench.peers.bucket import Bucket, serving
from tests.bench.peers.contender import ENVIRONMENT, SHARP, Worker, contending, working
from tests.bench.peers.install import FOLDER, NODE, install
from tests.bench.pictures import JPEG_24, PICTURES, prepare
from tests.bench.tables import Table, show
from tests.bench.transforms import RESULTS, verdict

ROUNDS, TIMES = 9, 4
GOAL = 1.2
SIZE = 7296, 5472
"""A size of cameras, with nearly as many pixels as are taken."""

JPEG, PYRAMID = "tiles.jpg", "tiles.tif"

_PYRAMID = """
require("sharp")(process.argv[1], { limitInputPixels: false })
  .tiff({ tile: true, pyramid: true, tileWidth: 256, tileHeight: 256, compression: "jpeg", quality: 90 })
  .toFile(process.argv[2]);
"""


def tables() -> list[Table]:
    """A tile at each scale."""
    install()
    prepare()
    RESULTS.mkdir(parents=True, exist_ok=True)
    _prepare()
    product = (sys.executable, "-m", "tests.bench.peers.product")
    with serving(FOLDER) as bucket, working(product, ALLOCATOR) as ours, contending(SHARP) as sharp:
        rows = [_row(number, factor, bucket, ours, sharp) for number, factor in enumerate(scale_factors(*SIZE))]
    pixels = SIZE[0] * SIZE[1]
    assert pixels <= Settings().pixel_limit
    remark = (
        f"CPU of one tile of {TILE} × {TILE} pixels as JPEG, of a picture of {pixels / 1e6:.0f} MP, the most that is"
        f" taken; medians of {ROUNDS} pairs. Ours fetches what it is made from by HTTP, as above. sharp has the TIFF on"
        " its disk, JPEG tiles of 256 pixels, and reads no more than it needs; serverless-iiif fetches it from S3."
    )
    columns = ["one pixel of the tile is", "ours, ms", "sharp, ms", "ratio", "goal", "fetched, KB"]
    return [Table("Tiles", columns, rows, remark)]


def _prepare() -> None:
    """Make the picture and the TIFF unless they are there."""
    jpeg, pyramid = PICTURES / JPEG, PICTURES / PYRAMID
    if not pyramid.exists():
        with Image.open(PICTURES / JPEG_24) as montage:
            montage.convert("RGB").resize(SIZE, Image.Resampling.BICUBIC).save(jpeg, quality=90)
        subprocess.run([NODE, "-e", _PYRAMID, jpeg, pyramid], env=ENVIRONMENT, check=True)


def _row(page: int, factor: int, bucket: Bucket, ours: Worker, sharp: Worker) -> list[str]:
    region = _region(factor)
    job: dict[str, Any] = {"format": "jpg", "times": TIMES, "options": {}, **_size(factor, region)}
    asked = {**job, "file": str(PICTURES / JPEG), "out": _out("ours", factor)}
    asked |= {"region": region, "address": bucket.address}
    theirs = {**job, "file": str(PICTURES / PYRAMID), "out": _out("sharp", factor)}
    theirs |= {"region": [side // factor for side in region], "page": page}
    rounds = [(ours.ask(asked)["cpu_ms"], sharp.ask(theirs)["cpu_ms"]) for _ in range(ROUNDS + 1)][1:]
    before = bucket.sent()
    ours.ask(asked)
    sent = (bucket.sent() - before) / TIMES
    ratio = statistics.median(first / second for first, second in rounds)
    our_ms, sharp_ms = (statistics.median(side) for side in zip(*rounds, strict=True))
    what = f"{factor} pixel{'s' * (factor > 1)} of the picture"
    return [
        what,
        f"{our_ms:.1f}",
        f"{sharp_ms:.1f}",
        f"{ratio:.2f}",
        verdict("", ratio, GOAL).strip(),
        f"{sent / 1000:.0f}",
    ]


def _region(factor: int) -> Sequence[int]:
    """The tile in the middle, or all there is of it: left, top, width and height in pixels of the picture."""
    side = TILE * factor
    left, top = (full // 2 // side * side for full in SIZE)
    return left, top, min(side, SIZE[0] - left), min(side, SIZE[1] - top)


def _size(factor: int, region: Sequence[int]) -> dict[str, Any]:
    width, height = (-(-side // factor) for side in region[2:])
    return {"width": width, "height": height, "crop": False}


def _out(contender: str, factor: int) -> str:
    return str(Path(RESULTS / f"tile-{factor}-{contender}.jpg"))


if __name__ == "__main__":
    show(tables())
