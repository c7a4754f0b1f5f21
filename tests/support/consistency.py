"""What must hold of images with their totals, search index and objects, of constellations with what is in them, of
firmware with its binaries, and of uploads with what they have become.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from constellation.accounts import store as accounts
from constellation.aws.items import from_wire
from constellation.aws.resources import (
    ARRIVALS,
    BINARIES,
    CONSTELLATIONS,
    DELETIONS,
    FIRMWARE,
    HIDING,
    IMAGES,
    INDEXING,
    LEFTOVERS,
    ORIGINALS,
    REDUCING,
    REMOVALS,
    RENDITIONS,
    SOURCES,
    UPLOADS,
)
from constellation.collections import parts
from constellation.images.model import PUBLIC
from constellation.images.words import NAME, image_words, missed
from constellation.links.marks import KEYS
from constellation.runtime.request import Caller
from constellation.search.list_images import list_own_images, list_public_images
from constellation.search.model import UPDATED, Selection
from constellation.search.query import Search, digits_word
from constellation.tags import store as tag_store
from constellation.tags.model import branches
from constellation.uploads import incoming_store as incoming
from constellation.uploads.model import DROPPED, IMAGE, PENDING, POSTED, READY
from constellation.workspaces.rights import Right
from constellation.workspaces.tree import Folder, below
from tests.support.world import World

EVERYWHERE = "dnu"
"""The fields that a search looks at by default."""

_SETTLING = (SOURCES, ARRIVALS, REMOVALS, HIDING, INDEXING, DELETIONS, REDUCING, LEFTOVERS)


@dataclass(frozen=True)
class Shelf:
    """The table of images, read whole, by kinds of items; records, tombstones and comments by the image's id.

    ``counts`` and ``kept`` are by list and first digit, ``binaries`` by user and first digit.
    ``sweeps`` are the images whose clean-ups are not over.
    ``comments`` are by their places, ``comment_places`` the places that can be found by the comments' ids.
    ``purges`` are what the CDN still has to forget, ``files`` the owners, digests and ids of images by their files.
    ``collections`` are records by their ids, ``orders`` the parts of their orders, ``held`` pairs of a collection and
    an image, ``entries_of_collections`` triples of an owner, a time and a collection, ``swept`` the deleted ones.
    ``counted`` says for images, lists and branches of tags whether an image has the branch itself, ``tagged`` are the
    entries, ``tag_totals`` the totals, ``renames`` the owners and numbers of renames that are not over.
    ``shares`` are records by their ids, ``counters_of_shares`` those that have counters of views, ``entries_of_shares``
    pairs of a list and a position, ``ended`` the tags of links that have ended.
    """

    records: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    tombstones: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    comments: dict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    comment_places: dict[str, set[str]] = field(default_factory=lambda: defaultdict[str, set[str]](set))
    counts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict[tuple[str, str], tuple[int, int]])
    kept: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    binaries: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict[tuple[str, str], tuple[int, int]])
    entries: dict[tuple[str, str, str], tuple[str, str]] = field(
        default_factory=dict[tuple[str, str, str], tuple[str, str]]
    )
    indexed_to: dict[str, str] = field(default_factory=dict[str, str])
    purges: set[str] = field(default_factory=set[str])
    sweeps: set[str] = field(default_factory=set[str])
    collections: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    orders: dict[str, list[tuple[str, ...]]] = field(default_factory=dict[str, list[tuple[str, ...]]])
    held: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    entries_of_collections: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    swept: set[str] = field(default_factory=set[str])
    files: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    counted: set[tuple[str, str, str, bool]] = field(default_factory=set[tuple[str, str, str, bool]])
    tagged: set[tuple[str, str, str]] = field(default_factory=set[tuple[str, str, str]])
    tag_totals: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict[tuple[str, str], tuple[int, int]])
    shares: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    counters_of_shares: set[str] = field(default_factory=set[str])
    entries_of_shares: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    ended: set[str] = field(default_factory=set[str])
    renames: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def lists(self) -> dict[str, list[str]]:
        """The ids of the images that are in each list, as the records say."""
        found = defaultdict[str, list[str]](list)
        for image_id, record in self.records.items():
            for list_ in _lists(record):
                found[list_].append(image_id)
        return found


def shelf(world: World) -> Shelf:
    """What is in the table of images now."""
    found = Shelf()
    for item in sorted(map(from_wire, world.items(IMAGES)), key=lambda item: (item["pk"], item["sk"])):
        kind, _, rest = item["pk"].partition("#")
        match kind, item["sk"]:
            case "IMAGE", "IMAGE":
                found.records[rest] = item
            case "IMAGE", "DELETED":
                found.tombstones[rest] = item
            case "IMAGE", "TAGS":
                found.counted.update(
                    (rest, list_, key, own) for list_, keys in item["counted"].items() for key, own in keys.items()
                )
            case "IMAGE", "SWEEP":
                found.sweeps.add(rest)
            case "IMAGE", sk if sk.startswith("COMMENT-ID#"):
                assert item["place"].endswith(sk.removeprefix("COMMENT-ID"))
                found.comment_places[rest].add(item["place"])
            case "IMAGE", sk if sk.startswith("COLLECTION#"):
                found.held.add((sk.removeprefix("COLLECTION#"), rest))
            case "IMAGE", sk:
                found.comments[rest].add(sk.removeprefix("COMMENT#"))
            case "COLLECTION", "COLLECTION":
                found.collections[rest] = item
            case "COLLECTION", "SWEEP":
                found.swept.add(rest)
            case "COLLECTION", _:
                found.orders.setdefault(rest, []).append(parts.from_bytes(item["ids"]))
            case "COLLECTIONS", sk:
                moment, _, collection_id = sk.partition("#")
                found.entries_of_collections.add((rest, moment, collection_id))
            case "SHARE", "SHARE":
                found.shares[rest] = item
            case "SHARE", "VIEWS":
                found.counters_of_shares.add(rest.partition("#")[0])
            case "SHARE", sk if sk.startswith("ENDED#"):
                found.ended.add(f"{rest}.{sk.removeprefix('ENDED#')}")
            case "SHARE", sk:  # wrong passwords, which expire by themselves
                assert sk.startswith("ATTEMPTS#")
                assert item["ttl"]
            case "SHARES", sk:
                found.entries_of_shares.add((rest, sk))
            case "LIST", "INDEX":
                found.indexed_to[rest] = item.get("indexedTo", "")
            case "LIST", sk if sk.startswith("FIRMWARE#"):
                found.binaries[rest, sk.removeprefix("FIRMWARE#")] = item["total"], item["bytes"]
            case "LIST", sk:
                found.counts[rest, sk.removeprefix("COUNT#")] = item["total"], item["bytes"]
                found.kept[rest, sk.removeprefix("COUNT#")] = item.get("keptBytes", 0)
            case "WORDS", sk:
                word, _, image_id = sk.rpartition("#")
                found.entries[rest.rpartition("#")[0], word, image_id] = item["fields"], item["at"]
            case "TAGS", key:
                found.tag_totals[rest, key] = item["images"], item["own"]
            case "RENAMES", number:
                found.renames.update({(rest, number)} if number != "LAST" else ())
            case "TAGGED", position:
                found.tagged.add((position.partition("#")[2], *rest.split("#", 1)))
            case "FILES", digest:
                found.files.update((rest, digest, image_id) for image_id in item["images"])
            case "RENDERS", _:  # what was spent on renditions in one window, of no image in particular
                assert item["spent"] > 0
            case "PURGED", _:  # how often a tag was purged in one minute
                assert item["times"] > 0
            case "PURGES", sk if sk != "EVERYTHING":
                found.purges.add(sk)
            case _:
                assert kind in ("LOG", "PURGES", "VARIANTS", "EDGE"), item
    return found


@dataclass(frozen=True)
class Workspaces:
    """The table of constellations, read whole: the METAs by their ids, the rest as sets of what must come in pairs.

    ``records`` and ``entries`` are folders, the roots among the records only, without name and parent; ``files`` are
    the constellation, folder, id, name and extension of images. ``left`` are the users who left each constellation,
    ``removals`` the constellations and folders that are being emptied, ``doors`` the folders that have some.
    """

    metas: dict[str, dict[str, Any]]
    members: dict[str, dict[str, Right]]
    records: set[Folder]
    entries: set[Folder]
    files: set[tuple[str, ...]]
    left: dict[str, set[str]]
    removals: set[tuple[str, str]]
    doors: set[tuple[str, str]]

    def roots(self) -> set[Folder]:
        """The records that the roots must have."""
        return {Folder(meta["root"], id_, "", None) for id_, meta in self.metas.items()}


def workspaces(world: World) -> Workspaces:
    """What is in the table of constellations now."""
    found = Workspaces({}, defaultdict(dict), set(), set(), set(), defaultdict(set), set(), set())
    for item in map(from_wire, world.items(CONSTELLATIONS)):
        kind, _, id_ = item["pk"].partition("#")
        match kind, item["sk"].split("#"):
            case "FOLDER", ["FOLDER"]:
                found.records.add(Folder(id_, item["constellation"], item.get("name", ""), item.get("parent")))
            case "CONSTELLATION", ["META"]:
                found.metas[id_] = item
            case "CONSTELLATION", ["MEMBER", user_id]:
                found.members[id_][user_id] = Right[item["rights"]]
            case "CONSTELLATION", ["LEFT", user_id]:
                found.left[id_].add(user_id)
            case "CONSTELLATION", ["FOLDER", parent, folder_id]:
                found.entries.add(Folder(folder_id, id_, item["name"], parent))
            case "CONSTELLATION", ["FILE", folder_id, image_id]:
                found.files.add((id_, folder_id, image_id, item["name"], item["extension"]))
            case "CONSTELLATION", ["DOOR", folder_id, _digit]:
                found.doors.add((id_, folder_id))
            case "CONSTELLATION", ["REMOVAL", folder_id]:
                found.removals.add((id_, folder_id))
            case _:
                raise AssertionError(item)
    return found


def settle(world: World) -> None:
    """Let all that has been asked for by messages be done, each at its time."""
    for _ in range(50):
        world.advance(seconds=120)
        delivered = sum(world.deliver(queue, delayed=True) for queue in _SETTLING)
        if not delivered and not any(world.invoke("purge_cdn", {}).values()):
            return
    raise AssertionError("it goes on and on")


def assert_totals(now: Shelf) -> None:
    """The totals of every list are those of its records, and the bytes that are kept those of its tombstones."""
    counted = Counter[tuple[str, str]]()
    sizes = Counter[tuple[str, str]]()
    for list_, ids in now.lists().items():
        for image_id in ids:
            counted[list_, image_id[0]] += 1
            sizes[list_, image_id[0]] += now.records[image_id]["size"]
    assert {part: count for part, count in now.counts.items() if count != (0, 0)} == {
        part: (number, sizes[part]) for part, number in counted.items()
    }
    kept = Counter[tuple[str, str]]()
    for image_id, tombstone in now.tombstones.items():
        if tombstone["keepsBytes"] and "owner" in tombstone:
            kept[tombstone["owner"], image_id[0]] += tombstone["size"]
    assert {part: size for part, size in now.kept.items() if size} == kept


def assert_tagged(now: Shelf, *, but_for_empty: bool = False) -> None:
    """The index of tags has every image just where its record says that it is. Totals may be empty, if that is said."""
    wanted = {
        (image_id, list_, tag_store.short(branch), bool(tag))
        for image_id, record in now.records.items()
        for list_ in _lists(record)
        for branch, tag in branches(record.get("tags", "").split("\n") if "tags" in record else ()).items()
    }
    assert now.counted == wanted
    assert now.tagged == {(image_id, list_, branch) for image_id, list_, branch, _ in wanted}
    totals, own = Counter((list_, branch) for _, list_, branch, _ in wanted), Counter[tuple[str, str]]()
    for _, list_, branch, has_it in wanted:
        own[list_, branch] += has_it
    there = {place: total for place, total in now.tag_totals.items() if not but_for_empty or total != (0, 0)}
    assert there == {place: (number, own[place]) for place, number in totals.items()}


def assert_counted(now: Shelf) -> None:
    """The comments on each image are as many as its record says, and each is found by its id; of older ones neither."""
    for image_id, record in now.records.items():
        found = now.comment_places.get(image_id, set[str]())
        assert found <= now.comments.get(image_id, set[str]())
        assert record.get("commentCount", 0) == len(found)


def assert_collected(now: Shelf) -> None:
    """Every collection is listed once and says how many images it holds, each once; the images know it."""
    assert now.entries_of_collections == {
        (record["owner"], record["createdAt"], id_) for id_, record in now.collections.items()
    }
    for id_, record in now.collections.items():
        order = now.orders.get(id_, [])
        ids = [image_id for part in order for image_id in part]
        assert (record["count"], record.get("first")) == (len(ids), ids[0] if ids else None)
        assert len(set(ids)) == len(ids)
        assert {(id_, image_id) for image_id in ids} == {pair for pair in now.held if pair[0] == id_}
        assert all(len(left) + len(right) > parts.MOST for left, right in pairwise(order))
        assert all(order)


def assert_shared(now: Shelf, spaces: Workspaces) -> None:
    """Every share is listed for its creator, its constellation and its target, has counters, and shows something."""
    listed = set[tuple[str, str]]()
    for id_, share in now.shares.items():
        position, type_, target = f"{share['createdAt']}#{id_}", share["targetType"], share["targetId"]
        place = share.get("constellation")
        listed |= {(list_, position) for list_ in (share["creator"], place) if list_}
        listed |= {(target, position)} if type_ in ("image", "collection") else set()
        there = {
            "image": now.records,
            "collection": now.collections,
            "folder": {folder.id for folder in spaces.records},
            "constellation": spaces.metas,
        }
        assert target in there[type_], share
        assert type_ != "image" or now.records[target].get("constellation") == place
    assert now.entries_of_shares == listed
    assert now.counters_of_shares == now.shares.keys()


def assert_filed(now: Shelf, spaces: Workspaces) -> None:
    """Folders and images lie where their records say, as of this moment, and every constellation has an ADMIN.

    Nobody is in one that it has left, and no list passes over one that holds an image.
    """
    assert {folder for folder in spaces.records if folder.parent} <= spaces.entries
    assert spaces.files == {
        (record["constellation"], record["folder"], image_id, record["name"], record["extension"])
        for image_id, record in now.records.items()
        if "constellation" in record
    }
    for id_, meta in spaces.metas.items():
        assert meta["admins"] == list(spaces.members[id_].values()).count(Right.ADMIN) > 0
        assert not spaces.members[id_].keys() & spaces.left[id_]
    assert not {id_ for id_, *_ in spaces.files if spaces.metas.get(id_, {}).get("noImages")}


def assert_nothing_lost(spaces: Workspaces) -> None:
    """Nothing is removed just now, and whatever there is can be reached from the root of a constellation."""
    assert not any(meta["removals"] for meta in spaces.metas.values())
    assert not spaces.removals
    assert spaces.doors <= {(folder.constellation, folder.id) for folder in spaces.records}
    assert spaces.members.keys() <= spaces.metas.keys()
    assert {id_ for id_, users in spaces.left.items() if users} <= spaces.metas.keys()
    assert spaces.records == spaces.entries | spaces.roots()
    reached = {(id_, each) for id_, meta in spaces.metas.items() for each in below(meta["root"], spaces.entries)}
    assert {(folder.constellation, folder.id) for folder in spaces.records} == reached
    assert {(id_, folder) for id_, folder, *_ in spaces.files} <= reached


def assert_stocked(world: World) -> None:
    """Firmware is confirmed that has a binary, and only that is offered; every binary's object is there and whole."""
    there = world.objects(BINARIES)
    for record in _firmware(world):
        has_binary = "binaryKey" in record
        assert record["confirmed"] == has_binary == ("offered" in record)
        assert ("stable" in record) == (has_binary and "-" not in record["version"])
        if has_binary:
            data = there[record["binaryKey"]]
            assert (record["size"], record["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert_binaries_counted(world)


def assert_binaries_counted(world: World) -> None:
    """Every binary that there is counts for the user who uploaded it, as of this moment, and nothing else does."""
    counted = Counter[tuple[str, str]]()
    sizes = Counter[tuple[str, str]]()
    for record in _firmware(world):
        if "binaryKey" in record:
            part = record.get("uploader", record["owner"]), record["pk"].removeprefix("FIRMWARE#")[0]
            counted[part] += 1
            sizes[part] += record["size"]
    assert {part: count for part, count in shelf(world).binaries.items() if count != (0, 0)} == {
        part: (number, sizes[part]) for part, number in counted.items()
    }


def uploads(world: World) -> dict[str, dict[str, Any]]:
    """The uploads that there are now, by their ids."""
    items = [from_wire(item) for item in world.items(UPLOADS)]
    return {item["pk"].removeprefix("UPLOAD#"): item for item in items if item["sk"] == "UPLOAD"}


def assert_taken_in(world: World, *, awaited: Collection[str] = (), deleted: Collection[str] = ()) -> None:
    """What has come is settled and gone; ready is what has become something, as of this moment.

    ``awaited`` are the uploads whose files have not come; ``deleted`` the firmware images that were, with or without
    their binaries.
    """
    there = [each.key for prefix in (POSTED, DROPPED) for each in incoming.versions(prefix)]
    assert not [key for key in there if not key.endswith("/")]
    known = uploads(world)
    assert {id_ for id_, upload in known.items() if upload["status"] == PENDING} == set(awaited)
    if not known:
        return
    images, firmware = shelf(world), {record["pk"].removeprefix("FIRMWARE#"): record for record in _firmware(world)}
    for id_, upload in known.items():
        assert ("pending" in upload) == (upload["status"] == PENDING)
        is_ready = upload["status"] == READY
        if upload["kind"] == IMAGE:
            assert is_ready == (id_ in images.records or id_ in images.tombstones), id_
            assert id_ not in firmware
        else:
            made = upload["firmware"] or id_
            assert not is_ready or made in deleted or firmware[made]["confirmed"], id_
            assert is_ready or id_ not in firmware


def assert_no_bytes_left(world: World) -> None:
    """Every object belongs to an image, or is kept after its deletion; or to firmware."""
    now = shelf(world)
    kept = {image_id for image_id, tombstone in now.tombstones.items() if tombstone["keepsBytes"]}
    originals, reduced = _by_kind(world)
    assert originals == now.records.keys() | kept
    assert reduced <= now.records.keys()
    assert {key.partition("/")[0] for key in world.objects(RENDITIONS)} <= now.records.keys()
    assert world.objects(BINARIES).keys() == {each["binaryKey"] for each in _firmware(world) if each["confirmed"]}


def _by_kind(world: World) -> tuple[set[str], set[str]]:
    """Return the ids of the images whose originals, and whose reductions, are stored."""
    keys = [key.partition("/") for key in world.objects(ORIGINALS)]
    assert {kind for kind, _, _ in keys} <= {"images", "reductions"}
    return {id_ for kind, _, id_ in keys if kind == "images"}, {id_ for kind, _, id_ in keys if kind == "reductions"}


def assert_at_rest(world: World, *, awaited: Collection[str] = (), deleted: Collection[str] = ()) -> None:
    """Nothing is under way: everything follows from the records and tombstones, but for bytes of killed uploads.

    ``awaited`` and ``deleted`` are as above.
    """
    assert_taken_in(world, awaited=awaited, deleted=deleted)
    now, spaces = shelf(world), workspaces(world)
    assert_filed(now, spaces)
    assert_nothing_lost(spaces)
    assert_counted(now)
    assert now.comments.keys() | now.comment_places.keys() <= now.records.keys()
    assert_totals(now)
    assert not now.purges
    assert world.cdn.hidden.keys() == ({KEYS} & world.cdn.hidden.keys()) | now.ended
    assert_shared(now, spaces)
    assert not now.records.keys() & now.tombstones.keys()
    assert not now.sweeps
    assert_collected(now)
    assert now.orders.keys() <= now.collections.keys()
    assert {id_ for id_, _ in now.held} <= now.collections.keys()
    assert {image_id for _, image_id in now.held} <= now.records.keys()
    assert not now.swept
    assert_tagged(now)
    assert not now.renames
    assert now.files <= {
        (record["owner"], record["fileSha256"], image_id)
        for image_id, record in now.records.items()
        if "owner" in record and "fileSha256" in record
    }
    for (list_, word, image_id), (fields, at) in now.entries.items():
        record = now.records[image_id]
        words = _indexed(record, list_)
        assert word in words, f"{image_id} has lost {word}"
        if list_ in _lists(record) and record["updated"] <= now.indexed_to.get(list_, ""):
            assert (fields, at) == (words[word], record["describedAt"])
    for list_, ids in now.lists().items():
        for image_id in ids:
            record = now.records[image_id]
            if record["updated"] <= now.indexed_to.get(list_, ""):
                assert all((list_, word, image_id) in now.entries for word in _indexed(record, list_))
    originals, reduced = _by_kind(world)
    kept = {image_id for image_id, tombstone in now.tombstones.items() if tombstone["keepsBytes"]}
    assert originals >= now.records.keys() | kept
    assert not originals & (now.tombstones.keys() - kept)
    assert not reduced & now.tombstones.keys()
    slots = {f"{image_id}/{name}" for image_id, record in now.records.items() for name in record["renditions"]}
    assert world.objects(RENDITIONS).keys() <= slots
    assert_stocked(world)
    firmware = _firmware(world)
    assert {record["constellation"] for record in firmware if "constellation" in record} <= spaces.metas.keys()
    assert world.objects(BINARIES).keys() == {record["binaryKey"] for record in firmware if record["confirmed"]}


def assert_searches(world: World, terms: Collection[str]) -> None:
    """Each search of each list finds just the images whose records match, as of this moment; the totals are right."""
    now = shelf(world)
    assert_totals(now)
    for list_, ids in {PUBLIC: list[str](), **now.lists()}.items():
        for term in terms:
            search = Search(frozenset([term]), EVERYWHERE)
            find = list_public_images if list_ == PUBLIC else list_own_images
            selection = Selection(list_, UPDATED, ascending=False, search=search, limit=100, page=1, cursor=None)
            found = find(selection, Caller(list_))
            right = {id_ for id_ in ids if not missed([term], _words(now.records[id_], list_), EVERYWHERE)}
            assert {image.id for image in found.images} == right, (list_, term)
            assert found.total == len(right)


def _firmware(world: World) -> list[dict[str, Any]]:
    return [from_wire(item) for item in world.items(FIRMWARE)]


def _words(record: dict[str, Any], list_: str) -> dict[str, str]:
    owner = accounts.find(record["owner"]) if list_ == PUBLIC and "owner" in record else None
    return image_words(record["description"], record["name"], owner.display_name if owner else "")


def _indexed(record: dict[str, Any], list_: str) -> dict[str, str]:
    return {**_words(record, list_), digits_word(record["id"].replace("-", "")): NAME}


def _lists(record: dict[str, Any]) -> list[str]:
    return [record[key] for key in ("owner", "publicList") if key in record]
