"""Collections in the table ``images``.

    pk COLLECTIONS#<user>   sk <time>#<collection>        nothing: lists the collection among those of its owner
    pk COLLECTION#<id>      sk COLLECTION                 owner, name, description, createdAt, updatedAt, count, first,
                                                          version
    pk COLLECTION#<id>      sk PART#<number>              ids: a part of the order (``collections.parts``)
    pk COLLECTION#<id>      sk SWEEP                      until a deleted collection is cleaned up: publicList and
                                                          updated list it in an index, in a list of its own
    pk IMAGE#<image>        sk COLLECTION#<collection>    nothing: the collection holds the image

A change of the images writes the parts that differ, the record and the items of the images in one transaction, on the
condition that the record still has the version that the change builds on. Of two changes at once, one is tried again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES, PUBLIC_UPDATED, Grant
from constellation.aws.retry import Contended, patiently
from constellation.aws.table import EXISTS, Table, transact, transact_once
from constellation.aws.table import Part as Write
from constellation.collections import parts
from constellation.collections.model import MOST_ITEMS, Collection
from constellation.collections.parts import Part
from constellation.common.times import to_wire
from constellation.images.store import record_key

CREATE = Grant(IMAGES, ("dynamodb:PutItem",))
READ = Grant(IMAGES, ("dynamodb:GetItem",))
LIST = Grant(IMAGES, ("dynamodb:Query", "dynamodb:BatchGetItem"))
CHANGE = Grant(IMAGES, ("dynamodb:UpdateItem",))
DELETE = Grant(IMAGES, ("dynamodb:DeleteItem", "dynamodb:PutItem"))
READ_ITEMS = Grant(IMAGES, ("dynamodb:Query",))
ADD = Grant(
    IMAGES,
    (
        *("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:PutItem"),
        "dynamodb:ConditionCheckItem",
    ),
)
REMOVE = Grant(
    IMAGES,
    ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:DeleteItem"),
)
ARRANGE = REMOVE
CLEAN_UP = Grant(IMAGES, ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem"))
FORGET = Grant(IMAGES, ("dynamodb:Query", "dynamodb:DeleteItem"))
RESUME = (
    Grant(IMAGES, ("dynamodb:Query",), f"index/{PUBLIC_UPDATED.name}"),
    Grant(IMAGES, ("dynamodb:UpdateItem",)),
)

MOST_ADDED = 48
"""The most images that ``add`` puts in at once: two items each, the record and two parts fit into one transaction."""

MOST_REMOVED = 20
"""The most images that ``remove`` takes out at once: with the parts that it changes they fit into one transaction."""

_TABLE = Table(IMAGES)
_RECORD, _PART, _SWEEP, _HELD = "COLLECTION", "PART#", "SWEEP", "COLLECTION#"
_MOST_AT_ONCE = 8
_DELETED = "deleted-collections"
"""The list, which is no user's, of the deleted collections that are not cleaned up."""


class Gone(Exception):
    """There is no such collection any more."""


class NotHeld(Exception):
    """The collection does not hold one of the images."""


class LeftOut(NamedTuple):
    """The images that were not put into a collection: those that are ``gone``, and those ``beyond`` its most items."""

    gone: set[str]
    beyond: set[str]


class Row(NamedTuple):
    """An image of a collection, and the number of the part of the order that it is in."""

    part: int
    image: str


def create(collection: Collection, also: Iterable[Write] = ()) -> None:
    """Write a new collection, and ``also``, all at once."""
    record = {
        **_key(collection.id),
        "owner": collection.owner,
        "name": collection.name,
        "description": collection.description,
        "createdAt": to_wire(collection.created_at),
        "count": 0,
        "version": 1,
    }
    transact([_TABLE.to_put_new(record), _TABLE.to_put_new(_entry_key(collection)), *also])


def get(collection_id: str) -> Collection | None:
    """Return a collection as of now, or None."""
    item = _TABLE.get(_key(collection_id))
    return _to_collection(item) if item else None


