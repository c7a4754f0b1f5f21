"""How the tests are shared out among processes, and what the whole run says at its end."""

import gc
import os
from collections.abc import Generator
from functools import cache
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from tests.support import costs
from tests.support.costs import Cost

pytest_plugins = ["tests.support.fixtures"]

# The examples are the same in every run, so that a merge fails for what it changes; `make fuzz` looks for new ones. An
# example has no deadline, because other processes may have the core.
settings.register_profile("merge", deadline=None, derandomize=True)
settings.load_profile("merge")

COUNTED = {
    "authorization": ("cells", "exact", "{} cells, {} exact"),
    "authorization by tokens": ("cells", "exact", "{} cells, {} exact"),
    "shares": ("cells", "exact", "{} cells, {} exact"),
    "faults": ("covered", "made", "calls covered {} / calls made {}"),
}
"""What tests count (``record_property``, by these two names after the subject), and what is said of it."""

TOGETHER = ("tests/e2e", "tests/infra", "tests/console")
"""Folders whose tests run in one process each: their files share something that takes long to make."""

ALONE = ("tests/e2e/test_fuzz.py",)
"""Files in these folders that share nothing."""

WAITING = ("tests/e2e", "tests/console")
"""Folders whose tests spend half of their time waiting, for the running product or a browser."""

CORES = 2
"""The cores of a small machine."""

WORKER = "PYTEST_XDIST_WORKER"
"""The variable that pytest-xdist sets in the processes that run tests."""


class Scheduling(LoadFileScheduling):
    """Give each file to one process, and each folder of TOGETHER but for the files that are ALONE.

    The process of a folder that is WAITING gets nothing else as long as there is another for each of the CORES.
    Processes that take turns on a core find nothing in its caches.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        if file in ALONE:
            return file
        return next((folder for folder in TOGETHER if file.startswith(f"{folder}/")), file)

    def _reschedule(self, node: WorkerController) -> None:
        waits = not self.assigned_work[node].keys().isdisjoint(WAITING)
        others = sum(not other.shutting_down for other in self.nodes if other is not node)
        if waits and others >= CORES and not node.shutting_down:
            node.shutdown()  # when it has done what it has
        else:
            super()._reschedule(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Use ``Scheduling``."""
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest and end with unit tests, so that all processes end at about the same time."""
    items.sort(key=lambda item: (not item.nodeid.startswith(TOGETHER), "unit" in item.path.parts))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep the garbage collector from modules and ten thousand tests, which stay until the end.

    After that it comes rarely: by Python's own thresholds a sixth of the time would go to looking for cycles.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        gc.enable()


def pytest_runtest_logstart(nodeid: str) -> None:
    """Let the folders of TOGETHER have the CPU first: a browser or a client that waits too long gives up."""
    if WORKER in os.environ and not nodeid.startswith(TOGETHER):
        _give_way()


@cache
def _give_way() -> None:
    os.nice(5)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How much was tried of the authorization table and of the AWS calls, and what requests cost; the workers' too."""
    said = [
        pair
        for kind in ("passed", "failed")
        for report in terminalreporter.getreports(kind)
        for pair in report.user_properties
    ]
    for subject, (*counted, text) in COUNTED.items():
        totals = [sum(value for name, value in said if name == f"{subject} {what}") for what in counted]
        if any(totals):
            terminalreporter.write_line(f"{subject}: {text.format(*totals)}")
    for text in (value for name, value in said if name == "price"):
        terminalreporter.write_line(f"price, {text}")
    found = [Cost(*value) for name, value in said if name == "cost"]
    if found:
        costs.TABLE.parent.mkdir(exist_ok=True)
        costs.TABLE.write_text(costs.table(found), encoding="utf-8")
        for line in [*costs.dearest(found), f"costs, all of them: {costs.TABLE.relative_to(costs.ROOT)}"]:
            terminalreporter.write_line(line)
