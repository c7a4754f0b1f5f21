"""Folders and their content in the table ``constellations``.

    pk FOLDER#<id>          sk FOLDER                     constellation, name, parent; a root has neither of the last
    pk CONSTELLATION#<id>   sk FOLDER#<parent>#<folder>   name
    pk CONSTELLATION#<id>   sk FILE#<folder>#<image>      name, extension: written together with the image's record;
                                                          filesOf and created are the keys of the index of files
    pk CONSTELLATION#<id>   sk DOOR#<folder>#<digit>      nothing: stands for a folder into which much comes at once
    pk CONSTELLATION#<id>   sk META                       removals, version, folderCount (``workspaces.store``)

A folder has a record of its own, and an entry in its constellation's collection. So the whole tree is one query, the
content of a folder is two, and a folder is found by its id alone. A folder without its record takes nothing in.

``folderCount`` grows just before a folder is created: in one transaction with it, folders created at once would be in
each other's way. A function killed in between leaves it one too high until ``end_removal`` counts.

What comes to lie in a folder is written on the condition that the folder's record exists. DynamoDB cancels
transactions that check one item at once as if they wrote it. So once a transaction is cancelled for that, the folder
gets doors, sixteen items that exist as long as its record does, and a transaction checks one of them. A deletion
takes the record first: no door is made without it.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import CONSTELLATIONS, FILES_CREATED, Grant
from constellation.aws.retry import Contended, patiently
from constellation.aws.table import EXISTS, Part, Table, transact_once, try_transact
from constellation.workspaces.model import Constellation, FolderGone, Location
from constellation.workspaces.tree import File, Folder

READ = Grant(CONSTELLATIONS, ("dynamodb:GetItem",))
LIST = Grant(CONSTELLATIONS, ("dynamodb:Query",))
LIST_NEWEST = Grant(CONSTELLATIONS, ("dynamodb:Query",), f"index/{FILES_CREATED.name}")
CREATE = Grant(CONSTELLATIONS, ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"))
CHANGE = Grant(CONSTELLATIONS, ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"))
REMOVE = Grant(CONSTELLATIONS, ("dynamodb:UpdateItem", "dynamodb:DeleteItem"))
CLEAN_UP = Grant(CONSTELLATIONS, ("dynamodb:BatchWriteItem", "dynamodb:UpdateItem"))
FILE = Grant(CONSTELLATIONS, ("dynamodb:PutItem", "dynamodb:ConditionCheckItem"))
UNFILE = Grant(CONSTELLATIONS, ("dynamodb:DeleteItem",))
ENTER_OLD = Grant(CONSTELLATIONS, ("dynamodb:BatchGetItem", "dynamodb:UpdateItem"))


class Full(Exception):
    """The constellation has as many folders as it can have."""


_TABLE = Table(CONSTELLATIONS)
_FOLDERS, _FILES, _DOORS = "FOLDER#", "FILE#", "DOOR#"
_DIGITS = "0123456789abcdef"
_MOST_AT_ONCE = 1000
"""The most files of one call for the newest ones."""
_FEW = 25
"""The most folders whose doors are read folder by folder. For more, all doors of the constellation are read."""


def get(folder_id: str) -> Folder | None:
    """Return a folder as of now, or None. The name of a root is its constellation's, and empty here."""
    item = _TABLE.get(_record_key(folder_id))
    return Folder(folder_id, item["constellation"], item.get("name", ""), item.get("parent")) if item else None


def parents(folder_ids: Collection[str]) -> dict[str, str]:
    """Return the parents of the folders as of now, by the folders' ids, without roots and missing folders."""
    items = _TABLE.get_many(map(_record_key, folder_ids), consistent=True)
    return {item["pk"].removeprefix("FOLDER#"): item["parent"] for item in items if "parent" in item}


def in_constellation(constellation_id: str) -> list[Folder]:
    """Return all folders but the root, as of now."""
    return [_to_folder(item) for item in _beginning(constellation_id, _FOLDERS, consistent=True)]


