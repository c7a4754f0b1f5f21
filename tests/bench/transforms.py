"""One transform after the other by our engine and by its peers: CPU time, likeness, bytes and memory, side by side.

All renditions stay in ``build/bench/results``, to be looked at.
"""

import bisect
import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import features

from constellation.imaging.clean import Limits, clean
from infra import ROOT
from infra.layers import build
from tests.bench.peers.contender import (
    COMMANDS,
    ENVIRONMENT,
    ENVIRONMENTS,
    JUDGE,
    OURS,
    PILLOW,
    PYVIPS,
    SHARP,
    THUMBOR,
    Worker,
    contending,
    working,
)
from tests.bench.peers.install import FOLDER, NODE, PYTHON, install
from tests.bench.pictures import GIF, JPEG_12, JPEG_24, PICTURES, PNG, PROGRESSIVE_12, SMALL, WEBP, prepare
from tests.bench.tables import Table, show

RESULTS = FOLDER / "results"

ROUNDS, COLD_ROUNDS, MEMORY_ROUNDS = 9, 9, 3

WORSE, LARGER = 0.002, 1.10
"""SSIM that a rendition may be below a peer's, and times that its bytes may be the peer's, to be compared with it."""

MEAN_GOAL, MEMORY_GOAL, COLD_GOAL = 0.65, 0.45, 0.60

_PEERS = (SHARP, THUMBOR, PYVIPS, PILLOW)
_AVIF_QUALITIES = range(30, 90)


@dataclass(frozen=True, eq=False)
class Case:
    """A transform, and what part of a peer's CPU time it may take at most.

    ``times``: how often it is done at once, where once is too short to be measured.
    """

    name: str
    picture: str
    format: str
    width: int
    height: int | None = None
    goals: Mapping[str, float] = field(default_factory=dict[str, float])
    times: int = 1
    saves_memory: bool = False

    def job(self, contender: str, avif_quality: int) -> dict[str, Any]:
        """What a contender is asked."""
        is_matched = contender == SHARP and self.format == "avif"
        return {
            "file": str(PICTURES / self.picture),
            "out": str(self.out(contender)),
            "format": self.format,
            "width": self.width,
            "height": self.height,
            "crop": self.height is not None,
            "times": self.times,
            "options": {"quality": avif_quality} if is_matched else {},
        }

    def out(self, contender: str) -> Path:
        """The file of a contender's rendition."""
        words = f"{self.name} {contender}".replace("→", "to").replace("²", "")
        return RESULTS / f"{'-'.join(words.split())}.{self.format}"


CASES = (
    Case("12 MP JPEG → 800 JPEG", JPEG_12, "jpg", 800, goals={SHARP: 0.90}, saves_memory=True),
    Case("12 MP progressive → 800 JPEG", PROGRESSIVE_12, "jpg", 800),
    Case("12 MP JPEG → 1100 JPEG", JPEG_12, "jpg", 1100, goals={SHARP: 1.10}, saves_memory=True),
    Case("12 MP JPEG → 300² crop WebP", JPEG_12, "webp", 300, 300, goals={SHARP: 0.60, THUMBOR: 0.12}),
    Case("12 MP JPEG → 800 WebP", JPEG_12, "webp", 800, goals={SHARP: 0.70}),
    Case("24 MP JPEG → 200 JPEG", JPEG_24, "jpg", 200, goals={SHARP: 0.95}, saves_memory=True),
    Case("PNG → 800 PNG", PNG, "png", 800, goals={SHARP: 1.50}),
    Case("PNG → 800 WebP", PNG, "webp", 800, goals={SHARP: 1.20}),
    Case("12 MP JPEG → 800 AVIF", JPEG_12, "avif", 800, goals={SHARP: 0.33}),
    Case("animated GIF → 200 WebP", GIF, "webp", 200, goals={SHARP: 0.65}),
    Case("animated GIF → 200 GIF", GIF, "gif", 200, goals={SHARP: 0.36}),
    Case("640 JPEG → 320 JPEG", SMALL, "jpg", 320, goals={SHARP: 0.90}, times=20),
    Case("WebP → 800 JPEG", WEBP, "jpg", 800),
)


