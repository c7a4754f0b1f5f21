"""What must hold of images together with their totals, search index and objects, and of a search at any moment."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from constellation.domain.images import PUBLIC
from constellation.domain.words import image_words, match
from constellation.services.listing import UPDATED, Search, Selection, page_of
from constellation.stores import accounts
from constellation.stores.items import from_wire
from constellation.stores.resources import DELETIONS, IMAGES, INDEXING, ORIGINALS, RENDITIONS
from tests.world import World

EVERYWHERE = "dnu"
"""The fields that a search looks at by default."""


@dataclass(frozen=True)
class Shelf:
    """The table of images, read whole, by kinds of items; records and tombstones by id."""

    records: dict[str, dict[str, Any]]
    tombstones: dict[str, dict[str, Any]]
    counts: dict[tuple[str, str], tuple[int, int]]
    entries: dict[tuple[str, str, str], tuple[str, str]]
    indexed_to: dict[str, str]

    def lists(self) -> dict[str, list[str]]:
        """The ids of the images that are in each list, as the records say."""
        found = defaultdict[str, list[str]](list)
        for image_id, record in self.records.items():
            for list_ in _lists(record):
                found[list_].append(image_id)
        return found


def shelf(world: World) -> Shelf:
    """What is in the table of images now."""
    found = Shelf({}, {}, {}, {}, {})
    for item in map(from_wire, world.items(IMAGES)):
        kind, _, rest = item["pk"].partition("#")
        match kind, item["sk"]:
            case "IMAGE", "IMAGE":
                found.records[rest] = item
            case "IMAGE", "DELETED":
                found.tombstones[rest] = item
            case "LIST", "INDEX":
                found.indexed_to[rest] = item.get("indexedTo", "")
            case "LIST", sk:
                found.counts[rest, sk.removeprefix("COUNT#")] = item["total"], item["bytes"]
            case "WORDS", sk:
                word, _, image_id = sk.rpartition("#")
                found.entries[rest.rpartition("#")[0], word, image_id] = item["fields"], item["at"]
            case _:
                assert kind == "LOG", item
    return found


def settle(world: World) -> None:
    """Let all that has been asked for by messages be done, each at its time."""
    for _ in range(10):
        world.advance(seconds=120)
        if not sum(world.deliver(queue, delayed=True) for queue in (INDEXING, DELETIONS)):
            return
    raise AssertionError("it goes on and on")


def assert_totals(now: Shelf) -> None:
    """The totals of every list are those of its records."""
    counted = Counter[tuple[str, str]]()
    sizes = Counter[tuple[str, str]]()
    for list_, ids in now.lists().items():
        for image_id in ids:
            counted[list_, image_id[0]] += 1
            sizes[list_, image_id[0]] += now.records[image_id]["size"]
    assert {part: count for part, count in now.counts.items() if count != (0, 0)} == {
        part: (number, sizes[part]) for part, number in counted.items()
    }


def assert_at_rest(world: World) -> None:
    """Nothing is under way: everything follows from the records and tombstones, but for bytes of killed uploads."""
    now = shelf(world)
    assert_totals(now)
    assert not now.records.keys() & now.tombstones.keys()
    for (list_, word, image_id), (fields, at) in now.entries.items():
        record = now.records[image_id]
        words = _words(record, list_)
        assert word in words, f"{image_id} has lost {word}"
        if list_ in _lists(record) and record["updated"] <= now.indexed_to.get(list_, ""):
            assert (fields, at) == (words[word], record["describedAt"])
    for list_, ids in now.lists().items():
        for image_id in ids:
            record = now.records[image_id]
            if record["updated"] <= now.indexed_to.get(list_, ""):
                assert all((list_, word, image_id) in now.entries for word in _words(record, list_))
    originals = {key.removeprefix("images/") for key in world.objects(ORIGINALS)}
    kept = {image_id for image_id, tombstone in now.tombstones.items() if tombstone["keepsBytes"]}
    assert originals >= now.records.keys() | kept
    assert not originals & (now.tombstones.keys() - kept)
    slots = {f"{image_id}/{name}" for image_id, record in now.records.items() for name in record["renditions"]}
    assert world.objects(RENDITIONS).keys() <= slots


def assert_searches(world: World, terms: Collection[str], fields: str = EVERYWHERE) -> None:
    """Each search of each list finds just the images whose records match, as of this moment; the totals are right."""
    now = shelf(world)
    assert_totals(now)
    for list_, ids in {PUBLIC: list[str](), **now.lists()}.items():
        for term in terms:
            search = Search(frozenset([term]), fields)
            found = page_of(Selection(list_, UPDATED, ascending=False, search=search, limit=100, page=1, cursor=None))
            right = {id_ for id_ in ids if match([term], _words(now.records[id_], list_), fields)}
            assert {image.id for image in found.images} == right, (list_, term)
            assert found.total == len(right)


def _words(record: dict[str, Any], list_: str) -> dict[str, str]:
    owner = accounts.find(record["owner"]) if list_ == PUBLIC and "owner" in record else None
    return image_words(record["description"], record["name"], owner.display_name if owner else "")


def _lists(record: dict[str, Any]) -> list[str]:
    return [record[key] for key in ("owner", "publicList") if key in record]
