"""Constellations and their members in the table ``constellations``, shared with ``folder_store``.

    pk CONSTELLATION#<id>   sk META            name, root, admins; removals and version belong to the folders;
                                               noImages and noFirmware as long as there has never been any
    pk CONSTELLATION#<id>   sk MEMBER#<user>   rights; userId and joined are the keys of the index of memberships
    pk CONSTELLATION#<id>   sk LEFT#<user>     accepted: whether a user who left may be connected again

A constellation exists as long as its META does: deleting that item hides it from everybody at once. ``joined`` orders
a user's memberships: first the constellations that it created, then those that others connected it to, each by time.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import CONSTELLATIONS, MEMBERSHIPS, Grant
from constellation.aws.table import EXISTS, Part, Table, transact, try_transact
from constellation.common.times import to_wire
from constellation.workspaces import folder_store
from constellation.workspaces.folder_store import constellation_of, meta_key
from constellation.workspaces.model import Constellation, Membership
from constellation.workspaces.rights import Right
from constellation.workspaces.tree import Folder

CREATE = Grant(CONSTELLATIONS, ("dynamodb:PutItem",))
READ = Grant(CONSTELLATIONS, ("dynamodb:BatchGetItem",))
READ_MEMBERSHIPS = Grant(CONSTELLATIONS, ("dynamodb:Query",), f"index/{MEMBERSHIPS.name}")
READ_MEMBERS = Grant(CONSTELLATIONS, ("dynamodb:Query",))
RENAME = Grant(CONSTELLATIONS, ("dynamodb:UpdateItem",))
DELETE = Grant(CONSTELLATIONS, ("dynamodb:DeleteItem",))
READ_RIGHT = Grant(CONSTELLATIONS, ("dynamodb:GetItem",))
_CHANGE_MEMBERS = (
    "dynamodb:PutItem",
    "dynamodb:DeleteItem",
    "dynamodb:UpdateItem",
    "dynamodb:ConditionCheckItem",
)
CONNECT = Grant(CONSTELLATIONS, _CHANGE_MEMBERS)
DISCONNECT = Grant(CONSTELLATIONS, _CHANGE_MEMBERS)
ACCEPT = Grant(CONSTELLATIONS, ("dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"))
FORGET_MEMBERS = Grant(CONSTELLATIONS, ("dynamodb:BatchWriteItem",))
EXPECT = Grant(CONSTELLATIONS, ("dynamodb:UpdateItem",))

_TABLE = Table(CONSTELLATIONS)

_MADE = "!"
"""What ``joined`` begins with in a constellation that the user created. It sorts before every time."""

LAST_MADE = f"{_MADE}~"
"""The position that separates the constellations that a user created from those that others connected it to."""


class LastAdmin(Exception):
    """No ADMIN would be left to change the members."""


class HasLeft(Exception):
    """The user left and has not accepted to be connected again."""


def create(constellation_id: str, root: str, name: str, user_id: str, now: datetime) -> None:
    """Create a constellation with its root folder and its first ADMIN."""
    meta = {
        "name": name,
        "root": root,
        "admins": 1,
        "removals": dict[str, bool](),
        "version": 1,
        "noImages": True,
        "noFirmware": True,
    }
    member = member_item(constellation_id, user_id, Right.ADMIN, now)
    member["joined"] = f"{_MADE}{member['joined']}"
    transact(
        [
            _TABLE.to_put_new(meta_key(constellation_id) | meta),
            _TABLE.to_put_new(member),
            *folder_store.to_create(Folder(root, constellation_id, name, None)),
        ]
    )


def find(constellation_id: str) -> Constellation | None:
    """Return a constellation as of now, or None."""
    found = _TABLE.get_many([meta_key(constellation_id)], consistent=True)
    return _to_constellation(found[0]) if found else None


def find_many(constellation_ids: Collection[str]) -> dict[str, Constellation]:
    """Return the constellations that exist, by id, as of a moment ago, at half a unit each."""
    found = _TABLE.get_many(map(meta_key, dict.fromkeys(constellation_ids)))
    return {constellation.id: constellation for constellation in map(_to_constellation, found)}


def memberships(user_id: str, constellation_ids: Collection[str]) -> dict[str, Membership]:
    """Return a user's memberships of constellations as of now, by their ids.

    For one constellation this reads two items in one call, however many members it has.
    """
    found = with_rights(user_id, constellation_ids)
    return {id_: Membership(each, user_id, right) for id_, (each, right) in found.items() if right is not None}


def with_rights(user_id: str, constellation_ids: Collection[str]) -> dict[str, tuple[Constellation, Right | None]]:
    """Return the constellations that exist, by id, each with a user's right as of now, or None for no member."""
    ids = list(dict.fromkeys(constellation_ids))
    keys = [key for id_ in ids for key in (meta_key(id_), _key(id_, user_id))]
    items = {(item["pk"], item["sk"]): item for item in _TABLE.get_many(keys, consistent=True)}
    found: dict[str, tuple[Constellation, Right | None]] = {}
    for id_, key, member_key in zip(ids, keys[::2], keys[1::2], strict=True):
        meta, member = items.get((key["pk"], key["sk"])), items.get((member_key["pk"], member_key["sk"]))
        if meta:
            found[id_] = _to_constellation(meta), Right[member["rights"]] if member else None
    return found


