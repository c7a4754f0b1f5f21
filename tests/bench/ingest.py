"""What an original costs: an upload is decoded, turned and stripped, by us and by sharp, at matched quality.

Run alone by ``python -m tests.bench.ingest``; ``make bench`` writes it to ``docs/performance.md``.
"""

import io
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageStat

from tests import photographs
from tests.bench.peers.contender import OURS, SHARP, Worker, contending
from tests.bench.peers.install import FOLDER, install
from tests.bench.pictures import JPEG_12, JPEG_24, PICTURES, PNG, PROGRESSIVE_12, WEBP, prepare
from tests.bench.tables import Table, show
from tests.support.containers import chunk, segment, with_chunks, with_segments
from tests.support.pictures import encoded

ROUNDS, MEMORY_ROUNDS = 9, 3

GOAL, PNG_GOAL = 0.80, 400
"""The part of sharp's CPU time that an original takes at most, and the milliseconds of a PNG."""

_UPLOADS, _RESULTS = FOLDER / "uploads", FOLDER / "results"
_EXIF = photographs.camera_exif(6)
_CONTENDERS = (OURS, SHARP)


@dataclass(frozen=True, eq=False)
class Case:
    """An upload, made from a picture of the transforms, and the options with which sharp writes it as well as we do."""

    name: str
    picture: str
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    made: Callable[[bytes], bytes] = bytes
    has_goal: bool = False

    @property
    def format(self) -> str:
        """The format of the upload and of its original."""
        return Path(self.picture).suffix[1:]

    @property
    def file(self) -> Path:
        """The upload."""
        return _UPLOADS / f"{self._words}.{self.format}"

    def out(self, contender: str) -> Path:
        """The original that a contender makes of it."""
        return _RESULTS / f"upload-{self._words}-{contender}.{self.format}"

    @property
    def _words(self) -> str:
        return "-".join(self.name.replace("×", "x").replace(",", "").split())

    def job(self, contender: str) -> dict[str, Any]:
        """What a contender is asked."""
        return {
            "file": str(self.file),
            "out": str(self.out(contender)),
            "format": self.format,
            "width": 0,
            "height": None,
            "crop": False,
            "times": 1,
            "options": dict(self.options) if contender == SHARP else {},
            "is_upload": True,
        }


def _turned_jpeg(data: bytes) -> bytes:
    return with_segments(data, segment(0xE1, _EXIF))


def _turned_png(data: bytes) -> bytes:
    return with_chunks(data, chunk(b"eXIf", _EXIF.removeprefix(b"Exif\0\0")))


def _lossless(data: bytes) -> bytes:
    return encoded(Image.open(io.BytesIO(data)).convert("RGB"), "WEBP", lossless=True)


_FILTERED = {"adaptiveFiltering": True}

CASES = (
    Case("12 MP JPEG", JPEG_12, {"quality": 92}, has_goal=True),
    Case("12 MP JPEG, turned", JPEG_12, {"quality": 92}, _turned_jpeg),
    Case("12 MP JPEG, progressive", PROGRESSIVE_12, {"quality": 92}),
    Case("24 MP JPEG", JPEG_24, {"quality": 92}, has_goal=True),
    Case("PNG 3600 × 2100", PNG, _FILTERED, has_goal=True),
    Case("PNG 3600 × 2100, sharp unfiltered", PNG),
    Case("PNG 3600 × 2100, turned", PNG, _FILTERED, _turned_png),
    Case("3 MP WebP", WEBP, {"quality": 88}, has_goal=True),
    Case("3 MP WebP, lossless", WEBP, {"lossless": True}, _lossless),
)


@dataclass(frozen=True)
class Original:
    """What came of an upload: CPU milliseconds in every round, bytes, and decibels of what is left of its colours."""

    cpu: Sequence[float]
    size: int
    likeness: float
    peak: float

    @property
    def median(self) -> float:
        """The median of the CPU milliseconds."""
        return statistics.median(self.cpu)


def tables() -> list[Table]:
    """CPU time, bytes and likeness, and memory."""
    install()
    prepare()
    _UPLOADS.mkdir(parents=True, exist_ok=True)
    _RESULTS.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        case.file.write_bytes(case.made((PICTURES / case.picture).read_bytes()))
    with ExitStack() as stack:
        workers = {name: stack.enter_context(contending(name)) for name in _CONTENDERS}
        results = {case: measured(case, workers) for case in CASES}
    return [_times(results)]


def measured(case: Case, workers: Mapping[str, Worker]) -> dict[str, Original]:
    """What each contender makes of an upload, by turns; the first round is not counted. Memory is a fresh process's."""
    rounds = [{name: worker.ask(case.job(name)) for name, worker in workers.items()} for _ in range(ROUNDS + 1)]
    return {
        name: Original(
            [answers[name]["cpu_ms"] for answers in rounds[1:]],
            rounds[0][name]["bytes"],
            _likeness(case, name),
            statistics.median(_peak(case, name) for _ in range(MEMORY_ROUNDS)),
        )
        for name in workers
    }


def _likeness(case: Case, contender: str) -> float:
    """Decibels between a picture and the original that was made of its upload."""
    with Image.open(PICTURES / case.picture) as before, Image.open(case.out(contender)) as after:
        picture = before.convert("RGB")
        if "turned" in case.name:
            picture = picture.transpose(Image.Transpose.ROTATE_270)
        difference = ImageStat.Stat(ImageChops.difference(picture, after.convert("RGB")))
    error = statistics.fmean(each * each for each in difference.rms)
    return 10 * math.log10(255 * 255 / error) if error else math.inf


def _peak(case: Case, contender: str) -> float:
    with contending(contender) as worker:
        return worker.ask(case.job(contender))["peak_mb"]


def _times(results: Mapping[Case, Mapping[str, Original]]) -> Table:
    rows = [[case.name, *_cells(case, made[OURS], made[SHARP])] for case, made in results.items()]
    columns = ["upload", "CPU of ours, of sharp, ms", "ours to sharp", "MB", "dB", "peak memory, MB", "goal"]
    return Table(
        "From an upload to its original, ours / sharp",
        columns,
        rows,
        f"Decoded, turned upright, stripped and written, by us with placeholder and reductions; medians of {ROUNDS} "
        "pairs. Sharp writes at the quality at which its likeness to the upload is nearest to ours.",
    )


def _cells(case: Case, ours: Original, sharp: Original) -> list[str]:
    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours.cpu, sharp.cpu, strict=True))
    goals = [_verdict(f"≤ {GOAL:.2f}", met=round(ratio, 2) <= GOAL)] if case.has_goal else []
    if case.has_goal and case.picture == PNG:
        goals.append(_verdict(f"≤ {PNG_GOAL} ms", met=ours.median <= PNG_GOAL))
    return [
        f"{ours.median:.0f} / {sharp.median:.0f}",
        f"{ratio:.2f}",
        f"{ours.size / 1e6:.2f} / {sharp.size / 1e6:.2f}",
        f"{_decibels(ours)} / {_decibels(sharp)}",
        f"{ours.peak:.0f} / {sharp.peak:.0f}",
        "; ".join(goals),
    ]


def _decibels(original: Original) -> str:
    return "the same" if math.isinf(original.likeness) else f"{original.likeness:.1f}"


def _verdict(goal: str, *, met: bool) -> str:
    return f"{goal}: {'met' if met else 'not met'}"


if __name__ == "__main__":
    show(tables())