def to_check_exists(collection_id: str) -> Write:
    """Return the part of a transaction that requires a collection to exist."""
    return _TABLE.to_check(_key(collection_id), EXISTS)


def of_user(user_id: str, after: str, most: int) -> list[Collection]:
    """Return up to ``most`` collections of a user that follow a position, as of now, newest first."""
    values = {"user": _user(user_id)} | ({"after": after} if after else {})
    condition = "pk = :user" + (" AND sk < :after" if after else "")
    entries = _TABLE.query(condition, values, ascending=False, consistent=True, limit=most)
    ids = [item["sk"].rpartition("#")[2] for item in entries]
    found = {each.id: each for each in map(_to_collection, _TABLE.get_many(map(_key, ids), consistent=True))}
    return [found[id_] for id_ in ids if id_ in found]


def change(collection_id: str, name: str | None, description: str | None, now: datetime) -> None:
    """Give a collection another name, another description or both; what is None stays. Raises Gone."""
    given = {"name": name, "description": description, "updatedAt": to_wire(now)}
    changed = {attribute: value for attribute, value in given.items() if value is not None}
    sets = ", ".join(f"#{attribute} = :{attribute}" for attribute in changed)
    names = {attribute: attribute for attribute in changed}
    if not _TABLE.try_update(_key(collection_id), f"SET {sets}", EXISTS, changed, names):
        raise Gone


def delete(collection: Collection, now: datetime) -> None:
    """Delete a collection, and note that it is to be cleaned up. Raises Gone."""
    note = {**_sweep_key(collection.id), "publicList": _DELETED, "updated": _noted(collection.id, now)}
    try:
        transact(
            [
                _TABLE.to_delete(_key(collection.id), EXISTS),
                _TABLE.to_delete(_entry_key(collection)),
                _TABLE.to_put(note),
            ]
        )
    except ConditionFailed:
        raise Gone from None


def rows(collection_id: str, position: str = "") -> Iterator[Row]:
    """Yield the images of a collection after a position, in order and as of now, read as they are asked for."""
    if not position:
        yield from _rows(_parts(collection_id, at_once=1))
        return
    number, last, following = position.split("/")
    near = list(_rows(_parts(collection_id, int(number), most=2)))
    start = _start(near, last, following)
    if start is None:  # they were arranged anew, or taken out
        near = list(_rows(_parts(collection_id)))
        start = _start(near, last, following)
    if start is None:
        start = next((index for index, row in enumerate(near) if row.part >= int(number)), len(near))
    yield from near[start:]
    if near:
        yield from _rows(_parts(collection_id, near[-1].part + 1, at_once=1))


def position(last: Row, following: Row) -> str:
    """Return the position between two images that follow each other. It is found again when one of them is gone."""
    return f"{last.part}/{last.image}/{following.image}"


def part_from(collection_id: str, number: int) -> Part | None:
    """Return the first part of the order from a number on, as of now, or None."""
    return next(_parts(collection_id, number, most=1), None)


def add(collection_id: str, image_ids: Sequence[str], now: datetime) -> LeftOut:
    """Put images, at most MOST_ADDED, at the end of a collection, in this order. Those that are in it already stay.

    Return those that were left out. Raises Gone.
    """
    gone = set[str]()

    def attempt() -> LeftOut:
        before = _known(collection_id)
        held = _held(collection_id, image_ids)
        new = [id_ for id_ in image_ids if id_ not in held and id_ not in gone]
        fitting = new[: max(MOST_ITEMS - before.count, 0)]
        if fitting:
            after = _Totals(before.count + len(fitting), before.first or fitting[0])
            writes = [
                _to_count(before, after, now),
                *(_to_put(collection_id, part) for part in parts.appended(_last_part(collection_id), fitting)),
                *(_TABLE.to_put_new(_held_key(id_, collection_id)) for id_ in fitting),
                *(_TABLE.to_check(record_key(id_), EXISTS) for id_ in fitting),
            ]
            try:
                transact_once(writes)
            except ConditionFailed as refused:
                checks = refused.failed[-len(fitting) :]
                missing = [id_ for id_, is_missing in zip(fitting, checks, strict=True) if is_missing]
                if not missing:
                    raise Contended from None
                gone.update(missing)
                return attempt()
        return LeftOut(gone, set(new[len(fitting) :]))

    return patiently(attempt)