def joined_from(user_id: str, position: str, at_once: int) -> Iterator[tuple[str, str]]:
    """Return a user's memberships from a position on, each as its position and the constellation's id.

    They are read as they are asked for, and as of a moment ago: ``memberships`` knows which of them last.
    """
    condition = "userId = :user" + (" AND joined >= :position" if position else "")
    values = {"user": user_id} | ({"position": position} if position else {})
    items = _TABLE.query(condition, values, index=MEMBERSHIPS, at_once=at_once)
    return ((item["joined"], constellation_of(item)) for item in items)


def members(constellation_id: str) -> dict[str, Right]:
    """Return the rights of all members by user id, as of now."""
    values = {"pk": meta_key(constellation_id)["pk"], "sk": "MEMBER#"}
    items = _TABLE.query("pk = :pk AND begins_with(sk, :sk)", values, consistent=True)
    return {item["userId"]: Right[item["rights"]] for item in items}


def right_of(constellation_id: str, user_id: str) -> Right | None:
    """Return the right of a member as of now, or None."""
    item = _TABLE.get(_key(constellation_id, user_id))
    return Right[item["rights"]] if item else None


def rename(constellation_id: str, name: str) -> bool:
    """Give a constellation another name. Return False where it no longer exists."""
    key = meta_key(constellation_id)
    return _TABLE.try_update(key, "SET #name = :name", EXISTS, {"name": name}, {"name": "name"})


def delete(constellation_id: str, *also: Part) -> None:
    """Hide a constellation with everything in it from everybody, and write ``also`` in the same transaction.

    Nothing is written where it is gone already.
    """
    try_transact([_TABLE.to_delete(meta_key(constellation_id), EXISTS), *also])


def connect(by: Membership, user_id: str, before: Right | None, after: Right, now: datetime) -> bool:
    """Give a user with the right ``before``, None for no member, the right ``after`` in the name of the member ``by``.

    Return False when that right, or the one of ``by``, has changed. Raise LastAdmin where no ADMIN would be left,
    HasLeft for a user who left and has not accepted to come back.
    """
    id_ = by.constellation.id
    admins = (after is Right.ADMIN) - (before is Right.ADMIN)
    if before is None:
        may_come_back = "attribute_not_exists(pk) OR accepted = :accepted"
        back = _TABLE.to_delete(_left_key(id_, user_id), may_come_back, accepted=True)
        return _change_members(by, user_id, _TABLE.to_put_new(member_item(id_, user_id, after, now)), admins, back)
    values = {"after": after.name, "before": before.name}
    change = _TABLE.to_update(_key(id_, user_id), "SET rights = :after", "rights = :before", values)
    return _change_members(by, user_id, change, admins)


