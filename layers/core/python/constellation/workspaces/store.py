"""Constellations and their members in the table ``constellations``, which ``stores.folders`` shares.

    pk CONSTELLATION#<id>   sk META            name, root, admins; removals and version are the folders';
                                               noImages and noFirmware while there has never been any
    pk CONSTELLATION#<id>   sk MEMBER#<user>   rights; userId and joined are the keys of the index of memberships
    pk CONSTELLATION#<id>   sk LEFT#<user>     accepted: whether who left by itself may be connected again

A constellation is where its META is: with that it goes for everybody at once, whatever else is left of it.
``joined`` orders a user's memberships: first the constellations that it made itself, then those that others have
connected it to, each by time.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from constellation.aws import batches
from constellation.aws import client as aws
from constellation.aws.items import to_wire
from constellation.aws.resources import CONSTELLATIONS, MEMBERSHIPS, Grant
from constellation.aws.transactions import Part, check, commit, commits, put, put_new, update, updates
from constellation.aws.transactions import delete as deletion
from constellation.common.times import to_wire as time_to_wire
from constellation.workspaces import folder_store as folders
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

_MADE = "!"
"""What ``joined`` begins with in a constellation of the user's own making; it comes before every time."""

LAST_MADE = f"{_MADE}~"
"""The end of those places: what a user has made itself lies before it, what others have connected it to after it."""


class LastAdmin(Exception):
    """Nobody would be left who may change the members."""


class HasLeft(Exception):
    """The user has left by itself and has not accepted to be connected again."""


def create(constellation_id: str, root: str, name: str, user_id: str, now: datetime) -> None:
    """A new constellation with its root folder and its first ADMIN."""
    meta = {
        "name": name,
        "root": root,
        "admins": 1,
        "removals": dict[str, bool](),
        "version": 1,
        "noImages": True,
        "noFirmware": True,
    }
    member = _member(constellation_id, user_id, Right.ADMIN, now)
    member["joined"] = f"{_MADE}{member['joined']}"
    commit(
        [
            put_new(CONSTELLATIONS, folders.meta_key(constellation_id) | meta),
            put_new(CONSTELLATIONS, member),
            *folders.creation(Folder(root, constellation_id, name, None)),
        ]
    )


def find(constellation_id: str) -> Constellation | None:
    """The constellation, as of now."""
    found = batches.get_many(CONSTELLATIONS, [folders.meta_key(constellation_id)], consistent=True)
    return _to_constellation(found[0]) if found else None


def find_many(constellation_ids: Collection[str]) -> dict[str, Constellation]:
    """Those of the constellations that there are, by id; a moment ago's state, at half a unit each."""
    found = batches.get_many(CONSTELLATIONS, map(folders.meta_key, dict.fromkeys(constellation_ids)))
    return {constellation.id: constellation for constellation in map(_to_constellation, found)}


def memberships(user_id: str, constellation_ids: Collection[str]) -> dict[str, Membership]:
    """What a user is, as of now, in those of the constellations that it is a member of, by their ids.

    For one constellation this is one read of two items, however many members there are.
    """
    found = with_rights(user_id, constellation_ids)
    return {id_: Membership(each, user_id, right) for id_, (each, right) in found.items() if right is not None}


def with_rights(user_id: str, constellation_ids: Collection[str]) -> dict[str, tuple[Constellation, Right | None]]:
    """Those of the constellations that there are, by id, each with a user's right as of now; None: no member."""
    ids = list(dict.fromkeys(constellation_ids))
    keys = [key for id_ in ids for key in (folders.meta_key(id_), _key(id_, user_id))]
    items = {(item["pk"], item["sk"]): item for item in batches.get_many(CONSTELLATIONS, keys, consistent=True)}
    found: dict[str, tuple[Constellation, Right | None]] = {}
    for id_, meta_key, member_key in zip(ids, keys[::2], keys[1::2], strict=True):
        meta, member = items.get((meta_key["pk"], meta_key["sk"])), items.get((member_key["pk"], member_key["sk"]))
        if meta:
            found[id_] = _to_constellation(meta), Right[member["rights"]] if member else None
    return found


