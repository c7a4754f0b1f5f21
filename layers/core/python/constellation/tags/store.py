"""The index of tags, in the table ``images``.

    pk TAGGED#<list>#<branch>   sk <created>#<id>   an image of a list with a tag that is the branch or lies below it
    pk TAGS#<list>   sk <branch>   images, own: how many those are, and how many have the branch itself; branch, shown;
                                   version: another one with each change
    pk IMAGE#<id>    sk TAGS       counted: the branches in which an image is counted, by their lists; version

Entries are hints, which the image's record refutes or not. They are written before the record, so that no image is
missed. Later the totals follow: each in one transaction with ``counted``, so that an image counts exactly once.
A branch is in its compared form (``tags.model``). One too long for a key is cut off, with a digest of the rest.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import MOST_PARTS, NEW, Part, Table, transact_once, try_transact
from constellation.common.ids import new_id
from constellation.tags.model import TagCount, lies_in

FIND = Grant(IMAGES, ("dynamodb:Query",))
COUNT = Grant(IMAGES, ("dynamodb:GetItem",))
ENTER = Grant(IMAGES, ("dynamodb:BatchWriteItem",))
COUNT_ONCE = Grant(IMAGES, ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"))
COUNT_NO_MORE = Grant(IMAGES, ("dynamodb:DeleteItem",))
SETTLE = Grant(
    IMAGES,
    (
        *("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:GetItem"),
        *("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
    ),
)

MOVE = Grant(
    IMAGES,
    (
        *("dynamodb:BatchGetItem", "dynamodb:Query"),
        *("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
    ),
)

RECOUNT = Grant(
    IMAGES,
    (
        *("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"),
        *("dynamodb:UpdateItem", "dynamodb:DeleteItem"),
    ),
)

_TABLE = Table(IMAGES)

_CUT, _DIGEST = 836, 64
"""Bytes of a branch in a key, and digits of its digest after them. DynamoDB takes 1,024 bytes in a sort key."""

_MOST_AT_ONCE = 5000
"""Entries of one call."""

_TALLIED_AT_ONCE = 1000
"""Images whose counts are held at once while a branch is counted."""

TOGETHER = 90
"""Branches that one transaction counts, which also writes where an image is counted."""

COUNTED_AT_ONCE = 25
"""Branches that a request counts by itself: five tags of five levels, and many more of one."""

Place = tuple[str, str]
"""A list and a branch in it."""


@dataclass(frozen=True)
class Total:
    """The total of a branch as it stands. ``branch`` and ``shown`` are empty where it does not know them.

    ``version`` is empty where it has not changed since there are versions.
    """

    images: int
    own: int
    branch: str
    shown: str
    version: str


@dataclass(frozen=True)
class Tally:
    """How many images are counted in a branch, how many of them have it themselves, and one of them, one of these."""

    images: int = 0
    own: int = 0
    one: str = ""


@dataclass(frozen=True)
class Counted:
    """The branches of lists, as keys have them, in which an image is counted, each with whether it has the branch."""

    places: Mapping[Place, bool]
    version: str


def enter(places: Collection[Place], position: str) -> None:
    """Enter an image into branches of lists, at its position in the order of creation. Safe to repeat."""
    _TABLE.put_many(_entry_key(list_, branch, position) for list_, branch in places)


def leave(places: Collection[Place], position: str) -> None:
    """Remove an image from branches of lists. Safe to repeat."""
    _TABLE.delete_many(_entry_key(list_, branch, position) for list_, branch in places)


def positions(
    list_: str,
    branch: str,
    start: str = "",
    *,
    ascending: bool = True,
    inclusive: bool = False,
    consistent: bool = False,
    at_once: int,
) -> Iterator[str]:
    """Yield the positions of the images in a branch, after ``start`` in the order of creation, as they are asked for.

    They are of a moment ago, or ``consistent``. The first call reads ``at_once``, and each further one twice as many.
    """
    operator = (">" if ascending else "<") + ("=" if inclusive else "")
    condition = "pk = :pk" + (f" AND sk {operator} :start" if start else "")
    values = {"pk": f"TAGGED#{list_}#{short(branch)}"} | ({"start": start} if start else {})
    found = _TABLE.query(
        condition,
        values,
        consistent=consistent,
        ascending=ascending,
        at_once=at_once,
        doubling_to=_MOST_AT_ONCE,
    )
    return (item["sk"] for item in found)


def total(list_: str, branch: str) -> int:
    """Return how many images of a list are in a branch, as of a moment ago."""
    item = _TABLE.get(_total_key(list_, branch), consistent=False)
    return item["images"] if item else 0


def counts(list_: str, prefix: str, after: str, at_once: int) -> Iterator[TagCount]:
    """Yield the tags of a list that begin with a prefix, in the order of their compared forms, after one of them."""
    beginning = _cut(prefix)
    values = {"pk": f"TAGS#{list_}"} | ({"start": short(after)} if after else {"start": beginning} if prefix else {})
    condition = "pk = :pk" + (" AND sk > :start" if after else " AND begins_with(sk, :start)" if prefix else "")
    for item in _TABLE.query(condition, values, at_once=at_once, doubling_to=_MOST_AT_ONCE):
        if not item["sk"].startswith(beginning):
            return
        if item["own"] > 0 and item["branch"].startswith(prefix):
            yield TagCount(item["branch"], item["shown"], item["own"])


def below(list_: str, branch: str, most: int | None = None) -> list[str]:
    """Return ``most`` branches of a list, or all, that are a branch or lie below it, as of now, in compared forms.

    Those in which no image is any more, and whose totals are still there, are returned too.
    """
    values = {"pk": f"TAGS#{list_}", "start": _cut(branch)}
    found = _TABLE.query("pk = :pk AND begins_with(sk, :start)", values, consistent=True)
    known = (item["branch"] for item in found if "branch" in item)  # else it was damaged, and is mended in time
    return list(islice((each for each in known if lies_in(each, branch)), most))


def counted(image_id: str) -> Counted:
    """Return where an image is counted."""
    return _to_counted(_TABLE.get(_image_key(image_id)) or {})


def counted_among(image_ids: Collection[str], *, consistent: bool = True) -> dict[str, Counted]:
    """Return where images are counted."""
    items = _TABLE.get_many(map(_image_key, dict.fromkeys(image_ids)), consistent=consistent)
    found = {item["pk"]: item for item in items}
    return {image_id: _to_counted(found.get(_image_key(image_id)["pk"], {})) for image_id in image_ids}


def count(image_id: str, counted: Counted, wanted: Mapping[Place, str]) -> None:
    """Count an image in just the ``wanted`` branches of lists, each with the tag that is the branch, if it has it.

    ``counted`` says where it is counted now. Raise Changed where another run has counted it since. What is counted
    until then stays, and a repeat counts the rest.
    """
    changed = sorted(_changes(counted, wanted).items())
    for start in range(0, len(changed), TOGETHER):
        counted, parts = _counting(image_id, counted, changed[start : start + TOGETHER])
        if not try_transact(parts):
            raise Changed


def count_once(image_id: str, counted: Counted, wanted: Mapping[Place, str]) -> None:
    """Count an image as ``count`` does, in one transaction, if not more than COUNTED_AT_ONCE branches change.

    Raise Contended where another write to one of the totals is under way, ConditionFailed where another run has
    counted the image.
    """
    changed = sorted(_changes(counted, wanted).items())
    if 0 < len(changed) <= COUNTED_AT_ONCE:
        transact_once(_counting(image_id, counted, changed)[1])


def _counting(
    image_id: str, counted: Counted, changed: Sequence[tuple[Place, "_Change"]]
) -> tuple[Counted, list[Part]]:
    """Return where an image is counted after some changes of totals, and the parts that make them."""
    places = dict(counted.places)
    for place, change in changed:
        if change.branch:
            places[place] = bool(change.tag)
        else:
            del places[place]
    following = Counted(places, new_id())
    note = _to_note(image_id, places, counted.version, following.version)
    return following, [note, *(_to_count(*each) for each in changed)]


class Changed(Exception):
    """Another run has counted the same image."""


def forget_empty(places: Collection[Place]) -> None:
    """Delete the totals of branches in which no image is. One that is counted in meanwhile leaves some for later."""
    keys = [_total_key(list_, key) for list_, key in places]
    empty = [item for item in _TABLE.get_many(keys, consistent=True) if item["images"] == 0]
    for start in range(0, len(empty), MOST_PARTS):
        some = empty[start : start + MOST_PARTS]
        try_transact([_to_delete_empty({"pk": item["pk"], "sk": item["sk"]}) for item in some])


def _to_delete_empty(key: Mapping[str, str]) -> Part:
    return _TABLE.to_delete(key, "attribute_not_exists(pk) OR images = :none", none=0)


def totals(list_: str, after: str, at_once: int) -> Iterator[tuple[str, Total]]:
    """Yield the totals of a list by their branches, as keys have them, after one of them, as of a moment ago."""
    condition = "pk = :pk" + (" AND sk > :after" if after else "")
    values = {"pk": f"TAGS#{list_}"} | ({"after": after} if after else {})
    return ((item["sk"], _to_total(item)) for item in _TABLE.query(condition, values, at_once=at_once))


def get_total(place: Place) -> Total | None:
    """Return the total of a branch, as keys have it, as of now."""
    item = _TABLE.get(_total_key(*place))
    return _to_total(item) if item else None


def without_total(places: Collection[Place]) -> list[Place]:
    """Return those of the branches, as keys have them, that have no total, in their order."""
    items = _TABLE.get_many((_total_key(*each) for each in places), attributes=("pk", "sk"))
    return sorted(set(places) - {(item["pk"].removeprefix("TAGS#"), item["sk"]) for item in items})


def tally(place: Place, *, consistent: bool) -> Tally:
    """Count the images of a branch, as keys have it, as of now, or at half the price as of a moment ago."""
    list_, branch = place
    found, owning = Tally(), ""
    entries = positions(list_, branch, consistent=consistent, at_once=_MOST_AT_ONCE)
    while some := [position.rpartition("#")[2] for position in islice(entries, _TALLIED_AT_ONCE)]:
        counted = counted_among(some, consistent=consistent)
        there = {image_id: each.places[place] for image_id, each in counted.items() if place in each.places}
        owning = owning or next((image_id for image_id, own in there.items() if own), "")
        one = owning or found.one or next(iter(there), "")
        found = Tally(found.images + len(there), found.own + sum(there.values()), one)
    return found


def correct(place: Place, seen: Total | None, found: Tally, branch: str, shown: str) -> bool:
    """Replace a total that was ``seen``, or was missing, by what was counted. Return False if it has changed since.

    That of a branch in which no image is goes.
    """
    key, values, condition = _total_key(*place), dict[str, Any](), NEW
    if seen:
        values = {"seen": seen.images, "seenOwn": seen.own} | ({"version": seen.version} if seen.version else {})
        version = "version = :version" if seen.version else "attribute_not_exists(version)"
        condition = f"images = :seen AND own = :seenOwn AND {version}"
    if not found.images:
        return try_transact([_TABLE.to_delete(key, condition, **values)])
    named = {name: value for name, value in (("branch", branch), ("shown", shown)) if value}
    sets = "".join(f", {name} = :{name}" for name in named)
    values |= {"images": found.images, "own": found.own, "following": new_id(), **named}
    return _TABLE.try_update(key, f"SET images = :images, own = :own, version = :following{sets}", condition, values)


@dataclass(frozen=True)
class Move:
    """An image that moves in the index of tags, from branches of lists to others, each with the tag that it is, if any.

    ``position`` is in the order of creation, ``counted`` is where it is counted now.
    """

    image_id: str
    position: str
    counted: Counted
    before: Mapping[Place, str]
    after: Mapping[Place, str]

    @property
    def entries(self) -> set[Place]:
        """Return the places that it enters or leaves."""
        return set(self.before) ^ set(self.after)

    @property
    def totals(self) -> set[Place]:
        """Return the places, as keys have them, whose totals it changes."""
        return set(_changes(self.counted, self.after))


def to_move(moves: Sequence[Move]) -> list[Part]:
    """Return the parts that move images in the index of tags, and count them where they come to be."""
    changes, parts = dict[Place, _Change](), list[Part]()
    for move in moves:
        for place in sorted(move.entries):
            key = _entry_key(*place, move.position)
            parts.append(_TABLE.to_put(key) if place in move.after else _TABLE.to_delete(key))
        for place, change in _changes(move.counted, move.after).items():
            changes[place] = changes[place].and_then(change) if place in changes else change
        now = {(list_, short(branch)): bool(tag) for (list_, branch), tag in move.after.items()}
        parts.append(_to_note(move.image_id, now, move.counted.version, new_id()))
    return [*parts, *(_to_count(place, change) for place, change in sorted(changes.items()))]


@dataclass(frozen=True, order=True)
class _Change:
    """By how much the total of a branch grows. ``branch`` is empty where images only leave, ``tag`` if none has it."""

    images: int
    own: int
    branch: str
    tag: str

    def and_then(self, other: "_Change") -> "_Change":
        """Return both together."""
        images, own = self.images + other.images, self.own + other.own
        return _Change(images, own, other.branch or self.branch, other.tag or self.tag)


def _changes(counted: Counted, wanted: Mapping[Place, str]) -> dict[Place, _Change]:
    """Return how totals change, by the places as keys have them, where an image comes to be counted otherwise."""
    after = {(list_, short(branch)): (branch, tag) for (list_, branch), tag in wanted.items()}
    found = dict[Place, _Change]()
    for place in {*counted.places, *after}:
        (branch, tag), had = after.get(place, ("", "")), counted.places.get(place)
        if had != (bool(tag) if branch else None):
            found[place] = _Change(bool(branch) - (had is not None), bool(tag) - bool(had), branch, tag)
    return found


def _to_count(place: Place, change: _Change) -> Part:
    """Return the part that changes the total of a branch."""
    values: dict[str, Any] = {"images": change.images, "own": change.own, "version": new_id()}
    named = {name: value for name, value in (("branch", change.branch), ("shown", change.tag)) if value}
    sets = ", ".join(f"{name} = :{name}" for name in ("version", *named))
    return _TABLE.to_update(_total_key(*place), f"SET {sets} ADD images :images, own :own", values={**values, **named})


def _to_note(image_id: str, counted: Mapping[Place, bool], version: str, following: str) -> Part:
    key, lists = _image_key(image_id), dict[str, dict[str, bool]]()
    for (list_, branch), own in counted.items():
        lists.setdefault(list_, {})[branch] = own
    condition, values = ("version = :version", {"version": version}) if version else (NEW, {})
    if not counted:
        return _TABLE.to_delete(key, condition, **values)
    return _TABLE.to_put({**key, "counted": lists, "version": following}, condition, **values)


def _to_counted(item: Mapping[str, Any]) -> Counted:
    places = {(list_, key): own for list_, keys in item.get("counted", {}).items() for key, own in keys.items()}
    return Counted(places, item.get("version", ""))


def _to_total(item: Mapping[str, Any]) -> Total:
    texts = (item.get(name, "") for name in ("branch", "shown", "version"))
    return Total(item.get("images", 0), item.get("own", 0), *texts)


def _cut(branch: str) -> str:
    return branch.encode()[:_CUT].decode(errors="ignore")


def short(branch: str) -> str:
    """Return a branch as it stands in keys."""
    data = branch.encode()
    return branch if len(data) <= _CUT + _DIGEST else f"{_cut(branch)}{hashlib.sha256(data).hexdigest()}"


def _entry_key(list_: str, branch: str, position: str) -> dict[str, str]:
    return {"pk": f"TAGGED#{list_}#{short(branch)}", "sk": position}


def _total_key(list_: str, branch: str) -> dict[str, str]:
    return {"pk": f"TAGS#{list_}", "sk": short(branch)}


def _image_key(image_id: str) -> dict[str, str]:
    return {"pk": f"IMAGE#{image_id}", "sk": "TAGS"}
