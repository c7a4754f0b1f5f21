"""Renditions as the product answers: the bytes are fetched first, of a reduction where one is enough.

Run alone by ``python -m tests.bench.answers``; ``make bench`` writes it to ``docs/performance.md``.
"""

import statistics
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from constellation.imaging import ALLOCATOR
from tests.bench.peers.bucket import Bucket, serving
from tests.bench.peers.contender import JUDGE, SHARP, Worker, contending, working
from tests.bench.peers.install import FOLDER, install
from tests.bench.pictures import JPEG_12, PICTURES, prepare
from tests.bench.tables import Table, show
from tests.bench.transforms import (
    CASES,
    LARGER,
    RESULTS,
    ROUNDS,
    WORSE,
    Case,
    Rendition,
    matched_quality,
    measured,
    verdict,
)

PRODUCT = "the product"

GOALS: Mapping[str, float] = {
    "12 MP JPEG → 800 JPEG": 0.36,
    "12 MP progressive → 800 JPEG": 0.12,
    "12 MP JPEG → 1100 JPEG": 0.70,
    "12 MP JPEG → 300² crop WebP": 0.20,
    "12 MP JPEG → 800 WebP": 0.38,
    "24 MP JPEG → 200 JPEG": 0.06,
    "PNG → 800 PNG": 0.40,
    "PNG → 800 WebP": 0.25,
    "12 MP JPEG → 800 AVIF": 0.16,
    "animated GIF → 200 WebP": 0.65,
    "animated GIF → 200 GIF": 0.26,
    "640 JPEG → 320 JPEG": 0.70,
    "WebP → 800 JPEG": 0.50,
}
"""The part of sharp's CPU time that each case may take at most."""

MEAN_GOAL = 0.28

WIDTHS = (100, 200, 300, 400, 500, 600, 700, 800, 900, 1000)
FETCHED_GOAL = 0.15
"""The part of an original that may be fetched for a rendition of the widths."""

_TIMES = 4
"""How often those that take a few milliseconds are done at once at least."""


@dataclass(frozen=True)
class Fetching(Worker):
    """A contender that fetches what it works on."""

    address: str

    def ask(self, question: Mapping[str, Any]) -> Any:
        """The answer to one question."""
        is_long = question["format"] == "avif" or question["file"].endswith(".gif")
        times = question["times"] if is_long else max(_TIMES, question["times"])
        return super().ask({**question, "times": times, "address": self.address})


def tables() -> list[Table]:
    """What renditions take, and what is fetched for them."""
    install()
    prepare()
    RESULTS.mkdir(parents=True, exist_ok=True)
    product = (sys.executable, "-m", "tests.bench.peers.product")
    with (
        serving(FOLDER) as bucket,
        working(JUDGE, {}) as judge,
        working(product, ALLOCATOR) as ours,
        contending(SHARP) as sharp,
    ):
        workers = {name: Fetching(each.process, bucket.address) for name, each in ((PRODUCT, ours), (SHARP, sharp))}
        quality = matched_quality(workers, judge, PRODUCT)
        results = {case: measured(case, workers, judge, quality) for case in CASES}
        return [times(results, quality), fetched(workers[PRODUCT], bucket)]


def times(results: Mapping[Case, Mapping[str, Rendition]], quality: int) -> Table:
    """CPU time, likeness and bytes."""
    rows = [_row(case, made[PRODUCT], made[SHARP]) for case, made in results.items()]
    ratios = [made[PRODUCT].ratio(made[SHARP]) for made in results.values()]
    mean = statistics.geometric_mean(ratios)
    rows.append(["geometric mean", "", "", f"{mean:.2f}", _met(mean, MEAN_GOAL), "", "", ""])
    return Table(
        "Renditions as the product answers",
        [
            *("case", "ours, ms", "sharp, ms", "ratio", "goal", "ours, SSIM / KB", "sharp, SSIM / KB"),
            "not comparable, as ours has",
        ],
        rows,
        f"CPU of one rendition, warm processes of one thread; medians of {ROUNDS} pairs. Both fetch the bytes first, by"
        " HTTP from a server on this machine: sharp the file that was uploaded, ours a range of the reductions, or the"
        " original where none is enough. The signature of a request to S3 and the database are left out on both sides."
        f" Comparable is what is at most {WORSE} of SSIM below sharp's, at no more than {LARGER - 1:.0%} more bytes;"
        f" AVIF of sharp has quality {quality}, where it is nearest to our SSIM.",
    )


def _row(case: Case, ours: Rendition, sharp: Rendition) -> list[str]:
    ratio, shortcomings = ours.ratio(sharp), ours.shortcomings(sharp)
    goal = GOALS[case.name]
    return [
        case.name,
        *(f"{statistics.median(each.cpu):.1f}" for each in (ours, sharp)),
        f"{ratio:.2f}",
        f"≤ {goal:.2f}: not comparable" if shortcomings else _met(ratio, goal),
        *(f"{each.ssim:.4f} / {each.size / 1000:.1f}" for each in (ours, sharp)),
        shortcomings,
    ]


def fetched(worker: Worker, bucket: Bucket) -> Table:
    """What is read of the bucket for renditions of a photograph."""
    (case, *_) = CASES
    original = PICTURES.joinpath(JPEG_12).stat().st_size
    rows: list[list[str]] = []
    for width in WIDTHS:
        before = bucket.sent()
        worker.ask({**case.job(PRODUCT, 0), "out": str(RESULTS / "fetched.jpg"), "width": width, "times": 1})
        part = (bucket.sent() - before) / _TIMES / original
        rows.append([str(width), f"{part * original / 1000:.0f}", f"{part:.1%}", _met(part, FETCHED_GOAL)])
    remark = f"Of a JPEG of 4000 × 3000 pixels and {original / 1000:.0f} KB."
    return Table("Bytes fetched for a rendition", ["width", "KB", "of the original", "goal"], rows, remark)


def _met(ratio: float, goal: float) -> str:
    return verdict("", ratio, goal).strip()


if __name__ == "__main__":
    show(tables())