def disconnect(by: Membership, user_id: str, before: Right) -> bool:
    """End the membership of a user with the right ``before`` in the name of the member ``by``.

    A user who ends its own membership is noted, so that nobody connects it again unasked. Return False when one of
    the rights has changed. Raise LastAdmin where no ADMIN would be left.
    """
    id_ = by.constellation.id
    end = _TABLE.to_delete(_key(id_, user_id), "rights = :before", before=before.name)
    left = [_TABLE.to_put({**_left_key(id_, user_id), "accepted": False})] if user_id == by.user_id else []
    return _change_members(by, user_id, end, -(before is Right.ADMIN), *left)


def accept(constellation_id: str, user_id: str) -> bool:
    """Let a user who left be connected again. Return False for any other, and where there is no constellation."""
    key = _left_key(constellation_id, user_id)
    accepted = _TABLE.to_update(key, "SET accepted = :accepted", EXISTS, {"accepted": True})
    return try_transact([accepted, to_check_exists(constellation_id)])


def to_check_exists(constellation_id: str) -> Part:
    """Return the part of a transaction that requires a constellation to exist."""
    return _TABLE.to_check(meta_key(constellation_id), EXISTS)


def forget_members(constellation_id: str) -> None:
    """Delete the items of the members of a deleted constellation, and of the users who left it."""
    values = {"pk": meta_key(constellation_id)["pk"], "first": "LEFT#", "last": "MEMBER#~"}
    items = _TABLE.query("pk = :pk AND sk BETWEEN :first AND :last", values, consistent=True)
    _TABLE.delete_many([{"pk": item["pk"], "sk": item["sk"]} for item in items])


def expect_images(constellation_id: str) -> None:
    """Note that the first image is about to come, so that lists look into the constellation. Safe to repeat."""
    _expect(constellation_id, "noImages")


def expect_firmware(constellation_id: str) -> None:
    """Note that firmware is about to come, so that lists look into the constellation for it. Safe to repeat."""
    _expect(constellation_id, "noFirmware")


def _expect(constellation_id: str, missing: str) -> None:
    _TABLE.try_update(meta_key(constellation_id), f"REMOVE {missing}", EXISTS)


def _change_members(by: Membership, user_id: str, change: Part, admins: int, *left: Part) -> bool:
    """Change a membership and the number of ADMINs, provided that the constellation and the right of ``by`` last.

    ``left`` is the part, if any, about the user having left.
    """
    parts = [change, _count_admins(by.constellation.id, admins), *left]
    if user_id != by.user_id:
        own = _key(by.constellation.id, by.user_id)
        parts.append(_TABLE.to_check(own, "rights = :rights", rights=by.right.name))
    try:
        transact(parts)
    except ConditionFailed as fault:
        refused = [part for part, failed in zip(parts, fault.failed, strict=True) if failed]
        if admins < 0 and refused == parts[1:2]:
            raise LastAdmin from None
        if left and refused == [*left]:
            raise HasLeft from None
        return False
    return True


def _count_admins(constellation_id: str, difference: int) -> Part:
    """Return the part that requires a constellation to exist, and to keep an ADMIN when one steps down."""
    if difference == 0:
        return to_check_exists(constellation_id)
    values = {"difference": difference, "least": 1 if difference < 0 else 0}
    return _TABLE.to_update(meta_key(constellation_id), "ADD admins :difference", "admins > :least", values)


def _key(constellation_id: str, user_id: str) -> dict[str, str]:
    return {**meta_key(constellation_id), "sk": f"MEMBER#{user_id}"}


def _left_key(constellation_id: str, user_id: str) -> dict[str, str]:
    return {**meta_key(constellation_id), "sk": f"LEFT#{user_id}"}


def member_item(constellation_id: str, user_id: str, right: Right, now: datetime) -> dict[str, Any]:
    """Return the item of a membership to which another user connected its user."""
    joined = f"{to_wire(now)}#{constellation_id}"
    return {**_key(constellation_id, user_id), "userId": user_id, "rights": right.name, "joined": joined}


def _to_constellation(item: Mapping[str, Any]) -> Constellation:
    return Constellation(
        constellation_of(item),
        item["name"],
        item["root"],
        frozenset(item["removals"]),
        item["version"],
        may_hold_images="noImages" not in item,
        may_hold_firmware="noFirmware" not in item,
    )
