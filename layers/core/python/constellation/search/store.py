"""The search index, in the table ``images``: which images of a list have a word.

    pk WORDS#<list>#<first character>   sk <word>#<id>   fields, at: where the word stands, and since when

Entries are hints. There may be one for an image that has lost the word, has left the list or is gone; the record
decides. Nothing is lost that the index does not have yet: it says how far it has come (``search.lease_store``), and
what is newer is found in the list itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import Table

FIND = Grant(IMAGES, ("dynamodb:Query",))
COMPARE = Grant(IMAGES, ("dynamodb:BatchGetItem",))
WRITE = Grant(IMAGES, ("dynamodb:BatchWriteItem",))
FORGET = Grant(IMAGES, ("dynamodb:DeleteItem",))

_TABLE = Table(IMAGES)


@dataclass(frozen=True)
class Indexed:
    """An image as the index has it or is to have it: where its words stand, and the time ``at`` when they were set."""

    id: str
    words: Mapping[str, str]
    at: str


def find(list_: str, beginning: str, fields: str, limit: int) -> frozenset[str] | None:
    """Return the ids of images that have a word with this ``beginning`` in one of the ``fields`` (``images.words``).

    None if the index has more than ``limit`` entries for it.
    """
    values = {"pk": _partition(list_, beginning), "beginning": beginning}
    entries = list(_TABLE.query("pk = :pk AND begins_with(sk, :beginning)", values, limit=limit + 1))
    if len(entries) > limit:
        return None
    return frozenset(entry["sk"].rpartition("#")[2] for entry in entries if set(fields) & set(entry["fields"]))


def missing(list_: str, images: Iterable[Indexed]) -> list[Indexed]:
    """Return the images with only those of their words that the index does not have just so."""
    wanted = list(images)
    keys = (_key(list_, word, image.id) for image in wanted for word in image.words)
    found = {(entry["sk"], entry["fields"], entry["at"]) for entry in _TABLE.get_many(keys)}
    return [
        replace(
            image,
            words={
                word: fields
                for word, fields in image.words.items()
                if (_sort_key(word, image.id), fields, image.at) not in found
            },
        )
        for image in wanted
    ]


def put(list_: str, images: Iterable[Indexed]) -> None:
    """Enter images by their words. Safe to repeat."""
    _TABLE.put_many(
        _key(list_, word, image.id) | {"fields": fields, "at": image.at}
        for image in images
        for word, fields in image.words.items()
    )


def remove(list_: str, image_id: str, words: Iterable[str]) -> None:
    """Remove a deleted image from the index. Safe to repeat."""
    _TABLE.delete_many(_key(list_, word, image_id) for word in words)


def forget(list_: str, image_id: str, words: Iterable[str], at: str) -> None:
    """Remove words that an image has not had since ``at``, except those that it was given again later."""
    for word in words:
        try:
            _TABLE.delete(_key(list_, word, image_id), "#at < :at", {"at": "at"}, at=at)
        except ConditionFailed:
            continue


def _key(list_: str, word: str, image_id: str) -> dict[str, str]:
    return {"pk": _partition(list_, word), "sk": _sort_key(word, image_id)}


def _partition(list_: str, word: str) -> str:
    return f"WORDS#{list_}#{word[0]}"


def _sort_key(word: str, image_id: str) -> str:
    return f"{word}#{image_id}"
