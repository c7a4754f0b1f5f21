"""The views of shares in the table ``images``: several counters a share, each an item with a key of its own.

    pk SHARE#<id>#VIEWS#<number>   sk VIEWS   used, part, epoch, a0 to a7

``used`` are the views that the counter has counted, ``part`` those that it may count. The counters of a share together
may count as many as the share may have. ``epoch`` names the limit that the parts were made for. ``a0`` to ``a7`` are
the attempts that were counted last, the newest first: a write that is repeated after its answer was lost finds itself
among them, unless as many others have been counted meanwhile.

The counters are written with the record of their share and deleted with it. A view creates none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import EXISTS, Part, Table, transact
from constellation.common.ids import new_id

CREATE = Grant(IMAGES, ("dynamodb:PutItem",))
READ = Grant(IMAGES, ("dynamodb:BatchGetItem",))
COUNT = Grant(IMAGES, ("dynamodb:UpdateItem",))

COUNTERS = 4
"""Counters of a share. DynamoDB writes one item 1,000 times a second at most."""

_NO_LIMIT = 10**15
"""The part of each counter of a share whose views are not limited."""

_REMEMBERED = [f"a{number}" for number in range(8)]

_COUNTED = ", ".join(
    [
        "SET #used = #used + :one",
        *(f"{older} = {newer}" for newer, older in reversed(list(pairwise(_REMEMBERED)))),
        f"{_REMEMBERED[0]} = :attempt",
    ]
)
_MAY_COUNT = f"#used < #part AND NOT (:attempt IN ({', '.join(_REMEMBERED)}))"
_NAMES = {"used": "used", "part": "part"}

_TABLE = Table(IMAGES)


class Gone(Exception):
    """The share has no counters: it is deleted."""


@dataclass(frozen=True)
class Counter:
    """A counter: its number among those of its share, what it has counted, what it may count, and since which limit."""

    number: int
    used: int
    part: int
    epoch: str

    @property
    def has_room(self) -> bool:
        """Return whether it can count another view."""
        return self.used < self.part


def to_create(share_id: str, most: int | None) -> list[Part]:
    """Return the parts of a transaction that create the counters of a new share, which may have ``most`` views."""
    parts = [_NO_LIMIT] * COUNTERS if most is None else _spread(most)
    new = {"used": 0, "epoch": new_id(), **dict.fromkeys(_REMEMBERED, "")}
    return [_TABLE.to_put_new({**_key(share_id, number), "part": part, **new}) for number, part in enumerate(parts)]


def to_delete(share_id: str) -> list[Part]:
    """Return the parts of a transaction that delete the counters of a share. Missing ones count as deleted."""
    return [_TABLE.to_delete(key) for key in keys(share_id)]


def keys(share_id: str) -> list[dict[str, str]]:
    """Return the keys of the counters of a share."""
    return [_key(share_id, number) for number in range(COUNTERS)]


def add(share_id: str, number: int, attempt: str) -> bool:
    """Count one view by a counter, once an ``attempt``. Return False where its part is used up. Raises Gone."""
    values = {"one": 1, "attempt": attempt}
    try:
        _TABLE.update(_key(share_id, number), _COUNTED, _MAY_COUNT, values, _NAMES)
    except ConditionFailed as fault:
        if fault.item is None:
            raise Gone from None
        return any(fault.item[name] == attempt for name in _REMEMBERED)
    return True


def counters(share_id: str) -> list[Counter]:
    """Return the counters of a share as of now, in their order. Raises Gone.

    They are read one by one, so a limit that is set meanwhile may show in some of them: these have another epoch.
    """
    found = sorted(map(_to_counter, _read([share_id])), key=lambda each: each.number)
    if len(found) < COUNTERS:
        raise Gone
    return found


def totals(share_ids: Iterable[str]) -> dict[str, int]:
    """Return the views of shares as of now, by their ids."""
    listed = list(share_ids)
    found = dict.fromkeys(listed, 0)
    for item in _read(listed):
        found[item["pk"].split("#")[1]] += item["used"]
    return found


def limit(share_id: str, seen: Sequence[Counter], most: int | None, also: Sequence[Part]) -> bool:
    """Let a share have ``most`` views, those that it has had among them, and write ``also``, all at once.

    Return False where views that were counted since the counters were ``seen`` are in the way. Raises ConditionFailed
    where a condition of ``also`` fails.
    """
    epoch, wanted = new_id(), _parts(seen, most)
    is_over = not any(wanted)  # then it does not matter what else they have counted meanwhile
    parts = [
        _to_limit(share_id, counter, part, epoch, is_over=is_over) for counter, part in zip(seen, wanted, strict=True)
    ]
    try:
        transact([*also, *parts])
    except ConditionFailed as refused:
        if any(refused.failed[: len(also)]):
            raise
        return False
    return True


def _parts(seen: Sequence[Counter], most: int | None) -> list[int]:
    """Return the parts of counters that together may count ``most``: what is left of it, evenly."""
    if most is None:
        return [_NO_LIMIT] * len(seen)
    left = most - sum(counter.used for counter in seen)
    if left <= 0:
        return [0] * len(seen)
    return [counter.used + more for counter, more in zip(seen, _spread(left), strict=True)]


def _to_limit(share_id: str, seen: Counter, part: int, epoch: str, *, is_over: bool) -> Part:
    change, values = "SET #part = :part, epoch = :epoch", {"part": part, "epoch": epoch}
    if is_over:
        return _TABLE.to_update(_key(share_id, seen.number), change, EXISTS, values, {"part": "part"})
    fits = f"{EXISTS} AND #used <= :part"
    return _TABLE.to_update(_key(share_id, seen.number), change, fits, values, _NAMES)


def _spread(views: int) -> list[int]:
    """Return a number of views in as many parts as there are counters, which differ by one at most."""
    each, more = divmod(views, COUNTERS)
    return [each + (number < more) for number in range(COUNTERS)]


def _read(share_ids: Iterable[str]) -> list[dict[str, Any]]:
    wanted = (key for share_id in share_ids for key in keys(share_id))
    return _TABLE.get_many(wanted, consistent=True, attributes=("pk", "used", "part", "epoch"))


def _key(share_id: str, number: int) -> dict[str, str]:
    return {"pk": f"SHARE#{share_id}#VIEWS#{number}", "sk": "VIEWS"}


def _to_counter(item: Mapping[str, Any]) -> Counter:
    return Counter(int(item["pk"].rpartition("#")[2]), item["used"], item["part"], item["epoch"])
