"""What each option of a link costs: CPU time of the transform with it, next to the same one without it.

Run alone by ``python -m tests.bench.options``; ``make bench`` writes it to ``docs/performance.md``.
"""

import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from constellation.imaging.grammar import parse_options
from constellation.imaging.options import options_in
from constellation.imaging.pipeline import render
from tests import photographs
from tests.bench.peers.contender import JUDGE, OURS, SHARP, Worker, contending, working
from tests.bench.peers.install import FOLDER, install
from tests.bench.tables import Table, show
from tests.support.pictures import encoded

ROUNDS = 15

Query = Mapping[str, str]


class Case(NamedTuple):
    """An option with what it is compared to, and the part by which it may cost more; None where nothing is promised."""

    asked: Query
    without: Query
    extension: str = "jpg"
    goal: float | None = None


_SIZE = {"w": "800"}
_CUT = {"w": "400", "h": "400", "fit": "cover"}
_BOX = {"w": "800", "h": "600"}

PHOTOGRAPH = (
    Case({**_BOX, "fit": "inside"}, _BOX, goal=0.05),
    Case(_CUT, {"w": "400", "h": "400", "crop": "true"}, goal=0.05),
    Case({**_BOX, "fit": "pad"}, _BOX, goal=0.05),
    Case({**_CUT, "focus": "0.25,0.75"}, _CUT, goal=0.05),
    Case({**_CUT, "focus": "auto"}, _CUT),
    Case({**_SIZE, "q": "80"}, _SIZE, goal=0.05),
    Case({**_SIZE, "q": "80"}, _SIZE, "webp", goal=0.05),
    Case({**_SIZE, "bg": "ff8800"}, _SIZE, goal=0.05),
    Case({**_BOX, "fit": "pad", "bg": "ff8800"}, _BOX, goal=0.05),
    Case({"w": "400", "dpr": "2"}, _SIZE, goal=0.05),
    *(Case({"h": "800", "rotate": turn}, _SIZE, goal=0.15) for turn in ("90", "270")),
    Case({**_SIZE, "rotate": "180"}, _SIZE, goal=0.15),
    *(Case({**_SIZE, "flip": flip}, _SIZE, goal=0.15) for flip in ("h", "v", "hv")),
    Case({**_SIZE, "gray": "true"}, _SIZE, goal=0.15),
    Case({**_SIZE, "gray": "true"}, _SIZE, "webp", goal=0.15),
    Case({**_SIZE, "blur": "1"}, _SIZE),
    Case({**_SIZE, "blur": "50"}, _SIZE),
)
"""Of a JPEG of 12 megapixels."""

TRANSPARENT = (
    Case({**_SIZE, "bg": "ff8800"}, _SIZE, "png", goal=0.05),
    Case({**_SIZE, "bg": "ff8800"}, _SIZE, "webp", goal=0.05),
    Case({**_BOX, "fit": "pad"}, _BOX, "webp", goal=0.05),
    Case({**_SIZE, "gray": "true"}, _SIZE, "webp", goal=0.15),
    Case({"h": "800", "rotate": "90"}, _SIZE, "webp", goal=0.15),
    Case({**_SIZE, "blur": "10"}, _SIZE, "webp"),
)
"""Of a transparent PNG of 3 megapixels."""


BESIDE: Sequence[tuple[Query, str]] = (
    ({"w": "800", "h": "600", "fit": "pad", "bg": "ff8800"}, "jpg"),
    ({"w": "400", "h": "400", "fit": "cover"}, "jpg"),
    ({"w": "400", "h": "400", "fit": "cover", "focus": "0,0"}, "jpg"),
    ({"w": "800", "q": "50"}, "jpg"),
    ({"w": "800", "q": "50"}, "webp"),
    ({"h": "800", "rotate": "90"}, "jpg"),
    ({"w": "800", "rotate": "180"}, "jpg"),
    ({"w": "800", "flip": "h"}, "jpg"),
    ({"w": "800", "flip": "v"}, "jpg"),
    ({"w": "800", "blur": "2"}, "jpg"),
    ({"w": "800", "blur": "20"}, "jpg"),
    ({"w": "800", "gray": "true"}, "jpg"),
)
"""What sharp has too, of a JPEG of 12 megapixels; then a background under a transparent PNG."""