@dataclass(frozen=True)
class Rendition:
    """What came of a case: its CPU milliseconds in every round, its likeness to the best one, its bytes."""

    cpu: Sequence[float]
    ssim: float
    size: int

    def ratio(self, peer: "Rendition") -> float:
        """CPU time as a part of the peer's: the median of pairs."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.cpu, peer.cpu, strict=True))

    def shortcomings(self, peer: "Rendition") -> str:
        """Why it cannot be compared with the peer's, in words; none where it can."""
        worse, larger = peer.ssim - self.ssim, self.size / peer.size
        words = (
            f"SSIM {worse:.4f} lower" if worse > WORSE else "",
            f"{larger - 1:.0%} more bytes" if larger > LARGER else "",
        )
        return ", ".join(word for word in words if word)


def tables() -> list[Table]:
    """All that is measured here."""
    install()
    source = prepare()
    RESULTS.mkdir(parents=True, exist_ok=True)
    fresh = cold()
    with ExitStack() as stack:
        judge = stack.enter_context(working(JUDGE, {}))
        workers = {name: stack.enter_context(contending(name)) for name in COMMANDS}
        quality = matched_quality(workers, judge)
        results = {case: measured(case, workers, judge, quality) for case in CASES}
    return [contenders(source, quality), times(results), ratios(results), likeness(results), memory(quality), fresh]


def matched_quality(workers: Mapping[str, Worker], judge: Worker, us: str = OURS) -> int:
    """The quality at which sharp's AVIF is as like the best one as ours."""
    case = next(case for case in CASES if case.format == "avif")

    def ssim(contender: str, quality: int) -> float:
        workers[contender].ask(case.job(contender, quality))
        return judged(case, contender, judge)

    ours = ssim(us, 0)
    above = _AVIF_QUALITIES[bisect.bisect_left(_AVIF_QUALITIES, ours, key=lambda quality: ssim(SHARP, quality))]
    return min((above, above - 1), key=lambda quality: abs(ssim(SHARP, quality) - ours))


def measured(case: Case, workers: Mapping[str, Worker], judge: Worker, quality: int) -> dict[str, Rendition]:
    """What each contender makes of a case, one after the other in each round; the first round is not counted."""
    rounds = [
        {name: worker.ask(case.job(name, quality)) for name, worker in workers.items()} for _ in range(ROUNDS + 1)
    ]
    return {
        name: Rendition(
            [answers[name]["cpu_ms"] for answers in rounds[1:]],
            judged(case, name, judge),
            rounds[0][name]["bytes"],
        )
        for name in workers
    }


def judged(case: Case, contender: str, judge: Worker) -> float:
    """SSIM of a rendition that was made."""
    return judge.ask({"file": str(PICTURES / case.picture), "out": str(case.out(contender))})


Results = Mapping[Case, Mapping[str, Rendition]]


def times(results: Results) -> Table:
    """Milliseconds."""
    rows = [
        [case.name, *(f"{statistics.median(made[name].cpu):.1f}" for name in COMMANDS)]
        for case, made in results.items()
    ]
    return Table("CPU of one transform, ms", ["case", *COMMANDS], rows, f"Warm processes; medians of {ROUNDS} rounds.")


def ratios(results: Results) -> Table:
    """Our time as a part of each peer's, and what is to be said of it."""
    rows = [
        [case.name, *(f"{made[OURS].ratio(made[peer]):.2f}" for peer in _PEERS), goals(case, made), caveats(made)]
        for case, made in results.items()
    ]
    rows += [_means("geometric mean", list(results.values()))]
    comparable = [made for made in results.values() if not made[OURS].shortcomings(made[SHARP])]
    rows += [_means(f"the same of the {len(comparable)} cases comparable to sharp", comparable)]
    return Table(
        "CPU of one transform, ours as a part of a peer's",
        ["case", *(f"to {peer}" for peer in _PEERS), "goal", "not comparable, as ours has"],
        rows,
        f"Medians of {ROUNDS} pairs. Comparable is what is at most {WORSE} of SSIM below the peer's, at no more than "
        f"{LARGER - 1:.0%} more bytes.",
    )