def remove(collection_id: str, image_ids: Sequence[str], now: datetime | None = None) -> None:
    """Take images, at most MOST_REMOVED, out of a collection; with ``now`` it counts as changed.

    Raises Gone, and NotHeld where none of them is in it.
    """

    def attempt() -> None:
        before = _known(collection_id)
        order = list(_parts(collection_id))
        held = [id_ for part in order for id_ in part.ids if id_ in image_ids]
        if not held:
            raise NotHeld
        items = [_TABLE.to_delete(_held_key(id_, collection_id)) for id_ in held]
        _write(before, order, parts.without(order, held), now, items)

    patiently(attempt)


def arrange(collection_id: str, first: Sequence[str], now: datetime) -> None:
    """Put some images of a collection first, in this order. The others follow as they were.

    Raises Gone, and NotHeld where it does not hold them all.
    """

    def attempt() -> None:
        before = _known(collection_id)
        order = list(_parts(collection_id))
        if not {id_ for part in order for id_ in part.ids}.issuperset(first):
            raise NotHeld
        _write(before, order, parts.arranged(order, first), now)

    patiently(attempt)


def holding(image_id: str, most: int) -> list[str]:
    """Return the ids of up to ``most`` collections that hold an image, as of now."""
    values = {"image": record_key(image_id)["pk"], "held": _HELD}
    items = _TABLE.query("pk = :image AND begins_with(sk, :held)", values, consistent=True, limit=most)
    return [item["sk"].removeprefix(_HELD) for item in items]


def forget(image_id: str, collection_id: str) -> None:
    """Delete the item by which a collection that is gone holds an image."""
    _TABLE.delete(_held_key(image_id, collection_id))


def empty(collection_id: str, most: int) -> bool:
    """Delete ``most`` parts of a deleted collection with the items of their images. Return whether nothing is left."""
    found = list(_parts(collection_id, most=most + 1))
    for part in found[:most]:
        _TABLE.delete_many(_held_key(id_, collection_id) for id_ in part.ids)
        _TABLE.delete(_part_key(collection_id, part.number))  # last: after a kill its images are found again
    if len(found) > most:
        return False
    _TABLE.delete(_sweep_key(collection_id))
    return True


def unfinished(before: datetime, most: int) -> list[str]:
    """Return ``most`` deleted collections whose clean-up was last asked for ``before`` and is not over."""
    values = {"list": _DELETED, "before": to_wire(before)}
    items = _TABLE.query("publicList = :list AND updated < :before", values, index=PUBLIC_UPDATED, limit=most)
    return [item["pk"].removeprefix(_HELD) for item in items]


def touch(collection_id: str, now: datetime) -> None:
    """Note that a clean-up is asked for again, if it is not over."""
    values = {"updated": _noted(collection_id, now)}
    _TABLE.try_update(_sweep_key(collection_id), "SET updated = :updated", EXISTS, values)


class _Totals(NamedTuple):
    """What the record says of the order: how many images are in it, and which is the first."""

    images: int
    first: str | None


def _known(collection_id: str) -> Collection:
    found = get(collection_id)
    if found is None:
        raise Gone
    return found


def _write(
    before: Collection, old: Sequence[Part], new: Sequence[Part], now: datetime | None, items: Sequence[Write] = ()
) -> None:
    """Replace an order by another one, and write ``items``. Nothing is written where the two are equal."""
    written, deleted = parts.change(old, new)
    if not written and not deleted:
        return
    totals = _Totals(sum(len(part.ids) for part in new), new[0].ids[0] if new else None)
    writes = [
        _to_count(before, totals, now),
        *(_to_put(before.id, part) for part in written),
        *(_TABLE.to_delete(_part_key(before.id, number)) for number in deleted),
        *items,
    ]
    try:
        transact_once(writes)
    except ConditionFailed:
        raise Contended from None


