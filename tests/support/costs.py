"""What invocations cost: the figures, and the table that is made of them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "build" / "costs.txt"
"""Where the table of a whole run is written."""

_SHOWN = 5


class Spent(NamedTuple):
    """AWS calls, read and write units of DynamoDB, and how many of the calls are requests to S3."""

    calls: int
    reads: float
    writes: int
    s3: int


class Cost(NamedTuple):
    """What an invocation has spent, the CPU's milliseconds, and the megabytes that its process grew by at the peak.

    The engine's part of the time is taken off; the SDK, moto's S3 and queues, and the meter itself are in it.
    """

    function: str
    what: str
    calls: int
    reads: float
    writes: int
    s3: int
    milliseconds: float
    megabytes: float

    @property
    def spent(self) -> Spent:
        """What has a bound."""
        return Spent(self.calls, self.reads, self.writes, self.s3)

    @property
    def units(self) -> float:
        """All units as those of reading, of which one of writing costs five."""
        return self.reads + 5 * self.writes


def table(costs: Sequence[Cost]) -> str:
    """Costs, a line each."""
    head = f"{'function':24} {'calls':>6} {'read u.':>8} {'write u.':>8} {'S3':>4} {'CPU ms':>7} {'peak MB':>8}  what"
    lines = (
        f"{each.function:24} {each.calls:6} {each.reads:8.1f} {each.writes:8} {each.s3:4}"
        f" {each.milliseconds:7.0f} {each.megabytes:8.1f}  {each.what}"
        for each in sorted(costs)
    )
    return "\n".join([head, *lines, ""])


def dearest(costs: Sequence[Cost]) -> list[str]:
    """A line for each way to compare them, with the functions that cost most."""
    return [
        _line("units, one written as five read", costs, lambda cost: cost.units),
        _line("AWS calls", costs, lambda cost: cost.calls),
        _line("CPU ms", costs, lambda cost: cost.milliseconds),
    ]


def _line(measure: str, costs: Sequence[Cost], figure: Callable[[Cost], float]) -> str:
    most: dict[str, float] = {}
    for each in costs:
        most[each.function] = max(most.get(each.function, 0), figure(each))
    shown = sorted(most.items(), key=lambda pair: -pair[1])[:_SHOWN]
    return f"costs, {measure}: {', '.join(f'{function} {value:,.0f}' for function, value in shown)}"
