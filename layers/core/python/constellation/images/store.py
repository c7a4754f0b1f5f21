"""Images in the table ``images``: one item each, with the names of its renditions that were asked for.

    pk IMAGE#<id>   sk IMAGE      the image; owner, publicList, created and updated are the keys of the indexes;
                                  constellation and folder say where it lies, and its file there is written with it
                                  commentCount is the number of its comments (``stores.comments``)
    pk IMAGE#<id>   sk DELETED    what a deletion leaves for those who clean up after it, for some days; as long as
                                  the bytes are kept
    pk IMAGE#<id>   sk SWEEP      until that is done: publicList and updated place it in an index, in a list of its own

``renditions`` is a map whose keys are rendition names (``300x200c.webp``), the slots without which nothing is stored:
a map, because one name can take the place of another in a single conditional update that touches nothing else.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from constellation.accounts.usage_store import to_count_image
from constellation.aws import batches
from constellation.aws import client as aws
from constellation.aws.items import Wire, from_wire, to_wire
from constellation.aws.resources import IMAGES, OWN_CREATED, PUBLIC_UPDATED, Grant
from constellation.aws.transactions import Part, commit, commits, put, put_new, update, updates
from constellation.aws.transactions import delete as deletion
from constellation.common.times import to_wire as time_to_wire
from constellation.images.model import PUBLIC, Image
from constellation.workspaces import folder_store as folders
from constellation.workspaces.model import Location

CREATE = Grant(IMAGES, ("dynamodb:PutItem", "dynamodb:UpdateItem"))
READ = Grant(IMAGES, ("dynamodb:GetItem",))
READ_MANY = Grant(IMAGES, ("dynamodb:BatchGetItem",))
SCAN_OWNED = Grant(IMAGES, ("dynamodb:Scan",), f"index/{OWN_CREATED.name}")
SCAN = (
    SCAN_OWNED,
    Grant(IMAGES, ("dynamodb:Scan",), f"index/{PUBLIC_UPDATED.name}"),
)
END_SWEEP = Grant(IMAGES, ("dynamodb:DeleteItem",))
RESUME_SWEEPS = (
    Grant(IMAGES, ("dynamodb:Query",), f"index/{PUBLIC_UPDATED.name}"),
    Grant(IMAGES, ("dynamodb:UpdateItem",)),
)


CHANGE = Grant(IMAGES, ("dynamodb:UpdateItem",))
DELETE = Grant(IMAGES, ("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"))

_TOMBSTONE_DAYS = 30

_SWEEPS = "sweeps"
"""The list, which no user has, of the clean-ups that are not over."""


@dataclass(frozen=True)
class Tombstone:
    """What is left of a deleted image for those who clean up after it. ``keeps_bytes``: the original is to stay."""

    image: Image
    keeps_bytes: bool


def create(image: Image, *also: Part) -> None:
    """Write the record of a new image, which makes it visible, and count it in its lists; ``also`` in the same step.

    Raises ConditionFailed when there is one with its id, or what is also to be written cannot be; FolderGone when its
    folder is not there.
    """
    record = put_new(IMAGES, _to_item(image))
    totals = [to_count_image(list_, image.id, image.size, 1, image.created_at) for list_ in image.lists]
    _commit([record, *totals, *also, *_filing(None, image)], _entered(None, image), image.id)


def get(image_id: str) -> Image | None:
    """The image, as of now; None where there is none."""
    item = _get(image_id, "IMAGE")
    return to_image(item) if item else None


def get_many(image_ids: Collection[str], *, consistent: bool = False) -> dict[str, Image]:
    """Those of the images that there are, by id; of a moment ago, at half a unit each, or ``consistent``."""
    items = batches.get_many(IMAGES, map(_plain_key, dict.fromkeys(image_ids)), consistent=consistent)
    return {image.id: image for image in map(to_image, items)}


def change(before: Image, after: Image, now: datetime) -> bool:
    """Put ``after`` in the place of ``before``, in one step with the totals; False when it has changed since.

    Raises FolderGone when it was to lie in a folder that is not there.
    """
    entered, left = set(after.lists) - set(before.lists), set(before.lists) - set(after.lists)
    totals = [
        *(to_count_image(list_, after.id, after.size, 1, now) for list_ in entered),
        *(to_count_image(list_, after.id, after.size, -1, now) for list_ in left),
    ]
    try:
        parts = [{"Update": _change(before, after)}, *totals, *_filing(before, after)]
        _commit(parts, _entered(before, after), after.id)
    except aws.ConditionFailed:
        return False
    return True


def delete(image: Image, *, keeps_bytes: bool, now: datetime) -> bool:
    """Replace the record by a tombstone and count it out of its lists; False when it has changed since.

    Bytes that are kept go on counting for the owner.
    """
    kept = image.size if keeps_bytes else 0
    tombstone = _to_item(image) | {"sk": "DELETED", "keepsBytes": keeps_bytes}
    if not keeps_bytes:  # else it says for ever whose they were
        tombstone["ttl"] = int((now + timedelta(days=_TOMBSTONE_DAYS)).timestamp())
    for place in ("created", "updated"):  # without which no index lists it
        del tombstone[place]
    return commits(
        [
            deletion(IMAGES, _plain_key(image.id), "version = :version", version=image.version),
            put(IMAGES, tombstone),
            put(IMAGES, {**_plain_key(image.id, "SWEEP"), **_sweep_place(image.id, now)}),
            *(
                to_count_image(list_, image.id, image.size, -1, now, kept=kept if list_ == image.owner else 0)
                for list_ in image.lists
            ),
            *([folders.unfiling(image.location, image.id)] if image.location else []),
        ]
    )


def tombstone(image_id: str) -> Tombstone | None:
    """What a deletion has left of an image; None where it was not deleted."""
    item = _get(image_id, "DELETED")
    return Tombstone(to_image(item), item["keepsBytes"]) if item else None


def end_sweep(image_id: str) -> None:
    """Note that a clean-up is over."""
    key = to_wire(_plain_key(image_id, "SWEEP"))
    aws.call("dynamodb", "delete_item", TableName=IMAGES.physical_name, Key=key)


def unswept(before: datetime, most: int) -> list[str]:
    """The ids of images whose clean-up was asked for ``before`` and is not over; the first ones, of a moment ago."""
    values = {":list": _SWEEPS, ":before": time_to_wire(before)}
    condition = "publicList = :list AND updated < :before"
    items = batches.query(IMAGES, condition, values, IndexName=PUBLIC_UPDATED.name, Limit=most)
    return [item["pk"].removeprefix("IMAGE#") for item in islice(items, most)]


def touch_sweep(image_id: str, now: datetime) -> None:
    """Note that a clean-up is asked for again, if it is not over."""
    place = _sweep_place(image_id, now)
    del place["publicList"]
    updates(update(IMAGES, _plain_key(image_id, "SWEEP"), "SET updated = :updated", "attribute_exists(pk)", place))


def kept_among(image_ids: Collection[str]) -> set[str]:
    """Those of the images that are deleted, but whose bytes are to stay, as of now."""
    keys = (_plain_key(id_, "DELETED") for id_ in dict.fromkeys(image_ids))
    items = batches.get_many(IMAGES, keys, consistent=True)
    return {item["id"] for item in items if item["keepsBytes"]}


def owned_before(place: str, most: int, before: datetime) -> tuple[list[str], str]:
    """The ids of those of a part of the images that have an owner and are older than a time; the next part's place."""
    items, rest = batches.scan(IMAGES, OWN_CREATED, place, most)
    return [item["pk"].removeprefix("IMAGE#") for item in items if item["created"] < time_to_wire(before)], rest


