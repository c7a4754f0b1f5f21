"""Threads that take turns. One runs at a time, up to its next pause, so a run is the same each time."""

from collections.abc import Callable, Sequence
from threading import Lock, Thread
from typing import Any, TypeVar


class PausableThread(Thread):
    """A call that stops wherever it calls ``pause``, until it is resumed. It has not begun until then."""

    def __init__(self, call: Callable[[], Any]) -> None:
        super().__init__()
        self.is_done = False
        self.result: Any = None
        self.fault: BaseException | None = None
        self._call = call
        self._stopped, self._resumed = Lock(), Lock()
        self._stopped.acquire()
        self._resumed.acquire()

    def resume(self) -> None:
        """Let the call go on, and return when it pauses or ends. Called by the scheduler."""
        self._resumed.release()
        self._stopped.acquire()

    def pause(self) -> None:
        """Stop until the scheduler resumes the call. Called by the thread itself."""
        self._stopped.release()
        self._resumed.acquire()

    def run(self) -> None:
        self._resumed.acquire()
        try:
            self.result = self._call()
        except BaseException as fault:
            self.fault = fault
        finally:
            self.is_done = True
            self._stopped.release()


Paused = TypeVar("Paused", bound=PausableThread)


def run_in_turns(threads: Sequence[Paused], choose: Callable[[list[Paused]], Paused]) -> list[Any]:
    """Run all threads to their ends and return their results; ``choose`` picks the one that goes on.

    Raises the error of the first thread that failed.
    """
    for thread in threads:
        thread.start()
    under_way = list(threads)
    while under_way:
        thread = choose(under_way)
        thread.resume()
        if thread.is_done:
            under_way.remove(thread)
    for thread in threads:
        thread.join()
        if thread.fault:
            raise thread.fault
    return [thread.result for thread in threads]
