"""A step of the reconciliation: mend totals of tags.

A total moves in one transaction with the notes of where images are counted (``tags.store``), so none is wrong unless a
fault from outside has changed or deleted it. It is counted again by the notes. What is found holds only if nothing was
counted in or out meanwhile: then the total still has the version that was seen before.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime

from constellation.cleanup import model
from constellation.cleanup.model import QUIET, Healed
from constellation.images import scan_store
from constellation.images import store as image_store
from constellation.images.model import PUBLIC
from constellation.runtime.operation import operation
from constellation.tags import store as tags
from constellation.tags.store import Place, Tally, Total

_AT_ONCE = 100


@dataclass(frozen=True)
class _GoingOn:
    """Where a run goes on: ``lists`` to look at, the first one ``after`` a branch, and then the ``rest`` of the images.

    ``last`` is the owner whose lists need not be looked at again.
    """

    lists: list[str] = field(default_factory=list[str])
    after: str = ""
    rest: str = ""
    last: str = ""

    @property
    def checkpoint(self) -> str:
        return json.dumps(vars(self))


@operation(grants=[tags.RECOUNT, image_store.READ])
def mend_totals_of(list_: str) -> tuple[int, int]:
    """Mend the totals of a list. Return how many were wrong, and how many were too much in use to tell."""
    outcomes = [_mend((list_, key), total) for key, total in tags.totals(list_, "", _AT_ONCE)]
    return outcomes.count(True), outcomes.count(None)


@operation(grants=[scan_store.SCAN_OWNED], uses=[mend_totals_of])
def mend_tag_totals(checkpoint: str, now: datetime) -> Healed:
    """Mend totals of tags that are missing or wrong: those of the owners of the next images, and the public ones.

    A run begins no further total once it has counted OBJECTS images. One total is counted in one run, however large.
    """
    going_on = _GoingOn(**json.loads(checkpoint)) if checkpoint else _GoingOn()
    lists, after, rest, last = going_on.lists, going_on.after, going_on.rest, going_on.last
    healed = looked_at = 0
    if not lists:
        owners, rest = scan_store.owners_before(rest, model.RECORDS, now - QUIET)
        healed += _add_missing(list(owners))
        lists = [] if checkpoint or not owners else [PUBLIC]
        lists += [each for each in dict.fromkeys(owners.values()) if each != last]  # its own have been looked at
        last = next(reversed(owners.values()), last)
    while lists:
        for key, total in tags.totals(lists[0], after, _AT_ONCE):
            if looked_at >= model.OBJECTS:
                return Healed(healed, _GoingOn(lists, after, rest, last).checkpoint)
            healed += _mend((lists[0], key), total) is True
            looked_at, after = looked_at + 1 + max(total.images, 0), key
        lists, after = lists[1:], ""
    return Healed(healed, _GoingOn(rest=rest, last=last).checkpoint if rest else "")


def _add_missing(image_ids: list[str]) -> int:
    """Add the totals that are missing of those in which images are counted. Return how many these were."""
    notes = tags.counted_among(image_ids, consistent=False).values()
    missing = tags.without_total({place for each in notes for place in each.places})
    return sum(_mend(place, None) is True for place in missing)


def _mend(place: Place, total: Total | None) -> bool | None:
    """Return whether a total was wrong and is mended, or None if it is too much in use to tell.

    ``total`` is as of a moment ago. Only what seems to be wrong is worth consistent reads, at twice the price.
    """
    if _is_right(total, tags.tally(place, consistent=False)):
        return False
    seen = tags.get_total(place)
    found = tags.tally(place, consistent=True)
    if _is_right(seen, found):
        return False
    branch, shown = _name(place, seen, found)
    if found.images and not branch:
        return None
    return tags.correct(place, seen, found, branch, shown) or None


def _is_right(total: Total | None, found: Tally) -> bool:
    if total is None:
        return found.images == 0
    is_named = bool(total.branch and (total.shown or not total.own))
    return is_named and total.images > 0 and (total.images, total.own) == (found.images, found.own)


def _name(place: Place, seen: Total | None, found: Tally) -> tuple[str, str]:
    """Return the branch and the tag as it is shown, from the total or else from an image, or empty texts."""
    if seen and seen.branch and (seen.shown or not found.own):
        return seen.branch, seen.shown
    image = image_store.get(found.one) if found.one else None
    for (list_, branch), tag in image.branches.items() if image else ():
        if (list_, tags.short(branch)) == place:
            return branch, tag
    return "", ""
