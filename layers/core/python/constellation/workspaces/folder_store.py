"""What lies where in the constellations, in their table: a folder's record is its own, its entry is in the collection.

    pk FOLDER#<id>          sk FOLDER                     constellation, name, parent; the root has neither of the last
    pk CONSTELLATION#<id>   sk FOLDER#<parent>#<folder>   name
    pk CONSTELLATION#<id>   sk FILE#<folder>#<image>      name, extension: written with the image's record
    pk CONSTELLATION#<id>   sk DOOR#<folder>#<digit>      nothing: stands for a folder into which much comes at once
    pk CONSTELLATION#<id>   sk META                       removals, version, folderCount (``stores.constellations``)

So the whole tree is one query, what lies in one folder is two, and a folder is found by its id alone. A folder
without its record takes nothing in.

``folderCount`` grows just before a folder is made: in the same transaction, folders made at once would be in each
other's way. Where a function was killed in between, it is one too high until ``end_removal`` counts.

What comes to lie in a folder does so on the condition that its record is there. DynamoDB cancels transactions that ask
for one item at once, as if they wrote it, so where one was cancelled the folder gets doors: sixteen items that are
there as long as its record is. Then a transaction asks for one of them. The record goes first: without it no door is
made.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from constellation.aws import batches
from constellation.aws import client as aws
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import CONSTELLATIONS, Grant
from constellation.aws.transactions import Part, attempt, check, commits, put, put_new, update, updates
from constellation.aws.transactions import delete as deletion
from constellation.workspaces.model import Constellation, Location
from constellation.workspaces.tree import File, Folder

READ = Grant(CONSTELLATIONS, ("dynamodb:GetItem",))
LIST = Grant(CONSTELLATIONS, ("dynamodb:Query",))
CREATE = Grant(CONSTELLATIONS, ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"))
CHANGE = Grant(CONSTELLATIONS, ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"))
REMOVE = Grant(CONSTELLATIONS, ("dynamodb:UpdateItem", "dynamodb:DeleteItem"))
CLEAN_UP = Grant(CONSTELLATIONS, ("dynamodb:BatchWriteItem", "dynamodb:UpdateItem"))
FILE = Grant(CONSTELLATIONS, ("dynamodb:PutItem", "dynamodb:ConditionCheckItem"))
UNFILE = Grant(CONSTELLATIONS, ("dynamodb:DeleteItem",))


class FolderGone(Exception):
    """The folder that was to take something in is not there."""


class Full(Exception):
    """There are as many folders as there can be."""


_FOLDERS, _FILES, _DOORS = "FOLDER#", "FILE#", "DOOR#"
_DIGITS = "0123456789abcdef"
_FEW = 25
"""Folders whose doors are looked for one by one; for more, all of the constellation's are read."""


def get(folder_id: str) -> Folder | None:
    """The folder, as of now; the root's name is its constellation's and not known here."""
    answer = aws.call(
        "dynamodb",
        "get_item",
        TableName=CONSTELLATIONS.physical_name,
        Key=to_wire(_record_key(folder_id)),
        ConsistentRead=True,
    )
    if "Item" not in answer:
        return None
    item = from_wire(answer["Item"])
    return Folder(folder_id, item["constellation"], item.get("name", ""), item.get("parent"))


def parents(folder_ids: Collection[str]) -> dict[str, str]:
    """What each of the folders lies in, as of now, by their ids; without roots and those that are not there."""
    items = batches.get_many(CONSTELLATIONS, map(_record_key, folder_ids), consistent=True)
    return {item["pk"].removeprefix("FOLDER#"): item["parent"] for item in items if "parent" in item}


def in_constellation(constellation_id: str) -> list[Folder]:
    """All folders but the root, as of now."""
    values = {":pk": _partition(constellation_id), ":sk": _FOLDERS}
    items = batches.query(CONSTELLATIONS, "pk = :pk AND begins_with(sk, :sk)", values, ConsistentRead=True)
    return [_to_folder(item) for item in items]


def content(constellation_id: str) -> tuple[list[Folder], list[File]]:
    """All folders but the root, and all files, read at once and as of a moment ago: half a unit for every 4 KB."""
    folders, files = list[Folder](), list[File]()
    values = {":pk": _partition(constellation_id), ":first": _FILES, ":last": f"{_FOLDERS}~"}
    for item in batches.query(CONSTELLATIONS, "pk = :pk AND sk BETWEEN :first AND :last", values):
        if item["sk"].startswith(_FILES):
            files.append(_to_file(item))
        else:
            folders.append(_to_folder(item))
    return folders, files


def children(constellation_id: str, folder_id: str) -> tuple[list[Folder], list[File]]:
    """The folders and files that lie in one folder, without what is below those; as of a moment ago."""
    folders = _in_folder(constellation_id, _FOLDERS, folder_id)
    files = _in_folder(constellation_id, _FILES, folder_id)
    return [_to_folder(item) for item in folders], [_to_file(item) for item in files]