def to_check_exists(constellation_id: str) -> Part:
    """Return the part of a transaction that fails where the constellation is gone."""
    return check(CONSTELLATIONS, folders.meta_key(constellation_id), "attribute_exists(pk)")


def joined_from(user_id: str, place: str, at_once: int) -> Iterator[tuple[str, str]]:
    """A user's memberships from a place in their order on, each as its place and the constellation's id.

    They are read as they are asked for, and as of a moment ago: ``memberships`` decide.
    """
    condition = "userId = :user" + (" AND joined >= :place" if place else "")
    values = {":user": user_id} | ({":place": place} if place else {})
    items = _query(condition, IndexName=MEMBERSHIPS.name, Limit=at_once, values=values)
    return ((item["joined"], folders.constellation_of(item)) for item in items)


def members(constellation_id: str) -> dict[str, Right]:
    """The rights of all members by user id, as of now."""
    values = {":pk": folders.meta_key(constellation_id)["pk"], ":sk": "MEMBER#"}
    items = _query("pk = :pk AND begins_with(sk, :sk)", ConsistentRead=True, values=values)
    return {item["userId"]: Right[item["rights"]] for item in items}


def right_of(constellation_id: str, user_id: str) -> Right | None:
    """The right of one member, as of now; None for who is none."""
    answer = aws.call(
        "dynamodb",
        "get_item",
        TableName=CONSTELLATIONS.physical_name,
        Key=to_wire(_key(constellation_id, user_id)),
        ConsistentRead=True,
    )
    return Right[answer["Item"]["rights"]["S"]] if "Item" in answer else None


def rename(constellation_id: str, name: str) -> bool:
    """Give a constellation another name; False where there is none any more."""
    key = folders.meta_key(constellation_id)
    return updates(
        update(CONSTELLATIONS, key, "SET #name = :name", "attribute_exists(pk)", {"name": name}, {"name": "name"})
    )


def delete(constellation_id: str, *also: Part) -> None:
    """Take a constellation away from everybody, with all that is in it, and write ``also`` in the same step.

    One that is gone stays so.
    """
    commits([deletion(CONSTELLATIONS, folders.meta_key(constellation_id), "attribute_exists(pk)"), *also])


def connect(by: Membership, user_id: str, before: Right | None, after: Right, now: datetime) -> bool:
    """Give who had the right ``before`` (None: no member) the right ``after``, on the word of the member ``by``.

    False when that, or the right of ``by``, has changed. Raises LastAdmin where no ADMIN would be left, HasLeft for a
    user who left and has not accepted to come back.
    """
    id_ = by.constellation.id
    admins = (after is Right.ADMIN) - (before is Right.ADMIN)
    if before is None:
        back = deletion(
            CONSTELLATIONS, _left_key(id_, user_id), "attribute_not_exists(pk) OR accepted = :accepted", accepted=True
        )
        return _change_members(by, user_id, put_new(CONSTELLATIONS, _member(id_, user_id, after, now)), admins, back)
    values = {"after": after.name, "before": before.name}
    change = update(CONSTELLATIONS, _key(id_, user_id), "SET rights = :after", "rights = :before", values)
    return _change_members(by, user_id, change, admins)


def disconnect(by: Membership, user_id: str, before: Right) -> bool:
    """End the membership of who had the right ``before``, on the word of ``by``; as ``connect``.

    Of who ends its own it is noted, so that nobody connects it again unasked.
    """
    id_ = by.constellation.id
    end = deletion(CONSTELLATIONS, _key(id_, user_id), "rights = :before", before=before.name)
    left = [put(CONSTELLATIONS, {**_left_key(id_, user_id), "accepted": False})] if user_id == by.user_id else []
    return _change_members(by, user_id, end, -(before is Right.ADMIN), *left)