def _means(name: str, results: Sequence[Mapping[str, Rendition]]) -> list[str]:
    ratios = [statistics.geometric_mean(made[OURS].ratio(made[peer]) for made in results) for peer in _PEERS]
    return [name, *(f"{ratio:.2f}" for ratio in ratios), verdict(SHARP, ratios[_PEERS.index(SHARP)], MEAN_GOAL), ""]


def goals(case: Case, made: Mapping[str, Rendition]) -> str:
    """The goals of a case, and whether they are met."""
    return "; ".join(
        f"{peer} ≤ {goal:.2f}: not comparable"
        if made[OURS].shortcomings(made[peer])
        else verdict(peer, made[OURS].ratio(made[peer]), goal)
        for peer, goal in case.goals.items()
    )


def caveats(made: Mapping[str, Rendition]) -> str:
    """The peers that a case cannot be compared with, and why."""
    found = {peer: made[OURS].shortcomings(made[peer]) for peer in _PEERS}
    return "; ".join(f"{words} than {peer}" for peer, words in found.items() if words)


def verdict(what: str, ratio: float, goal: float) -> str:
    return f"{what} ≤ {goal:.2f}: {'met' if round(ratio, 2) <= goal else 'not met'}"


def likeness(results: Results) -> Table:
    """What the renditions are like, and how large."""
    rows = [
        [case.name, *(f"{made[name].ssim:.4f} / {made[name].size / 1000:.1f}" for name in COMMANDS)]
        for case, made in results.items()
    ]
    remark = (
        "On luma, against a full decode scaled by LANCZOS to the same size; of an animation the mean of its frames."
    )
    return Table("SSIM / KB", ["case", *COMMANDS], rows, remark)


def memory(quality: int) -> Table:
    """Peak memory of processes that do one case and nothing else."""
    interpreters = {OURS: _bare(sys.executable, "-c"), SHARP: _bare(NODE, "-e")}
    rows: list[list[str]] = []
    for case in CASES:
        found = {name: _peak(case, name, quality) for name in COMMANDS}
        whole = found[OURS] / found[SHARP]
        grown = (found[OURS] - interpreters[OURS]) / (found[SHARP] - interpreters[SHARP])
        goal = verdict(SHARP, whole, MEMORY_GOAL) if case.saves_memory else ""
        rows.append([case.name, *(f"{found[name]:.0f}" for name in COMMANDS), f"{whole:.2f}", f"{grown:.2f}", goal])
    return Table(
        "Peak memory of a fresh process, MB",
        ["case", *COMMANDS, "to sharp", "to sharp, without interpreter", "goal"],
        rows,
        f"The whole process, with its libraries and the file's bytes, is what the goal is about; medians of "
        f"{MEMORY_ROUNDS}. Bare interpreters: Python {interpreters[OURS]:.0f} MB, Node {interpreters[SHARP]:.0f} MB.",
    )


def _peak(case: Case, contender: str, quality: int) -> float:
    def once() -> float:
        with contending(contender) as worker:
            return worker.ask({**case.job(contender, quality), "times": 1})["peak_mb"]

    return statistics.median(once() for _ in range(MEMORY_ROUNDS))


_PEAK = {
    "-c": "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))",
    "-e": "console.log(/VmHWM:\\s*(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'ascii'))[1])",
}