def _to_count(before: Collection, after: _Totals, now: datetime | None) -> Write:
    """Return the part of a transaction that changes the record, if it is as it was."""
    given = {"count": after.images, "first": after.first, "updatedAt": to_wire(now) if now else None}
    changed = {name: value for name, value in given.items() if value is not None}
    sets = ", ".join(f"#{name} = :{name}" for name in changed)
    return _TABLE.to_update(
        _key(before.id),
        f"SET {sets}, #version = :after" + ("" if after.first else " REMOVE #first"),
        "#version = :before",
        {**changed, "before": before.version, "after": before.version + 1},
        {name: name for name in (*changed, "version", *(() if after.first else ("first",)))},
    )


def _to_put(collection_id: str, part: Part) -> Write:
    return _TABLE.to_put({**_part_key(collection_id, part.number), "ids": parts.to_bytes(part.ids)})


def _parts(
    collection_id: str, number: int = 0, *, most: int | None = None, at_once: int | None = None
) -> Iterator[Part]:
    """Yield the parts of an order from a number on, as of now; ``most`` at most, the first ``at_once`` in one call."""
    values = {"pk": _key(collection_id)["pk"], "from": _part_key(collection_id, number)["sk"], "end": f"{_PART}~"}
    condition = "pk = :pk AND sk BETWEEN :from AND :end"
    items = _TABLE.query(condition, values, consistent=True, limit=most, at_once=at_once, doubling_to=_MOST_AT_ONCE)
    return map(_to_part, items)


def _held(collection_id: str, image_ids: Iterable[str]) -> set[str]:
    """Return those of the images that a collection holds, as of now."""
    items = _TABLE.get_many((_held_key(id_, collection_id) for id_ in image_ids), consistent=True)
    return {item["pk"].removeprefix(record_key("")["pk"]) for item in items}


def _rows(order: Iterable[Part]) -> Iterator[Row]:
    return (Row(part.number, id_) for part in order for id_ in part.ids)


def _last_part(collection_id: str) -> Part | None:
    values = {"pk": _key(collection_id)["pk"], "part": _PART}
    items = _TABLE.query("pk = :pk AND begins_with(sk, :part)", values, consistent=True, ascending=False, limit=1)
    return next(map(_to_part, items), None)


def _start(near: Sequence[Row], last: str, following: str) -> int | None:
    """Return where the images after a position begin, or None where neither of its two images is found."""
    places = {row.image: index for index, row in enumerate(near)}
    if following in places:
        return places[following]
    return places[last] + 1 if last in places else None


def _to_part(item: Mapping[str, Any]) -> Part:
    return Part(int(item["sk"].removeprefix(_PART)), parts.from_bytes(item["ids"]))


def _to_collection(item: Mapping[str, Any]) -> Collection:
    return Collection(
        id=item["pk"].removeprefix(_HELD),
        owner=item["owner"],
        name=item["name"],
        description=item["description"],
        created_at=datetime.fromisoformat(item["createdAt"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]) if "updatedAt" in item else None,
        count=item["count"],
        first=item.get("first"),
        version=item["version"],
    )


def _noted(collection_id: str, now: datetime) -> str:
    return f"{to_wire(now)}#{collection_id}"


def _user(user_id: str) -> str:
    return f"COLLECTIONS#{user_id}"


def _entry_key(collection: Collection) -> dict[str, str]:
    return {"pk": _user(collection.owner), "sk": collection.position}


def _key(collection_id: str) -> dict[str, str]:
    return {"pk": f"{_HELD}{collection_id}", "sk": _RECORD}


def _part_key(collection_id: str, number: int) -> dict[str, str]:
    return {"pk": f"{_HELD}{collection_id}", "sk": f"{_PART}{number:08}"}


def _sweep_key(collection_id: str) -> dict[str, str]:
    return {"pk": f"{_HELD}{collection_id}", "sk": _SWEEP}


def _held_key(image_id: str, collection_id: str) -> dict[str, str]:
    return {"pk": record_key(image_id)["pk"], "sk": f"{_HELD}{collection_id}"}