def image_ids(constellation_id: str, folder_id: str, at_once: int) -> Iterator[str]:
    """The ids of the images in one folder, as of now, read as they are asked for."""
    items = _in_folder(constellation_id, _FILES, folder_id, ConsistentRead=True, Limit=at_once)
    return (_to_file(item).id for item in items)


def files(constellation_id: str, after: str, at_once: int) -> Iterator[tuple[str, File]]:
    """The files of a constellation with their places, those past the place ``after``, read as they are asked for."""
    values = {":pk": _partition(constellation_id), ":after": f"{_FILES}{after}", ":last": f"{_FILES}~"}
    condition = "pk = :pk AND sk BETWEEN :after AND :last"
    for item in batches.query(CONSTELLATIONS, condition, values, Limit=at_once):
        place = item["sk"].removeprefix(_FILES)
        if place != after:
            yield place, _to_file(item)


def create(folder: Folder, most: int) -> bool:
    """A new folder in its parent; False where that is gone. Raises Full where there are ``most`` already."""
    room = "attribute_exists(pk) AND (attribute_not_exists(folderCount) OR folderCount < :most)"
    key, values = meta_key(folder.constellation), {"one": 1, "most": most}
    counting = update(CONSTELLATIONS, key, "ADD folderCount :one", room, values)["Update"]
    try:
        aws.call("dynamodb", "update_item", **counting, ReturnValuesOnConditionCheckFailure="ALL_OLD")
    except aws.ConditionFailed as refused:
        if refused.item is None:
            return False
        raise Full from None
    try:
        commit_into(Location(folder.constellation, f"{folder.parent}"), folder.id, creation(folder))
    except FolderGone:
        return False
    return True


def creation(folder: Folder) -> list[Part]:
    """The parts of a transaction that makes a new folder."""
    record: dict[str, Any] = {**_record_key(folder.id), "constellation": folder.constellation}
    if folder.parent is None:
        return [put_new(CONSTELLATIONS, record)]
    record |= {"name": folder.name, "parent": folder.parent}
    return [put_new(CONSTELLATIONS, record), put_new(CONSTELLATIONS, {**_entry_key(folder), "name": folder.name})]


def change(before: Folder, after: Folder, seen: Constellation) -> bool:
    """Rename or move a folder; False when it has changed since, or a move meets one after ``seen`` was read."""
    values = {"name": before.name, "parent": before.parent, "to_name": after.name, "to_parent": after.parent}
    parts = [
        update(
            CONSTELLATIONS,
            _record_key(before.id),
            "SET #name = :to_name, parent = :to_parent",
            "#name = :name AND parent = :parent",
            values,
            {"name": "name"},
        ),
        put(CONSTELLATIONS, {**_entry_key(after), "name": after.name}),
    ]
    if after.parent != before.parent:
        version = {"seen": seen.version, "next": seen.version + 1}
        parts += [
            deletion(CONSTELLATIONS, _entry_key(before)),
            update(CONSTELLATIONS, meta_key(seen.id), "SET version = :next", "version = :seen", version),
        ]
    return commits(parts)


def remove(folder: Folder, most: int, *also: Part) -> bool:
    """Take a folder and all below it out of the tree, and write ``also`` in the same step.

    False when it has been moved or removed since it was read, or ``most`` others of its constellation are emptied.
    """
    return commits(
        [
            deletion(CONSTELLATIONS, _record_key(folder.id), "parent = :parent", parent=folder.parent),
            deletion(CONSTELLATIONS, _entry_key(folder)),
            update(
                CONSTELLATIONS,
                meta_key(folder.constellation),
                "SET removals.#folder = :true ADD version :one",
                "attribute_exists(pk) AND size(removals) < :most",
                {"true": True, "one": 1, "most": most},
                {"folder": folder.id},
            ),
            *also,
        ]
    )


def close(folder_ids: Collection[str]) -> None:
    """Take away the records of folders, so that they take nothing in any more but by their doors."""
    batches.delete_many(CONSTELLATIONS, map(_record_key, folder_ids))


def shut_doors(constellation_id: str, folder_ids: Collection[str]) -> None:
    """Take away the doors of folders whose records are gone."""
    prefixes = [f"{_DOORS}{id_}#" for id_ in folder_ids] if len(folder_ids) <= _FEW else [_DOORS]
    keys = [
        {"pk": door["pk"], "sk": door["sk"]}
        for prefix in prefixes
        for door in batches.query(
            CONSTELLATIONS,
            "pk = :pk AND begins_with(sk, :sk)",
            {":pk": _partition(constellation_id), ":sk": prefix},
            ConsistentRead=True,
        )
        if door["sk"].split("#")[1] in folder_ids
    ]
    batches.delete_many(CONSTELLATIONS, keys)


