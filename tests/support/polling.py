"""Wait for what another process does."""

import time
from collections.abc import Callable

_PAUSE = 0.1


def eventually(condition: Callable[[], object], seconds: float) -> bool:
    """Whether ``condition`` comes true within so many seconds. It is asked with pauses, so that others can work."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(_PAUSE)
    return False
