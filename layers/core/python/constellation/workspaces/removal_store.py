"""Removals under way, in the table ``constellations``: each lasts from the deletion until nothing is left below it.

    pk CONSTELLATION#<id>   sk REMOVAL#<folder>   part: the number of the next one; userId and joined place it in the
                                                  index of memberships, under nobody's id, by its last sign of life

A constellation's is that of its root.
"""

from datetime import datetime
from itertools import islice

from constellation.aws import batches
from constellation.aws import client as aws
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import CONSTELLATIONS, MEMBERSHIPS, Grant
from constellation.aws.transactions import Part, put, update, updates
from constellation.common.times import to_wire as time_to_wire
from constellation.workspaces import folder_store as folders
from constellation.workspaces.model import Removal

BEGIN = Grant(CONSTELLATIONS, ("dynamodb:PutItem",))
READ = Grant(CONSTELLATIONS, ("dynamodb:GetItem",))
ADVANCE = Grant(CONSTELLATIONS, ("dynamodb:UpdateItem",))
END = Grant(CONSTELLATIONS, ("dynamodb:DeleteItem",))
FIND = Grant(CONSTELLATIONS, ("dynamodb:Query",), f"index/{MEMBERSHIPS.name}")

_REMOVALS = "REMOVAL#"
_NOBODY = "removals"


def beginning(removal: Removal, now: datetime) -> Part:
    """The part of a transaction that notes a removal."""
    return put(CONSTELLATIONS, {**_key(removal), "part": 0, **_place(removal, now)})


def part(removal: Removal) -> int | None:
    """The number of the next part, as of now; None where nothing is known of the removal."""
    answer = aws.call(
        "dynamodb",
        "get_item",
        TableName=CONSTELLATIONS.physical_name,
        Key=to_wire(_key(removal)),
        ConsistentRead=True,
    )
    return from_wire(answer["Item"])["part"] if "Item" in answer else None


def advance(removal: Removal, to: int, now: datetime) -> None:
    """Note that the part ``to`` is the next one, unless a later one is."""
    _change(removal, now, "#part = :part, ", "attribute_not_exists(pk) OR #part < :part", part=to)


def touch(removal: Removal, now: datetime) -> None:
    """Note a sign of life of a removal, if it lasts."""
    _change(removal, now, "", "attribute_exists(#part)")


def end(removal: Removal) -> None:
    """Forget a removal that is over."""
    aws.call("dynamodb", "delete_item", TableName=CONSTELLATIONS.physical_name, Key=to_wire(_key(removal)))


def silent(before: datetime, most: int) -> list[Removal]:
    """Removals without a sign of life since ``before``, the longest silent first; of a moment ago."""
    values = {":nobody": _NOBODY, ":before": time_to_wire(before)}
    condition = "userId = :nobody AND joined < :before"
    items = batches.query(CONSTELLATIONS, condition, values, IndexName=MEMBERSHIPS.name, Limit=most)
    return [Removal(folders.constellation_of(item), item["sk"].removeprefix(_REMOVALS)) for item in islice(items, most)]


def _change(removal: Removal, now: datetime, change: str, condition: str, **values: int) -> None:
    place = _place(removal, now)
    changes = f"SET {change}userId = :userId, joined = :joined"
    updates(update(CONSTELLATIONS, _key(removal), changes, condition, {**values, **place}, {"part": "part"}))


def _place(removal: Removal, now: datetime) -> dict[str, str]:
    return {"userId": _NOBODY, "joined": f"{time_to_wire(now)}#{removal.folder}"}


def _key(removal: Removal) -> dict[str, str]:
    return {**folders.meta_key(removal.constellation), "sk": f"{_REMOVALS}{removal.folder}"}
