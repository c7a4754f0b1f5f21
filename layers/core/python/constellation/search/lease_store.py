"""The progress of the search index, in the table ``images``, beside the counts of a list (``images.usage_store``).

pk LIST#<list>   sk INDEX   indexedTo: the position in the order of change up to which the index has the list
leasedTo, leasedBy: the lease of the one run that indexes the list now
"""

from collections.abc import Mapping
from datetime import datetime

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import Table
from constellation.common.times import to_wire

ADVANCE = Grant(IMAGES, ("dynamodb:UpdateItem",))


def lease(list_: str, holder: str, now: datetime, until: datetime) -> str | None:
    """Lease a list to a run until a time; None while another run has it.

    Return the position up to which the index has the list, empty at first. ``holder`` is an id of this run alone.
    """
    try:
        item = Table(IMAGES).update(
            _key(list_),
            "SET leasedTo = :until, leasedBy = :holder",
            "attribute_not_exists(leasedTo) OR leasedTo < :now OR leasedBy = :holder",
            {"now": to_wire(now), "until": to_wire(until), "holder": holder},
            returns="ALL_NEW",
        )
    except ConditionFailed:
        return None
    return item.get("indexedTo", "")


def advance(list_: str, holder: str, to: str, until: datetime) -> bool:
    """Note that the index has everything up to a position, and keep the lease until a time.

    False if the lease has ended and another run has taken it. That run goes on.
    """
    return _change(list_, holder, "SET indexedTo = :to, leasedTo = :until", {"to": to, "until": to_wire(until)})


def release(list_: str, holder: str) -> None:
    """End the lease, if it is still held."""
    _change(list_, holder, "REMOVE leasedTo, leasedBy", {})


def _change(list_: str, holder: str, change: str, values: Mapping[str, str]) -> bool:
    return Table(IMAGES).try_update(_key(list_), change, "leasedBy = :holder", {"holder": holder, **values})


def _key(list_: str) -> dict[str, str]:
    return {"pk": f"LIST#{list_}", "sk": "INDEX"}
