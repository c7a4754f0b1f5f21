"""Removals in the table ``constellations``: each lasts from a deletion until nothing is left below its folder.

    pk CONSTELLATION#<id>   sk REMOVAL#<folder>   part: the number of the next part; userId, which is no user's id, and
                                                  joined list it in the index of memberships by its last sign of life

The removal of a constellation is that of its root.
"""

from datetime import datetime

from constellation.aws.resources import CONSTELLATIONS, MEMBERSHIPS, Grant
from constellation.aws.table import Part, Table
from constellation.common.times import to_wire
from constellation.workspaces.folder_store import constellation_of, meta_key
from constellation.workspaces.model import Removal

BEGIN = Grant(CONSTELLATIONS, ("dynamodb:PutItem",))
READ = Grant(CONSTELLATIONS, ("dynamodb:GetItem",))
ADVANCE = Grant(CONSTELLATIONS, ("dynamodb:UpdateItem",))
END = Grant(CONSTELLATIONS, ("dynamodb:DeleteItem",))
FIND = Grant(CONSTELLATIONS, ("dynamodb:Query",), f"index/{MEMBERSHIPS.name}")

_TABLE = Table(CONSTELLATIONS)
_REMOVALS = "REMOVAL#"
_NOBODY = "removals"


def to_begin(removal: Removal, now: datetime) -> Part:
    """Return the part of a transaction that notes a removal."""
    return _TABLE.to_put({**_key(removal), "part": 0, **_sign_of_life(removal, now)})


def part(removal: Removal) -> int | None:
    """Return the number of the next part as of now, or None where no such removal is under way."""
    item = _TABLE.get(_key(removal))
    return item["part"] if item else None


def advance(removal: Removal, to: int, now: datetime) -> None:
    """Note that ``to`` is the number of the next part, unless a higher one is noted."""
    _change(removal, now, "#part = :part, ", "attribute_not_exists(pk) OR #part < :part", part=to)


def touch(removal: Removal, now: datetime) -> None:
    """Note a sign of life of a removal, if it is still under way."""
    _change(removal, now, "", "attribute_exists(#part)")


def end(removal: Removal) -> None:
    """Delete the note of a removal that is over."""
    _TABLE.delete(_key(removal))


def silent(before: datetime, most: int) -> list[Removal]:
    """Return ``most`` removals without a sign of life since ``before``, the longest silent first."""
    values = {"nobody": _NOBODY, "before": to_wire(before)}
    items = _TABLE.query("userId = :nobody AND joined < :before", values, index=MEMBERSHIPS, limit=most)
    return [Removal(constellation_of(item), item["sk"].removeprefix(_REMOVALS)) for item in items]


def _change(removal: Removal, now: datetime, change: str, condition: str, **values: int) -> None:
    changes = f"SET {change}userId = :userId, joined = :joined"
    _TABLE.try_update(_key(removal), changes, condition, {**values, **_sign_of_life(removal, now)}, {"part": "part"})


def _sign_of_life(removal: Removal, now: datetime) -> dict[str, str]:
    return {"userId": _NOBODY, "joined": f"{to_wire(now)}#{removal.folder}"}


def _key(removal: Removal) -> dict[str, str]:
    return {**meta_key(removal.constellation), "sk": f"{_REMOVALS}{removal.folder}"}