def forget_files(constellation_id: str, lost: Mapping[str, str]) -> None:
    """Take away the entries of images that there are not, each in its folder."""
    keys = (_file_key(Location(constellation_id, folder), image_id) for image_id, folder in lost.items())
    batches.delete_many(CONSTELLATIONS, keys)


def clear(folders: Collection[Folder]) -> None:
    """Take away the entries of folders that are closed and empty."""
    batches.delete_many(CONSTELLATIONS, map(_entry_key, folders))


def end_removal(constellation_id: str, folder_id: str) -> bool:
    """Note that nothing is left below a folder that was removed, and how many folders there are.

    False when another was made, or its constellation went, meanwhile.
    """
    key = meta_key(constellation_id)
    found = batches.get_many(CONSTELLATIONS, [key], consistent=True)
    if not found:
        return True
    values = {"seen": found[0].get("folderCount", 0), "counted": len(in_constellation(constellation_id))}
    unchanged = "attribute_exists(pk) AND (attribute_not_exists(folderCount) OR folderCount = :seen)"
    change = "SET folderCount = :counted REMOVE removals.#folder"
    return updates(update(CONSTELLATIONS, key, change, unchanged, values, {"folder": folder_id}))


def commit_into(place: Location, id_: str, parts: list[Part]) -> None:
    """Write ``parts`` in one step, by which something with this id comes to lie in a place, while its folder is there.

    Raises FolderGone where it is not, ConditionFailed for any other part of it.
    """
    condition = _is_there(place)

    def write() -> None:
        nonlocal condition
        try:
            attempt([*parts, condition])
        except aws.ConditionFailed as fault:
            if not any(fault.failed[:-1]):
                raise FolderGone from None
            raise
        except aws.Contended as fault:
            if fault.items[-1]:
                condition = _door(place, id_[0])
            raise

    aws.patiently(write)


def filing(place: Location, image_id: str, name: str, extension: str) -> Part:
    """The part of a transaction that enters an image, or what has changed of it, into its folder."""
    return put(CONSTELLATIONS, {**_file_key(place, image_id), "name": name, "extension": extension})


def unfiling(place: Location, image_id: str) -> Part:
    """The part of a transaction that takes an image out of its folder."""
    return deletion(CONSTELLATIONS, _file_key(place, image_id))


def meta_key(constellation_id: str) -> dict[str, str]:
    """The key of the item that a constellation is."""
    return {"pk": _partition(constellation_id), "sk": "META"}


def constellation_of(item: Mapping[str, Any]) -> str:
    """The id of the constellation that an item of its collection belongs to."""
    return item["pk"].removeprefix("CONSTELLATION#")


def _in_folder(constellation_id: str, kind: str, folder_id: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    values = {":pk": _partition(constellation_id), ":sk": f"{kind}{folder_id}#"}
    return batches.query(CONSTELLATIONS, "pk = :pk AND begins_with(sk, :sk)", values, **parameters)


def _partition(constellation_id: str) -> str:
    return f"CONSTELLATION#{constellation_id}"


def _record_key(folder_id: str) -> dict[str, str]:
    return {"pk": f"FOLDER#{folder_id}", "sk": "FOLDER"}


def _entry_key(folder: Folder) -> dict[str, str]:
    return {"pk": _partition(folder.constellation), "sk": f"{_FOLDERS}{folder.parent}#{folder.id}"}


def _is_there(place: Location) -> Part:
    """The part of a transaction that lets a place's folder be there."""
    return check(
        CONSTELLATIONS, _record_key(place.folder), "constellation = :constellation", constellation=place.constellation
    )


def _door(place: Location, digit: str) -> Part:
    """The part of a transaction that lets it be there by one of its doors, which are made where they are not.

    Raises FolderGone where the folder is not there, Contended where others ask for it just now.
    """
    key = _door_key(place, digit)
    known = aws.call(
        "dynamodb", "get_item", TableName=CONSTELLATIONS.physical_name, Key=to_wire(key), ConsistentRead=True
    )
    if "Item" not in known:
        try:
            attempt([*(put(CONSTELLATIONS, _door_key(place, each)) for each in _DIGITS), _is_there(place)])
        except aws.ConditionFailed:
            raise FolderGone from None
    return check(CONSTELLATIONS, key, "attribute_exists(pk)")


def _door_key(place: Location, digit: str) -> dict[str, str]:
    return {"pk": _partition(place.constellation), "sk": f"{_DOORS}{place.folder}#{digit}"}


def _file_key(place: Location, image_id: str) -> dict[str, str]:
    return {"pk": _partition(place.constellation), "sk": f"{_FILES}{place.folder}#{image_id}"}


def _to_folder(item: Mapping[str, Any]) -> Folder:
    parent, _, id_ = item["sk"].removeprefix(_FOLDERS).partition("#")
    return Folder(id_, constellation_of(item), item["name"], parent)


def _to_file(item: Mapping[str, Any]) -> File:
    folder, _, id_ = item["sk"].removeprefix(_FILES).partition("#")
    return File(id_, item["name"], item["extension"], folder)
