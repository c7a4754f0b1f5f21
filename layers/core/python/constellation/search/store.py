"""The search index in the table ``images``: which images of a list have a word.

    pk WORDS#<list>#<first character>   sk <word>#<id>   fields, at: where the word stands, and since when

Entries are hints: one may be there for an image that has lost the word, left the list or gone; the record decides.
What is missing is never lost either: the index says how far it has come (``accounts.counts.Counts.indexed_to``), and
what is newer is found in the list itself. One indexer at a time has the list's lease.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from constellation.aws import client as aws
from constellation.aws.batches import delete_many, get_many, put_many
from constellation.aws.items import from_wire, to_wire
from constellation.aws.resources import IMAGES, Grant
from constellation.common.times import to_wire as time_to_wire

FIND = Grant(IMAGES, ("dynamodb:Query",))
COMPARE = Grant(IMAGES, ("dynamodb:BatchGetItem",))
WRITE = Grant(IMAGES, ("dynamodb:BatchWriteItem",))
FORGET = Grant(IMAGES, ("dynamodb:DeleteItem",))
ADVANCE = Grant(IMAGES, ("dynamodb:UpdateItem",))


@dataclass(frozen=True)
class Indexed:
    """An image as the index has it, or is to have it: where its words stand, and the time ``at`` that they are of."""

    id: str
    words: Mapping[str, str]
    at: str


def find(list_: str, beginning: str, fields: str, limit: int) -> frozenset[str] | None:
    """The ids of images that have a word with this ``beginning`` in one of the ``fields``.

    None where the index has more than ``limit`` entries for it. The fields are those of ``domain.words``.
    """
    request: dict[str, Any] = {
        "TableName": IMAGES.physical_name,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :beginning)",
        "ExpressionAttributeValues": to_wire({":pk": _partition(list_, beginning), ":beginning": beginning}),
        "Limit": limit + 1,
    }
    entries: list[dict[str, Any]] = []
    while True:
        answer = aws.call("dynamodb", "query", **request)
        entries += map(from_wire, answer["Items"])
        if len(entries) > limit:
            return None
        if "LastEvaluatedKey" not in answer:
            break
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
        request["Limit"] = limit + 1 - len(entries)
    return frozenset(entry["sk"].rpartition("#")[2] for entry in entries if set(fields) & set(entry["fields"]))


def missing(list_: str, images: Iterable[Indexed]) -> list[Indexed]:
    """What of this is not in the index as it is here."""
    wanted = list(images)
    keys = (_key(list_, word, image.id) for image in wanted for word in image.words)
    found = {(entry["sk"], entry["fields"], entry["at"]) for entry in get_many(IMAGES, keys)}
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
    put_many(
        IMAGES,
        (
            _key(list_, word, image.id) | {"fields": fields, "at": image.at}
            for image in images
            for word, fields in image.words.items()
        ),
    )


def remove(list_: str, image_id: str, words: Iterable[str]) -> None:
    """Take a deleted image out of the index. Safe to repeat."""
    delete_many(IMAGES, (_key(list_, word, image_id) for word in words))


def forget(list_: str, image_id: str, words: Iterable[str], at: str) -> None:
    """Take out words that an image has not had since ``at``, but for those that it was given again later."""
    for word in words:
        try:
            aws.call(
                "dynamodb",
                "delete_item",
                TableName=IMAGES.physical_name,
                Key=to_wire(_key(list_, word, image_id)),
                ConditionExpression="#at < :at",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues=to_wire({":at": at}),
            )
        except aws.ConditionFailed:
            continue


def lease(list_: str, holder: str, now: datetime, until: datetime) -> str | None:
    """Become the one that indexes the list, ``until`` then; None while another is.

    The answer is the place in the order of change up to which the index holds the list, empty at first. ``holder`` is
    an id of this run alone.
    """
    try:
        answer = aws.call(
            "dynamodb",
            "update_item",
            TableName=IMAGES.physical_name,
            Key=_index_key(list_),
            UpdateExpression="SET leasedTo = :until, leasedBy = :holder",
            ConditionExpression="attribute_not_exists(leasedTo) OR leasedTo < :now OR leasedBy = :holder",
            ExpressionAttributeValues=to_wire(
                {":now": time_to_wire(now), ":until": time_to_wire(until), ":holder": holder}
            ),
            ReturnValues="ALL_NEW",
        )
    except aws.ConditionFailed:
        return None
    return from_wire(answer["Attributes"]).get("indexedTo", "")


def advance(list_: str, holder: str, to: str, until: datetime) -> bool:
    """Say that everything up to this place is in the index, and keep the lease ``until`` then.

    False where the lease has ended and another has taken it: that one goes on.
    """
    return _held(list_, holder, "SET indexedTo = :to, leasedTo = :until", {":to": to, ":until": time_to_wire(until)})


def release(list_: str, holder: str) -> None:
    """End the lease, if it is still held."""
    _held(list_, holder, "REMOVE leasedTo, leasedBy", {})


def _held(list_: str, holder: str, change: str, values: Mapping[str, str]) -> bool:
    try:
        aws.call(
            "dynamodb",
            "update_item",
            TableName=IMAGES.physical_name,
            Key=_index_key(list_),
            UpdateExpression=change,
            ConditionExpression="leasedBy = :holder",
            ExpressionAttributeValues=to_wire({":holder": holder, **values}),
        )
    except aws.ConditionFailed:
        return False
    return True


def _index_key(list_: str) -> dict[str, Any]:
    return to_wire({"pk": f"LIST#{list_}", "sk": "INDEX"})


def _key(list_: str, word: str, image_id: str) -> dict[str, str]:
    return {"pk": _partition(list_, word), "sk": _sort_key(word, image_id)}


def _partition(list_: str, word: str) -> str:
    return f"WORDS#{list_}#{word[0]}"


def _sort_key(word: str, image_id: str) -> str:
    return f"{word}#{image_id}"