def content(constellation_id: str, most: int | None = None) -> tuple[list[Folder], list[File]]:
    """Return all folders but the root, and all files, from one query as of a moment ago: half a unit for 4 KB.

    ``most`` of both together are read, or all, with what lies below folders that were deleted and are being emptied.
    """
    folders, files = list[Folder](), list[File]()
    values = {"pk": _partition(constellation_id), "first": _FILES, "last": f"{_FOLDERS}~"}
    for item in _TABLE.query("pk = :pk AND sk BETWEEN :first AND :last", values, limit=most):
        if item["sk"].startswith(_FILES):
            files.append(_to_file(item))
        else:
            folders.append(_to_folder(item))
    return folders, files


def children(constellation_id: str, folder_id: str, most: int) -> tuple[list[Folder], list[File]]:
    """Return up to ``most`` folders and up to ``most`` files that lie directly in a folder, as of a moment ago."""
    folders = _beginning(constellation_id, f"{_FOLDERS}{folder_id}#", limit=most)
    return [_to_folder(item) for item in folders], list(files_in(constellation_id, folder_id, most))


def folders_in(constellation_id: str, folder_id: str, most: int) -> list[str]:
    """Return the ids of up to ``most`` folders that lie directly in a folder, as of a moment ago."""
    return [_to_folder(item).id for item in _beginning(constellation_id, f"{_FOLDERS}{folder_id}#", limit=most)]


def files_in(constellation_id: str, folder_id: str, most: int | None = None) -> Iterator[File]:
    """Yield the files that lie directly in a folder, up to ``most``, as of a moment ago, read as they are asked for."""
    return map(_to_file, _beginning(constellation_id, f"{_FILES}{folder_id}#", limit=most))


def count_files(constellation_id: str, folder_id: str, most: int) -> int:
    """Return the number of files that lie directly in a folder, up to ``most``, as of a moment ago."""
    return sum(1 for _ in files_in(constellation_id, folder_id, most))


def newest(constellation_id: str, after: str, at_once: int) -> Iterator[tuple[str, File]]:
    """Yield the files after a position in the order of creation with their positions, the newest first.

    They are read as they are asked for. Their names are left out.
    """
    values = {"constellation": constellation_id} | ({"after": after} if after else {})
    condition = "filesOf = :constellation" + (" AND created < :after" if after else "")
    items = _TABLE.query(
        condition, values, index=FILES_CREATED, ascending=False, at_once=at_once, doubling_to=_MOST_AT_ONCE
    )
    return ((item["created"], _to_file(item)) for item in items)


def image_ids(constellation_id: str, folder_id: str, at_once: int) -> Iterator[str]:
    """Return the ids of the images in a folder as of now, read as they are asked for."""
    items = _beginning(constellation_id, f"{_FILES}{folder_id}#", consistent=True, at_once=at_once)
    return (_to_file(item).id for item in items)


def files(constellation_id: str, after: str, at_once: int) -> Iterator[tuple[str, File]]:
    """Yield the files after the position ``after`` with their positions, read as they are asked for."""
    values = {"pk": _partition(constellation_id), "after": f"{_FILES}{after}", "last": f"{_FILES}~"}
    for item in _TABLE.query("pk = :pk AND sk BETWEEN :after AND :last", values, at_once=at_once):
        position = item["sk"].removeprefix(_FILES)
        if position != after:
            yield position, _to_file(item)


def create(folder: Folder, most: int) -> None:
    """Create a folder. Raise FolderGone where its parent is gone, Full where there are ``most`` folders already."""
    room = "attribute_exists(pk) AND (attribute_not_exists(folderCount) OR folderCount < :most)"
    try:
        _TABLE.update(meta_key(folder.constellation), "ADD folderCount :one", room, {"one": 1, "most": most})
    except ConditionFailed as refused:
        raise (FolderGone if refused.item is None else Full) from None
    transact_into(Location(folder.constellation, f"{folder.parent}"), folder.id, to_create(folder))


def to_create(folder: Folder) -> list[Part]:
    """Return the parts of a transaction that creates a folder."""
    record: dict[str, Any] = {**_record_key(folder.id), "constellation": folder.constellation}
    if folder.parent is None:
        return [_TABLE.to_put_new(record)]
    record |= {"name": folder.name, "parent": folder.parent}
    return [_TABLE.to_put_new(record), _TABLE.to_put_new({**entry_key(folder), "name": folder.name})]


