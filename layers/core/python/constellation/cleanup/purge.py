"""Making the CDN forget deleted images, without its cache ever being what hides them.

A deleted image is hidden first: the CDN's edge function refuses it within seconds, whatever is cached. When all that
was under way has ended, its copies are forgotten, many images by one invalidation and never more at a time than the
CDN takes; then it need be hidden no longer.

The CDN forgets by tags. An image has one of its own; where a whole folder goes, that of the folder does for all images
in it that never lay elsewhere, so that a large folder costs little more than a small one.
"""

from collections.abc import Sequence
from datetime import timedelta

from constellation.aws import cdn
from constellation.cleanup import hidden_store as hidden
from constellation.cleanup import purge_store as purges
from constellation.cleanup.purge_store import Run, Waiting

PURGE = (hidden.SHOW, purges.WORK, cdn.PURGE, cdn.WATCH)
"""What the function that has their copies forgotten needs."""

EVERY = timedelta(minutes=1)
"""How often the function runs that makes the CDN forget."""

PATHS = 2500
"""Tags under way at a time: of the CDN's 3,000, what leaves room for whoever invalidates by hand."""

IMAGES_OF_RUN = 4000
"""Images of one run; its record names them, and no item may have more than 400 KB."""


def purge() -> dict[str, int]:
    """End the runs that the CDN is done with, and begin one; how many images are forgotten, are being, still wait.

    Safe to repeat, and to be done twice at once.
    """
    found = purges.runs()
    under_way = [run for run in found if not _is_over(run)]
    done = sum(len(run.images) for run in found if run not in under_way)
    begun = {image for run in under_way for image in run.images}
    waiting = [each for each in purges.waiting(IMAGES_OF_RUN) if each.image not in begun]
    chosen = _within(waiting, PATHS - sum(len(run.tags) for run in under_way))
    if chosen:
        _tell(purges.begin(chosen))
    return {"forgotten": done, "under_way": len(begun) + len(chosen), "waiting": len(waiting) - len(chosen)}


def _is_over(run: Run) -> bool:
    """Whether a run has come to its end, with all that follows; one that was left in the middle is carried on."""
    if run.invalidation is None:
        purges.stop_waiting(run)
        _tell(run)
        return False
    if not cdn.is_purged(run.invalidation):
        return False
    hidden.show(run.images)
    purges.end(run)
    return True


def _tell(run: Run) -> None:
    """Have the CDN forget the images of a run, or leave it for the next step where too much is under way there."""
    invalidation = cdn.purge(run.tags, run.reference)
    if invalidation:
        purges.note(run, invalidation)


def _within(waiting: Sequence[Waiting], room: int) -> list[Waiting]:
    """Those of some that wait that have so many different tags at most."""
    chosen: list[Waiting] = []
    tags = set[str]()
    for each in waiting:
        if each.tag in tags or len(tags) < room:
            tags.add(each.tag)
            chosen.append(each)
    return chosen
