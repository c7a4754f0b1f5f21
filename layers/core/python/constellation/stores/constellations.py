"""Constellations and their members in the table ``constellations``, which ``stores.folders`` shares.

    pk CONSTELLATION#<id>   sk META            name, root, admins; removals and version are the folders'
    pk CONSTELLATION#<id>   sk MEMBER#<user>   rights; userId and joined are the keys of the index of memberships

A constellation is where its META is: with that it goes for everybody at once, whatever else is left of it.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from constellation.domain.constellations import Constellation, Membership
from constellation.domain.rights import Right
from constellation.domain.times import to_wire as time_to_wire
from constellation.domain.trees import Folder
from constellation.stores import aws, batches, folders
from constellation.stores.items import to_wire
from constellation.stores.resources import CONSTELLATIONS, MEMBERSHIPS, Grant
from constellation.stores.transactions import Part, check, commit, put_new, update, updates
from constellation.stores.transactions import delete as deletion

CREATE = Grant(CONSTELLATIONS, ("dynamodb:PutItem",))
READ = Grant(CONSTELLATIONS, ("dynamodb:BatchGetItem",))
READ_MEMBERSHIPS = Grant(CONSTELLATIONS, ("dynamodb:Query",), f"index/{MEMBERSHIPS.name}")
READ_MEMBERS = Grant(CONSTELLATIONS, ("dynamodb:Query",))
RENAME = Grant(CONSTELLATIONS, ("dynamodb:UpdateItem",))
DELETE = Grant(CONSTELLATIONS, ("dynamodb:DeleteItem",))
READ_RIGHT = Grant(CONSTELLATIONS, ("dynamodb:GetItem",))
CONNECT = Grant(CONSTELLATIONS, ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"))
DISCONNECT = Grant(CONSTELLATIONS, ("dynamodb:DeleteItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"))
FORGET_MEMBERS = Grant(CONSTELLATIONS, ("dynamodb:BatchWriteItem",))


class LastAdmin(Exception):
    """Nobody would be left who may change the members."""


def create(constellation_id: str, root: str, name: str, user_id: str, now: datetime) -> None:
    """A new constellation with its root folder and its first ADMIN."""
    meta = {"name": name, "root": root, "admins": 1, "removals": dict[str, bool](), "version": 1}
    member = _member(constellation_id, user_id, Right.ADMIN, now)
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
    ids = list(dict.fromkeys(constellation_ids))
    keys = [key for id_ in ids for key in (folders.meta_key(id_), _key(id_, user_id))]
    items = {(item["pk"], item["sk"]): item for item in batches.get_many(CONSTELLATIONS, keys, consistent=True)}
    found: dict[str, Membership] = {}
    for id_, meta_key, member_key in zip(ids, keys[::2], keys[1::2], strict=True):
        meta, member = items.get((meta_key["pk"], meta_key["sk"])), items.get((member_key["pk"], member_key["sk"]))
        if meta and member:
            found[id_] = Membership(_to_constellation(meta), user_id, Right[member["rights"]])
    return found


def of_user(user_id: str) -> list[str]:
    """The ids of the constellations that a user has become a member of, in that order; ``memberships`` decide."""
    items = _query("userId = :user", IndexName=MEMBERSHIPS.name, values={":user": user_id})
    return [folders.constellation_of(item) for item in items]


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


def delete(constellation_id: str) -> None:
    """Take a constellation away from everybody, with all that is in it; one that is gone stays so."""
    key = to_wire(folders.meta_key(constellation_id))
    aws.call("dynamodb", "delete_item", TableName=CONSTELLATIONS.physical_name, Key=key)


def connect(by: Membership, user_id: str, before: Right | None, after: Right, now: datetime) -> bool:
    """Give who had the right ``before`` (None: no member) the right ``after``, on the word of the member ``by``.

    False when that, or the right of ``by``, has changed. Raises LastAdmin where no ADMIN would be left.
    """
    id_ = by.constellation.id
    if before is None:
        change = put_new(CONSTELLATIONS, _member(id_, user_id, after, now))
    else:
        values = {"after": after.name, "before": before.name}
        change = update(CONSTELLATIONS, _key(id_, user_id), "SET rights = :after", "rights = :before", values)
    return _change_members(by, user_id, change, (after is Right.ADMIN) - (before is Right.ADMIN))


def disconnect(by: Membership, user_id: str, before: Right) -> bool:
    """End the membership of who had the right ``before``, on the word of ``by``; as ``connect``."""
    end = deletion(CONSTELLATIONS, _key(by.constellation.id, user_id), "rights = :before", before=before.name)
    return _change_members(by, user_id, end, -(before is Right.ADMIN))


def forget_members(constellation_id: str) -> None:
    """Remove the memberships of a constellation that is gone."""
    batches.delete_many(CONSTELLATIONS, [_key(constellation_id, user_id) for user_id in members(constellation_id)])


def _change_members(by: Membership, user_id: str, change: Part, admins: int) -> bool:
    """Change a membership together with the number of ADMINs, while the constellation and ``by``'s right last."""
    parts = [change, _count_admins(by.constellation.id, admins)]
    if user_id != by.user_id:
        own = _key(by.constellation.id, by.user_id)
        parts.append(check(CONSTELLATIONS, own, "rights = :rights", rights=by.right.name))
    try:
        commit(parts)
    except aws.ConditionFailed as fault:
        if admins < 0 and [part for part, failed in zip(parts, fault.failed, strict=True) if failed] == parts[1:2]:
            raise LastAdmin from None
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


def _member(constellation_id: str, user_id: str, right: Right, now: datetime) -> dict[str, Any]:
    joined = f"{time_to_wire(now)}#{constellation_id}"
    return {**_key(constellation_id, user_id), "userId": user_id, "rights": right.name, "joined": joined}


def _query(condition: str, *, values: Mapping[str, str], **parameters: Any) -> Iterator[dict[str, Any]]:
    return batches.query(CONSTELLATIONS, condition, values, **parameters)


def _to_constellation(item: Mapping[str, Any]) -> Constellation:
    removals = frozenset(item["removals"])
    return Constellation(folders.constellation_of(item), item["name"], item["root"], removals, item["version"])
