"""Ask for a rename of a branch of a user's tags. A function behind a queue works it off (``images.rename_tags``)."""

from collections.abc import Mapping
from datetime import datetime

from constellation.aws.queue import Queue
from constellation.aws.resources import INDEXING, Grant
from constellation.common.errors import Invalid, Unavailable, Violation
from constellation.runtime.operation import operation
from constellation.tags import rename_store, store
from constellation.tags.model import MOST_LEVELS, TOO_DEEP, compared, levels, lies_in
from constellation.tags.rename_store import Rename

SEND = Grant(INDEXING, ("sqs:SendMessage",))

MOST_CHECKED = 2000
"""Tags below a branch that a request looks at."""

_INTO_ITSELF = "The new tag must neither be the old one nor lie below it."
_TOO_MANY = f"More than {MOST_CHECKED:,} tags lie below the old one, too many to move them to a deeper level."

_TRIES = 10


@operation(grants=[rename_store.ADD, store.FIND, SEND], errors=[Invalid])
def rename(owner: str, old: str, new: str, now: datetime) -> None:
    """Ask for a branch to be renamed. Both tags are as they are shown.

    Raise Invalid for a new tag that lies in the branch, or if tags would have too many levels.
    """
    branch = compared(old)
    if lies_in(compared(new), branch):
        raise Invalid(Violation("to", _INTO_ITSELF))
    deeper = levels(compared(new)) - levels(branch)
    if deeper > 0:
        _check_depth(owner, branch, MOST_LEVELS - deeper)
    for _ in range(_TRIES):
        if rename_store.add(Rename(owner, rename_store.last(owner) + 1, branch, new), now):
            Queue(INDEXING).send(message(owner), group=owner)
            return
    raise Unavailable


def message(owner: str) -> Mapping[str, str]:
    """Return the message that asks for the renames of an owner to be worked off."""
    return {"renames": owner}


def _check_depth(owner: str, branch: str, most: int) -> None:
    for number, found in enumerate(store.below(owner, branch, MOST_CHECKED + 1)):
        if levels(found) > most:
            raise Invalid(Violation("to", TOO_DEEP))
        if number == MOST_CHECKED:
            raise Invalid(Violation("to", _TOO_MANY))
