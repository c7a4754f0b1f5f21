"""Renames of branches that are under way, in the table ``images``.

    pk RENAMES#<owner>   sk <number>   old: the branch in its compared form, new: what it becomes, as it is shown;
                                       leasedTo, leasedBy: the lease of the run that is at it now;
                                       publicList and updated list it in an index, in a list of its own, by its last
                                       sign of life
    pk RENAMES#<owner>   sk LAST       renames: how many renames the owner has asked for

An image knows how many renames its tags have had (``Image.renames``). So each rename changes it once, and leaves alone
tags that were given after it was asked for.
"""

from dataclasses import dataclass
from datetime import datetime

from constellation.aws.resources import IMAGES, PUBLIC_UPDATED, Grant
from constellation.aws.table import EXISTS, NEW, Table, try_transact
from constellation.common.times import to_wire

COUNT = Grant(IMAGES, ("dynamodb:GetItem",))
ADD = Grant(IMAGES, ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"))
WORK_OFF = Grant(IMAGES, ("dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:DeleteItem"))
RESUME = (
    Grant(IMAGES, ("dynamodb:Query",), f"index/{PUBLIC_UPDATED.name}"),
    Grant(IMAGES, ("dynamodb:UpdateItem",)),
)

RENAMES = "renames"
"""The list, which is no user's, of the renames that are not over."""

_LAST = "LAST"
_DIGITS = 10
_TABLE = Table(IMAGES)


@dataclass(frozen=True)
class Rename:
    """A branch of an owner's tags, in its compared form, and what it becomes, as it is shown.

    ``number`` counts the renames of the owner.
    """

    owner: str
    number: int
    old: str
    new: str


def last(owner: str) -> int:
    """Return how many renames an owner has asked for."""
    item = _TABLE.get(_key(owner, _LAST))
    return item["renames"] if item else 0


def add(rename: Rename, now: datetime) -> bool:
    """Write a rename. Return False where another one has its number."""
    key = _key(rename.owner, _LAST)
    condition = "renames = :before" if rename.number > 1 else NEW
    values = {"number": rename.number} | ({"before": rename.number - 1} if rename.number > 1 else {})
    note = {"publicList": RENAMES, "updated": _updated(rename.owner, now)}
    item = {**_key(rename.owner, _position(rename.number)), "old": rename.old, "new": rename.new, **note}
    return try_transact([_TABLE.to_update(key, "SET renames = :number", condition, values), _TABLE.to_put(item)])


def oldest(owner: str) -> Rename | None:
    """Return the oldest rename of an owner that is not over."""
    values = {"pk": _key(owner, "")["pk"], "last": _LAST}
    found = _TABLE.query("pk = :pk AND sk < :last", values, consistent=True, limit=1)
    return next((Rename(owner, int(item["sk"]), item["old"], item["new"]) for item in found), None)


def lease(rename: Rename, holder: str, now: datetime, until: datetime) -> bool:
    """Lease a rename to a run until a time, or go on with it. Return False while another run has it, or if it is over.

    ``holder`` is an id of this run alone.
    """
    return _TABLE.try_update(
        _key(rename.owner, _position(rename.number)),
        "SET leasedTo = :until, leasedBy = :holder, updated = :updated",
        f"{EXISTS} AND (attribute_not_exists(leasedTo) OR leasedTo < :now OR leasedBy = :holder)",
        {"now": to_wire(now), "until": to_wire(until), "holder": holder, "updated": _updated(rename.owner, now)},
    )


def release(rename: Rename, holder: str) -> None:
    """End the lease, if it is still held."""
    key = _key(rename.owner, _position(rename.number))
    _TABLE.try_update(key, "REMOVE leasedTo, leasedBy", "leasedBy = :holder", {"holder": holder})


def end(rename: Rename) -> None:
    """Note that a rename is over. Safe to repeat."""
    _TABLE.delete(_key(rename.owner, _position(rename.number)))


def silent(before: datetime, most: int) -> list[tuple[str, int]]:
    """Return the owners and numbers of ``most`` renames that showed their last sign of life ``before``."""
    values = {"list": RENAMES, "before": to_wire(before)}
    items = _TABLE.query("publicList = :list AND updated < :before", values, index=PUBLIC_UPDATED, limit=most)
    return [(item["pk"].removeprefix("RENAMES#"), int(item["sk"])) for item in items]


def touch(owner: str, number: int, now: datetime) -> None:
    """Note that a rename is asked for again, if it is not over."""
    values = {"updated": _updated(owner, now)}
    _TABLE.try_update(_key(owner, _position(number)), "SET updated = :updated", EXISTS, values)


def _updated(owner: str, now: datetime) -> str:
    return f"{to_wire(now)}#{owner}"


def _position(number: int) -> str:
    return f"{number:0{_DIGITS}}"


def _key(owner: str, sk: str) -> dict[str, str]:
    return {"pk": f"RENAMES#{owner}", "sk": sk}