UNDER: Sequence[tuple[Query, str]] = (({"w": "800", "bg": "ff8800"}, "jpg"), ({"w": "800", "bg": "ff8800"}, "webp"))


def beside_sharp() -> Table:
    """Each option that sharp has, by turns: CPU time, likeness to the plainest way, bytes."""
    install()
    FOLDER.joinpath("results").mkdir(parents=True, exist_ok=True)
    jpeg, png = FOLDER / "results" / "options.jpg", FOLDER / "results" / "options.png"
    jpeg.write_bytes(photographs.sunset())
    png.write_bytes(_transparent())
    with working(JUDGE, {}) as judge, contending(OURS) as ours, contending(SHARP) as sharp:
        rows = [
            _beside(file, query, extension, {OURS: ours, SHARP: sharp}, judge)
            for file, cases in ((jpeg, BESIDE), (png, UNDER))
            for query, extension in cases
        ]
    columns = ["options", "format", "ours, ms", "sharp, ms", "ratio", "ours, SSIM / KB", "sharp, SSIM / KB"]
    remark = (
        "SSIM is on luma, against the whole picture made by plain Pillow in the order of the options (a true Gaussian "
        "for blur). sharp's luma is not Rec. 601, and it turns a picture before it is scaled."
    )
    return Table("Options of links beside sharp", columns, rows, remark)


def _beside(file: Path, query: Query, extension: str, workers: Mapping[str, Worker], judge: Worker) -> list[str]:
    out = {name: str(FOLDER / "results" / f"options-{name}.{extension}") for name in workers}
    jobs: dict[str, dict[str, Any]] = {
        name: {"file": str(file), "out": out[name], "format": extension, "width": 0, "height": None, "crop": False,
               "times": 1, "options": {}, "asked": query}
        for name in workers
    }  # fmt: skip
    rounds = [{name: worker.ask(jobs[name]) for name, worker in workers.items()} for _ in range(ROUNDS + 1)][1:]
    spent = {name: statistics.median(each[name]["cpu_ms"] for each in rounds) for name in workers}
    ratio = statistics.median(each[OURS]["cpu_ms"] / each[SHARP]["cpu_ms"] for each in rounds)
    similar = {name: judge.ask({"file": str(file), "out": out[name], "asked": query}) for name in workers}
    like = {name: f"{similar[name]:.4f} / {rounds[0][name]['bytes'] / 1000:.1f}" for name in workers}
    times = [f"{spent[name]:.1f}" for name in (OURS, SHARP)]
    return [_query(query), extension, *times, f"{ratio:.2f}", like[OURS], like[SHARP]]


def _transparent() -> bytes:
    return encoded(photographs.translucent(2100), "PNG", compress_level=1)


def tables() -> list[Table]:
    """All that is measured here."""
    clear = _transparent()
    rows = [
        _row(name, data, case)
        for name, data, cases in (
            ("12 MP JPEG", photographs.sunset(), PHOTOGRAPH),
            ("transparent PNG, 3 MP", clear, TRANSPARENT),
        )
        for case in cases
    ]
    columns = ["picture", "without", "with", "format", "ms without", "ms with", "ratio", "goal"]
    remark = f"Medians of {ROUNDS} rounds, each with and without by turns; the ratio is the median of the rounds' own."
    return [Table("CPU of one transform with each option of a link", columns, rows, remark), beside_sharp()]


def _row(name: str, data: bytes, case: Case) -> list[str]:
    spent = [(_spent(data, case.without, case), _spent(data, case.asked, case)) for _ in range(ROUNDS + 1)][1:]
    before, after = (statistics.median(column) for column in zip(*spent, strict=True))
    ratio = statistics.median(with_ / without for without, with_ in spent)
    goal = "" if case.goal is None else f"{'kept' if ratio <= 1 + case.goal else 'missed'}: ≤ {1 + case.goal:.2f}"
    return [name, _query(case.without), _query(case.asked), case.extension, f"{before:.1f}", f"{after:.1f}",
            f"{ratio:.2f}", goal]  # fmt: skip


def _spent(data: bytes, query: Query, case: Case) -> float:
    options = options_in(parse_options({name: [value] for name, value in query.items()}), case.extension)
    began = time.process_time()
    render(data, options, case.extension)
    return (time.process_time() - began) * 1000


def _query(query: Query) -> str:
    return "&".join(f"{name}={value}" for name, value in query.items())


if __name__ == "__main__":
    show(tables())
