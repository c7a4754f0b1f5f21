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
from datetime import datetime, timedelta
from typing import Any

from constellation.accounts.usage_store import change_of_totals
from constellation.aws import batches
from constellation.aws import client as aws
from constellation.aws.items import Wire, from_wire, to_wire
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.transactions import Part, commit, commits, put, put_new
from constellation.aws.transactions import delete as deletion
from constellation.common.times import to_wire as time_to_wire
from constellation.images.model import PUBLIC, Image
from constellation.workspaces import folder_store as folders
from constellation.workspaces.model import Location

CREATE = Grant(IMAGES, ("dynamodb:PutItem", "dynamodb:UpdateItem"))
READ = Grant(IMAGES, ("dynamodb:GetItem",))
READ_MANY = Grant(IMAGES, ("dynamodb:BatchGetItem",))
CHANGE = Grant(IMAGES, ("dynamodb:UpdateItem",))
DELETE = Grant(IMAGES, ("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"))

_TOMBSTONE_DAYS = 30

CLEAN_UPS = "sweeps"
"""The list, which is no user's, of the clean-ups that are not over."""


def create(image: Image, *also: Part) -> None:
    """Write the record of a new image, which makes it visible, and count it in its lists; ``also`` in the same step.

    Raises ConditionFailed when there is one with its id, or what is also to be written cannot be; FolderGone when its
    folder is not there.
    """
    record = put_new(IMAGES, _to_item(image))
    totals = [change_of_totals(list_, image.id, image.size, 1, image.created_at) for list_ in image.lists]
    _commit([record, *totals, *also, *_filing(None, image)], _entered(None, image), image.id)


def get(image_id: str) -> Image | None:
    """The image, as of now; None where there is none."""
    item = _get(image_id, "IMAGE")
    return to_image(item) if item else None


def get_many(image_ids: Collection[str], *, consistent: bool = False) -> dict[str, Image]:
    """Those of the images that there are, by id; of a moment ago, at half a unit each, or ``consistent``."""
    items = batches.get_many(IMAGES, map(record_key, dict.fromkeys(image_ids)), consistent=consistent)
    return {image.id: image for image in map(to_image, items)}


def change(before: Image, after: Image, now: datetime) -> bool:
    """Put ``after`` in the place of ``before``, in one step with the totals; False when it has changed since.

    Raises FolderGone when it was to lie in a folder that is not there.
    """
    entered, left = set(after.lists) - set(before.lists), set(before.lists) - set(after.lists)
    totals = [
        *(change_of_totals(list_, after.id, after.size, 1, now) for list_ in entered),
        *(change_of_totals(list_, after.id, after.size, -1, now) for list_ in left),
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
            deletion(IMAGES, record_key(image.id), "version = :version", version=image.version),
            put(IMAGES, tombstone),
            put(IMAGES, {**clean_up_key(image.id), "publicList": CLEAN_UPS, "updated": clean_up_time(image.id, now)}),
            *(
                change_of_totals(list_, image.id, image.size, -1, now, kept=kept if list_ == image.owner else 0)
                for list_ in image.lists
            ),
            *([folders.unfiling(image.location, image.id)] if image.location else []),
        ]
    )


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


def record_key(image_id: str, sk: str = "IMAGE") -> dict[str, str]:
    """Return the key of an image's record, or of what stands beside it."""
    return {"pk": f"IMAGE#{image_id}", "sk": sk}


def clean_up_key(image_id: str) -> dict[str, str]:
    """Return the key of the item that lasts until the clean-up after an image is done."""
    return {"pk": f"IMAGE#{image_id}", "sk": "SWEEP"}


def clean_up_time(image_id: str, now: datetime) -> str:
    """Return the position of a clean-up in the list of those that are not over: when it was last asked for."""
    return f"{time_to_wire(now)}#{image_id}"


def wire_key(image_id: str, sk: str = "IMAGE") -> dict[str, Wire]:
    """Return the key of an image's record in wire form."""
    return to_wire(record_key(image_id, sk))


def _to_item(image: Image) -> dict[str, Any]:
    item = {
        **record_key(image.id),
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
