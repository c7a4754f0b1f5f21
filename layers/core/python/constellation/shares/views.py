"""Count the views of shares: each once, and never more than a share may have."""

from collections.abc import Iterable, Sequence

from constellation.aws.client import ConditionFailed
from constellation.aws.retry import RANDOM
from constellation.aws.table import Part
from constellation.common.ids import new_id
from constellation.runtime.operation import operation
from constellation.shares import view_store
from constellation.shares.model import Share
from constellation.shares.view_store import COUNTERS, Counter, Gone


@operation(grants=[view_store.COUNT, view_store.READ])
def count(share: Share) -> bool:
    """Count a view of a share. Return False where it has had as many as it may have, or is gone.

    The first counter is chosen at random, so that the views of a popular share spread. If its part is used up, the
    others are looked at.
    """
    attempt = new_id()
    try:
        if view_store.add(share.id, RANDOM.randrange(COUNTERS), attempt):
            return True
        while True:
            seen = view_store.counters(share.id)
            with_room = [counter for counter in seen if counter.has_room]
            if any(view_store.add(share.id, each.number, attempt) for each in _shuffled(with_room)):
                return True
            # All that were read under one limit are used up for as long as it lasts.
            if not with_room and len({counter.epoch for counter in seen}) == 1:
                return False
    except Gone:
        return False


@operation(grants=[view_store.READ])
def is_used_up(share: Share) -> bool:
    """Return whether a share has had as many views as it may have, or is gone. It counts none."""
    if share.max_views is None:
        return False
    try:
        return not any(counter.has_room for counter in view_store.counters(share.id))
    except Gone:
        return True


@operation(grants=[view_store.READ])
def counted(shares: Iterable[Share]) -> dict[str, int]:
    """Return the views that shares have had, by the ids of the shares."""
    return view_store.totals(share.id for share in shares)


@operation(grants=[view_store.COUNT, view_store.READ])
def limit(share_id: str, most: int | None, also: Sequence[Part]) -> None:
    """Let a share have ``most`` views from now on, those that it has had among them; None for any number.

    Write ``also``, which holds the change of the record, in the same transaction. Views that come meanwhile are counted
    under the limit before or under the new one. Raises ConditionFailed where the share is gone, or a condition of
    ``also`` fails.
    """
    try:
        while not view_store.limit(share_id, view_store.counters(share_id), most, also):
            pass
    except Gone:
        raise ConditionFailed(None) from None


def _shuffled(counters: Sequence[Counter]) -> list[Counter]:
    return RANDOM.sample(counters, len(counters))