def _bare(interpreter: Path | str, flag: str) -> float:
    """Peak memory of an interpreter that does nothing, in MB."""
    done = subprocess.run([interpreter, flag, _PEAK[flag]], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


_OURS_COLD = """
import sys
from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
with open(sys.argv[1], "rb") as picture, open(sys.argv[2], "wb") as rendition:
    rendition.write(render(picture.read(), Options(800), "jpg"))
"""
_OURS_COLD_REDUCED = """
import sys
from constellation.imaging.options import Options
from constellation.imaging.pipeline import render
from constellation.imaging.reductions import Reduced, chosen, needed_scale
options, width, height, note = Options(800), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
wanted = chosen(note, needed_scale(width, height, options), "jpg")
with open(sys.argv[1], "rb") as reductions, open(sys.argv[2], "wb") as rendition:
    reductions.seek(wanted.start)
    data = reductions.read(wanted.size)
    assert wanted.matches(data)
    rendition.write(render(data, options, "jpg", reduced=Reduced(width, height, wanted.divisor)))
"""
_SHARP_COLD = """
const fs = require("node:fs"), sharp = require("sharp");
sharp.concurrency(1);
sharp(fs.readFileSync(process.argv[1])).resize({ width: 800 }).jpeg().toBuffer()
  .then(made => fs.writeFileSync(process.argv[2], made));
"""


def cold() -> Table:
    """Processes from nothing to one rendition: of the original, and of a reduction as the product does it."""
    build("local")
    original, reductions, rendition = PICTURES / JPEG_12, RESULTS / "cold.reductions", RESULTS / "cold.jpg"
    limits = Limits(original.stat().st_size, 40_000_000, 0, 1)
    picture = clean(original.read_bytes(), field="file", limits=limits, reduces=True)
    reductions.write_bytes(picture.reductions.data)
    noted = str(picture.width), str(picture.height), picture.reductions.note
    case = CASES[0].name
    return Table(
        "CPU of a fresh process with one transform, ms",
        ["case", OURS, SHARP, "to sharp", "goal"],
        [
            _cold(case, _OURS_COLD, original, rendition),
            _cold(f"{case}, ours of a reduction", _OURS_COLD_REDUCED, reductions, rendition, *noted),
        ],
        f"From start to end: Python with our layers as they are deployed, Node with sharp; {COLD_ROUNDS} pairs.",
    )


def _cold(name: str, program: str, file: Path, rendition: Path, *more: str) -> list[str]:
    layers = ROOT / "build" / "layers" / "local"
    path = os.pathsep.join(str(layers / name / "python") for name in ("core", "imaging"))
    ours = {**ENVIRONMENTS[OURS], "PYTHONPATH": path}
    pairs = [
        (
            _cpu([sys.executable, "-S", "-c", program, file, rendition, *more], ours),
            _cpu([NODE, "-e", _SHARP_COLD, PICTURES / JPEG_12, rendition], {}),
        )
        for _ in range(COLD_ROUNDS + 1)
    ][1:]
    mine, theirs = (f"{statistics.median(side):.0f}" for side in zip(*pairs, strict=True))
    ratio = statistics.median(first / second for first, second in pairs)
    return [name, mine, theirs, f"{ratio:.2f}", verdict(SHARP, ratio, COLD_GOAL)]


def _cpu(command: Sequence[Path | str], environment: Mapping[str, str]) -> float:
    """CPU milliseconds, user and system, of a process and all its threads."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env={**ENVIRONMENT, **environment}, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def contenders(source: str, quality: int) -> Table:
    """Who takes part, in which versions, and how each is asked."""
    node = json.loads(_said(NODE, "-p", "JSON.stringify({...require('sharp').versions, node: process.versions.node})"))
    peers = "'thumbor', 'pyvips', 'pyvips-binary', 'pillow'"
    versions = f"from importlib.metadata import version as v; print(*map(v, ({peers})))"
    thumbor, pyvips, libvips, pillow = _said(PYTHON, "-c", versions).split()
    ours = f"Pillow {features.version('pil')}, libjpeg-turbo {features.version('libjpeg_turbo')}"
    rows = [
        [OURS, ours, "constellation.imaging.pipeline"],
        [
            SHARP,
            f"{node['sharp']}, libvips {node['vips']}, Node {node['node']}",
            f"defaults; AVIF of quality {quality}",
        ],
        [THUMBOR, f"{thumbor}, Pillow {pillow}", "its transformer and engine, default configuration"],
        [PYVIPS, f"{pyvips}, libvips {libvips}", "thumbnail_buffer; JPEG and WebP of quality 80, else defaults"],
        [PILLOW, f"{features.version('pil')}", "open, thumbnail or fit, save with the defaults"],
    ]
    return Table(
        "Contenders",
        ["contender", "version", "how it is asked"],
        rows,
        f"One process of one thread each. Pictures: {source}. At AVIF quality {quality} sharp is nearest to our SSIM.",
    )


def _said(*command: Path | str) -> str:
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    show(tables())