def change(before: Folder, after: Folder, seen: Constellation) -> bool:
    """Rename or move a folder. Return False when it, or the tree that a move was checked against, has changed."""
    values = {"name": before.name, "parent": before.parent, "to_name": after.name, "to_parent": after.parent}
    parts = [
        _TABLE.to_update(
            _record_key(before.id),
            "SET #name = :to_name, parent = :to_parent",
            "#name = :name AND parent = :parent",
            values,
            {"name": "name"},
        ),
        _TABLE.to_put({**entry_key(after), "name": after.name}),
    ]
    if after.parent != before.parent:
        version = {"seen": seen.version, "next": seen.version + 1}
        parts += [
            _TABLE.to_delete(entry_key(before)),
            _TABLE.to_update(meta_key(seen.id), "SET version = :next", "version = :seen", version),
        ]
    return try_transact(parts)


def remove(folder: Folder, most: int, *also: Part) -> bool:
    """Take a folder with everything below it out of the tree, and write ``also`` in the same transaction.

    Return False when it has been moved or removed since, or ``most`` others of its constellation are being emptied.
    """
    return try_transact(
        [
            _TABLE.to_delete(_record_key(folder.id), "parent = :parent", parent=folder.parent),
            _TABLE.to_delete(entry_key(folder)),
            _TABLE.to_update(
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
    """Delete the records of folders, so that only their doors let something in."""
    _TABLE.delete_many(map(_record_key, folder_ids))


def shut_doors(constellation_id: str, folder_ids: Collection[str]) -> None:
    """Delete the doors of folders whose records are gone."""
    prefixes = [f"{_DOORS}{id_}#" for id_ in folder_ids] if len(folder_ids) <= _FEW else [_DOORS]
    keys = [
        {"pk": door["pk"], "sk": door["sk"]}
        for prefix in prefixes
        for door in _beginning(constellation_id, prefix, consistent=True)
        if door["sk"].split("#")[1] in folder_ids
    ]
    _TABLE.delete_many(keys)


def forget_files(constellation_id: str, lost: Mapping[str, str]) -> None:
    """Delete the entries of images that do not exist, by id, each in its folder."""
    keys = (_file_key(Location(constellation_id, folder), image_id) for image_id, folder in lost.items())
    _TABLE.delete_many(keys)


def clear(folders: Collection[Folder]) -> None:
    """Delete the entries of folders that are closed and empty."""
    _TABLE.delete_many(map(entry_key, folders))


def end_removal(constellation_id: str, folder_id: str) -> bool:
    """Note that nothing is left below a removed folder, and how many folders there are.

    Return False when another folder was created, or the constellation was deleted, in the meantime.
    """
    key = meta_key(constellation_id)
    found = _TABLE.get_many([key], consistent=True)
    if not found:
        return True
    values = {"seen": found[0].get("folderCount", 0), "counted": len(in_constellation(constellation_id))}
    unchanged = "attribute_exists(pk) AND (attribute_not_exists(folderCount) OR folderCount = :seen)"
    change = "SET folderCount = :counted REMOVE removals.#folder"
    return _TABLE.try_update(key, change, unchanged, values, {"folder": folder_id})


def transact_into(location: Location, id_: str, parts: list[Part]) -> None:
    """Write ``parts``, by which something with an id comes to lie in a location, provided that its folder exists.

    Raise FolderGone where it does not, ConditionFailed where a part failed.
    """
    condition = to_check_folder(location)

    def write() -> None:
        nonlocal condition
        try:
            transact_once([*parts, condition])
        except ConditionFailed as fault:
            if not any(fault.failed[:-1]):
                raise FolderGone from None
            raise
        except Contended as fault:
            if fault.items[-1]:
                condition = _to_check_door(location, id_[0])
            raise

    patiently(write)


def to_file(location: Location, image_id: str, name: str, extension: str, created: str) -> Part:
    """Return the part of a transaction that enters an image, or its new name, into its folder."""
    listed = {"filesOf": location.constellation, "created": created}
    return _TABLE.to_put({**_file_key(location, image_id), "name": name, "extension": extension, **listed})


def untimed(located: Mapping[str, Location]) -> list[str]:
    """Return the ids of those of the images whose entries, in these locations, are missing in the order of creation."""
    keys = (_file_key(location, image_id) for image_id, location in located.items())
    items = _TABLE.get_many(keys, attributes=("pk", "sk", "filesOf"))
    return sorted(item["sk"].rpartition("#")[2] for item in items if "filesOf" not in item)


def enter_time(location: Location, image_id: str, created: str) -> bool:
    """Enter an image into the order of creation. Return False if it is there, or no more in this location."""
    return _TABLE.try_update(
        _file_key(location, image_id),
        "SET filesOf = :constellation, created = :created",
        f"{EXISTS} AND attribute_not_exists(filesOf)",
        {"constellation": location.constellation, "created": created},
    )


def to_unfile(location: Location, image_id: str) -> Part:
    """Return the part of a transaction that takes an image out of its folder."""
    return _TABLE.to_delete(_file_key(location, image_id))


def to_check_folder(location: Location) -> Part:
    """Return the part of a transaction that requires a folder's record to exist."""
    key, constellation = _record_key(location.folder), location.constellation
    return _TABLE.to_check(key, "constellation = :constellation", constellation=constellation)


def meta_key(constellation_id: str) -> dict[str, str]:
    """Return the key of the item that stands for a constellation."""
    return {"pk": _partition(constellation_id), "sk": "META"}


def constellation_of(item: Mapping[str, Any]) -> str:
    """Return the id of the constellation to which an item of a collection belongs."""
    return item["pk"].removeprefix("CONSTELLATION#")


def _beginning(
    constellation_id: str,
    prefix: str,
    *,
    consistent: bool = False,
    at_once: int | None = None,
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Return the items of a constellation whose sort keys begin with a prefix."""
    values = {"pk": _partition(constellation_id), "sk": prefix}
    return _TABLE.query(
        "pk = :pk AND begins_with(sk, :sk)", values, consistent=consistent, at_once=at_once, limit=limit
    )


def _partition(constellation_id: str) -> str:
    return f"CONSTELLATION#{constellation_id}"


def _record_key(folder_id: str) -> dict[str, str]:
    return {"pk": f"FOLDER#{folder_id}", "sk": "FOLDER"}


def entry_key(folder: Folder) -> dict[str, str]:
    """Return the key of a folder's entry in its parent."""
    return {"pk": _partition(folder.constellation), "sk": f"{_FOLDERS}{folder.parent}#{folder.id}"}


def _to_check_door(location: Location, digit: str) -> Part:
    """Return the part of a transaction that requires a folder's door to exist. Make its doors if there are none.

    Raise FolderGone where the folder does not exist, Contended where other transactions check it at the same time.
    """
    key = _door_key(location, digit)
    if _TABLE.get(key) is None:
        try:
            transact_once([*(_TABLE.to_put(_door_key(location, each)) for each in _DIGITS), to_check_folder(location)])
        except ConditionFailed:
            raise FolderGone from None
    return _TABLE.to_check(key, EXISTS)


def _door_key(location: Location, digit: str) -> dict[str, str]:
    return {"pk": _partition(location.constellation), "sk": f"{_DOORS}{location.folder}#{digit}"}


def _file_key(location: Location, image_id: str) -> dict[str, str]:
    return {"pk": _partition(location.constellation), "sk": f"{_FILES}{location.folder}#{image_id}"}


def _to_folder(item: Mapping[str, Any]) -> Folder:
    parent, _, id_ = item["sk"].removeprefix(_FOLDERS).partition("#")
    return Folder(id_, constellation_of(item), item["name"], parent)


def _to_file(item: Mapping[str, Any]) -> File:
    folder, _, id_ = item["sk"].removeprefix(_FILES).partition("#")
    return File(id_, item.get("name", ""), item.get("extension", ""), folder)