def owners_before(place: str, most: int, before: datetime) -> tuple[set[str], str]:
    """The owners of those of such a part; the next part's place."""
    items, rest = batches.scan(IMAGES, OWN_CREATED, place, most)
    return {item["owner"] for item in items if item["created"] < time_to_wire(before)}, rest


def guests_before(place: str, most: int, before: datetime) -> tuple[list[str], str]:
    """The ids of those that have none: they are in the list of the public ones, and are never changed."""
    items, rest = batches.scan(IMAGES, PUBLIC_UPDATED, place, most)
    guests = (item for item in items if "owner" not in item and item["publicList"] == PUBLIC)
    return [item["pk"].removeprefix("IMAGE#") for item in guests if item["updated"] < time_to_wire(before)], rest


def _filing(before: Image | None, after: Image) -> list[Part]:
    """What is to be written where an image lay and where it lies."""
    left, entered = before.location if before else None, after.location
    if entered is None:
        return []
    new = folders.filing(entered, after.id, after.name, after.extension)
    if left == entered:
        return [new] if before and before.name != after.name else []
    return [*([folders.unfiling(left, after.id)] if left else []), new]


def _entered(before: Image | None, after: Image) -> Location | None:
    """The place that an image comes to lie in; None where it stays, or lies in none."""
    return after.location if before is None or after.location != before.location else None