def accept(constellation_id: str, user_id: str) -> bool:
    """Let a user who left be connected again. False for who has not left, or where there is no constellation."""
    key = _left_key(constellation_id, user_id)
    return commits(
        [
            update(CONSTELLATIONS, key, "SET accepted = :accepted", "attribute_exists(pk)", {"accepted": True}),
            check(CONSTELLATIONS, folders.meta_key(constellation_id), "attribute_exists(pk)"),
        ]
    )


def forget_members(constellation_id: str) -> None:
    """Remove what a constellation that is gone has known of its members, and of those who left."""
    values = {":pk": folders.meta_key(constellation_id)["pk"], ":first": "LEFT#", ":last": "MEMBER#~"}
    items = _query("pk = :pk AND sk BETWEEN :first AND :last", values=values, ConsistentRead=True)
    batches.delete_many(CONSTELLATIONS, [{"pk": item["pk"], "sk": item["sk"]} for item in items])


def expect_images(constellation_id: str) -> None:
    """Note that the first image is about to come; lists look into the constellation from now on. Safe to repeat."""
    _expect(constellation_id, "noImages")


def expect_firmware(constellation_id: str) -> None:
    """Note that the first firmware image is about to come; as ``expect_images``."""
    _expect(constellation_id, "noFirmware")


def _expect(constellation_id: str, missing: str) -> None:
    updates(update(CONSTELLATIONS, folders.meta_key(constellation_id), f"REMOVE {missing}", "attribute_exists(pk)", {}))


def _change_members(by: Membership, user_id: str, change: Part, admins: int, *left: Part) -> bool:
    """Change a membership together with the number of ADMINs, while the constellation and ``by``'s right last.

    ``left`` is the part, if any, that is about the user's having left.
    """
    parts = [change, _count_admins(by.constellation.id, admins), *left]
    if user_id != by.user_id:
        own = _key(by.constellation.id, by.user_id)
        parts.append(check(CONSTELLATIONS, own, "rights = :rights", rights=by.right.name))
    try:
        commit(parts)
    except aws.ConditionFailed as fault:
        refused = [part for part, failed in zip(parts, fault.failed, strict=True) if failed]
        if admins < 0 and refused == parts[1:2]:
            raise LastAdmin from None
        if left and refused == [*left]:
            raise HasLeft from None
        return False
    return True


def _count_admins(constellation_id: str, difference: int) -> Part:
    """There must be a constellation, and after a step down no fewer than one ADMIN."""
    key = folders.meta_key(constellation_id)
    if difference == 0:
        return check(CONSTELLATIONS, key, "attribute_exists(pk)")
    values = {"difference": difference, "least": 1 if difference < 0 else 0}
    return update(CONSTELLATIONS, key, "ADD admins :difference", "admins > :least", values)


def _key(constellation_id: str, user_id: str) -> dict[str, str]:
    return {**folders.meta_key(constellation_id), "sk": f"MEMBER#{user_id}"}


def _left_key(constellation_id: str, user_id: str) -> dict[str, str]:
    return {**folders.meta_key(constellation_id), "sk": f"LEFT#{user_id}"}


def _member(constellation_id: str, user_id: str, right: Right, now: datetime) -> dict[str, Any]:
    joined = f"{time_to_wire(now)}#{constellation_id}"
    return {**_key(constellation_id, user_id), "userId": user_id, "rights": right.name, "joined": joined}


def _query(condition: str, *, values: Mapping[str, str], **parameters: Any) -> Iterator[dict[str, Any]]:
    return batches.query(CONSTELLATIONS, condition, values, **parameters)


def _to_constellation(item: Mapping[str, Any]) -> Constellation:
    removals = frozenset(item["removals"])
    return Constellation(
        folders.constellation_of(item),
        item["name"],
        item["root"],
        removals,
        item["version"],
        may_hold_images="noImages" not in item,
        may_hold_firmware="noFirmware" not in item,
    )
