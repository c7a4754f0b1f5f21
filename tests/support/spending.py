"""What one invocation of a function costs, measured in a fork of this process, so that it changes nothing here."""

import os
import pickle
import resource
import sys
import time
import traceback
import warnings
from collections.abc import Callable

from tests.support.costs import Cost
from tests.support.engine import Engine
from tests.support.meter import metered


def cost(engine: Engine, function: str, what: str, doing: Callable[[], object]) -> Cost:
    """The cost of ``doing``. Raises AssertionError with all that it raises."""
    reading, writing = os.pipe()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # pytest-xdist has a thread
        child = os.fork()
    if not child:
        with os.fdopen(writing, "wb") as pipe:
            try:
                pickle.dump(_measured(engine, doing), pipe)
            except BaseException:
                pickle.dump(traceback.format_exc(), pipe)
        os._exit(0)  # without what pytest, or anybody else, would do at the end of this process
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        found = pickle.loads(pipe.read())
    os.waitpid(child, 0)
    assert not isinstance(found, str), f"{function}, {what}: {found}"
    return Cost(function, what, *found)


def _measured(engine: Engine, doing: Callable[[], object]) -> tuple[float, ...]:
    before, engines, begun = _peak(), engine.cpu_seconds, time.process_time()
    with metered(engine) as bill:
        doing()
    seconds = time.process_time() - begun - (engine.cpu_seconds - engines)
    return bill.calls, bill.reads, bill.writes, bill.s3, seconds * 1000, _peak() - before


def _peak() -> float:
    """The most megabytes that this process has had; one that was forked begins with what it has."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