def _commit(parts: list[Part], entered: Location | None, image_id: str) -> None:
    if entered:
        folders.commit_into(entered, image_id, parts)
    else:
        commit(parts)


def _get(image_id: str, sk: str) -> dict[str, Any] | None:
    answer = aws.call(
        "dynamodb", "get_item", TableName=IMAGES.physical_name, Key=wire_key(image_id, sk), ConsistentRead=True
    )
    return from_wire(answer["Item"]) if "Item" in answer else None


def _change(before: Image, after: Image) -> dict[str, Any]:
    """The update from one state to the next; views, renditions and commentCount, which others write, are left alone."""
    old, new = _to_item(before), _to_item(after)
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    gone = [name for name in old if name not in new]
    sets = ", ".join(f"#{name} = :{name}" for name in changed)
    removes = f" REMOVE {', '.join(f'#{name}' for name in gone)}" if gone else ""
    return {
        "TableName": IMAGES.physical_name,
        "Key": wire_key(before.id),
        "UpdateExpression": f"SET {sets}{removes}",
        "ConditionExpression": "version = :before",
        "ExpressionAttributeNames": {f"#{name}": name for name in (*changed, *gone)},
        "ExpressionAttributeValues": to_wire(
            {f":{name}": value for name, value in changed.items()} | {":before": before.version}
        ),
    }


def _sweep_place(image_id: str, now: datetime) -> dict[str, str]:
    return {"publicList": _SWEEPS, "updated": f"{time_to_wire(now)}#{image_id}"}


def _plain_key(image_id: str, sk: str = "IMAGE") -> dict[str, str]:
    return {"pk": f"IMAGE#{image_id}", "sk": sk}


def wire_key(image_id: str, sk: str = "IMAGE") -> dict[str, Wire]:
    """Return the key of an image's record in wire form."""
    return to_wire(_plain_key(image_id, sk))


def _to_item(image: Image) -> dict[str, Any]:
    item = {
        **_plain_key(image.id),
        "id": image.id,
        "owner": image.owner,
        "constellation": image.location.constellation if image.location else None,
        "folder": image.location.folder if image.location else None,
        "name": image.name,
        "description": image.description,
        "publicList": PUBLIC if image.is_public else None,
        "mediaType": image.media_type,
        "extension": image.extension,
        "size": image.size,
        "width": image.width,
        "height": image.height,
        "frames": image.frames,
        "sha256": image.sha256,
        "createdAt": time_to_wire(image.created_at),
        "describedAt": time_to_wire(image.described_at),
        "updatedAt": time_to_wire(image.updated_at) if image.updated_at else None,
        "created": image.created,
        "updated": image.updated,
        "views": image.views,
        "version": image.version,
        "wasMoved": image.was_moved or None,
        "renditions": dict[str, bool](),
    }
    # An index's key must be absent rather than null.
    return {name: value for name, value in item.items() if value is not None}


def to_image(item: Mapping[str, Any]) -> Image:
    """Return the image that a record holds."""
    return Image(
        id=item["id"],
        owner=item.get("owner"),
        location=Location(item["constellation"], item["folder"]) if "constellation" in item else None,
        name=item["name"],
        description=item["description"],
        is_public="publicList" in item,
        media_type=item["mediaType"],
        extension=item["extension"],
        size=item["size"],
        width=item["width"],
        height=item["height"],
        frames=item["frames"],
        sha256=item["sha256"],
        created_at=datetime.fromisoformat(item["createdAt"]),
        described_at=datetime.fromisoformat(item["describedAt"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]) if "updatedAt" in item else None,
        views=item["views"],
        version=item["version"],
        was_moved=item.get("wasMoved", False),
    )
