"""The records of images in the table ``images``.

    pk IMAGE#<id>   sk IMAGE      the image; owner, publicList, folder, created and updated are the keys of the indexes;
                                  constellation and folder are its location, whose entry is written together with it;
                                  commentCount is the number of its comments (``images.comment_store``)
                                  signedAt is since when its links must be signed; focus is its own;
                                  reductions is the note of those that are kept (``images.reduction_store``)
    pk IMAGE#<id>   sk DELETED    a tombstone: what a deletion leaves for the clean-up, for some days, or for ever if
                                  the original is kept
    pk IMAGE#<id>   sk SWEEP      until the clean-up is done: publicList and updated list it in an index, in a list of
                                  its own (``images.deletion_store``)

``renditions`` is a map whose keys are the names of renditions (``300x200c.webp``), the slots without which nothing is
stored. It is a map so that one name can replace another in a single conditional update that touches nothing else. A
change of the access or the focus empties it: what was stored before is not what links give now.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES, Grant
from constellation.aws.table import EXISTS, Part, Table, transact, try_transact
from constellation.common.times import to_wire
from constellation.images.model import CENTER, PUBLIC, Image
from constellation.images.usage_store import to_count_image
from constellation.workspaces.folder_store import to_file, to_unfile, transact_into
from constellation.workspaces.model import Location

CREATE = Grant(IMAGES, ("dynamodb:PutItem", "dynamodb:UpdateItem"))
READ = Grant(IMAGES, ("dynamodb:GetItem",))
READ_MANY = Grant(IMAGES, ("dynamodb:BatchGetItem",))
CHANGE = Grant(IMAGES, ("dynamodb:UpdateItem",))
DELETE = Grant(IMAGES, ("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"))

CLEAN_UPS = "sweeps"
"""The list, which is no user's, of the clean-ups that are not over."""

_READ_BY_MANY = (
    *("id", "owner", "constellation", "folder", "name", "description", "publicList", "mediaType", "extension", "size"),
    *("width", "height", "frames", "sha256", "createdAt", "describedAt", "updatedAt", "views", "version", "wasMoved"),
    *("placeholder", "signedAt", "focus", "reductions", "fileSha256", "tags", "renames"),
)
"""The attributes that ``to_image`` reads. The others, names of renditions above all, take most of the time to read."""

_BREAK = "\n"
"""What stands between tags. No tag holds it."""

_TABLE = Table(IMAGES)
_TOMBSTONE_DAYS = 30


def create(image: Image, *also: Part) -> None:
    """Write the record of a new image, which makes it visible, count it in its lists, and write ``also``, all at once.

    Raise ConditionFailed where an image has its id or a condition of ``also`` fails, FolderGone where its folder does
    not exist.
    """
    totals = [to_count_image(list_, image.id, image.size, 1, image.created_at) for list_ in image.lists]
    _transact([_TABLE.to_put_new(to_item(image)), *totals, *also], None, image)


def get(image_id: str) -> Image | None:
    """Return an image as of now, or None."""
    item = _TABLE.get(record_key(image_id))
    return to_image(item) if item else None


def get_many(image_ids: Collection[str], *, consistent: bool = False) -> dict[str, Image]:
    """Return the images that exist, by id, as of a moment ago at half a unit each, or ``consistent``."""
    keys = map(record_key, dict.fromkeys(image_ids))
    items = _TABLE.get_many(keys, consistent=consistent, attributes=_READ_BY_MANY)
    return {image.id: image for image in map(to_image, items)}


def change(before: Image, after: Image, now: datetime) -> bool:
    """Replace the state ``before`` by ``after``, together with the totals. Return False when it has changed since.

    Raise FolderGone when its new folder does not exist.
    """
    entered, left = set(after.lists) - set(before.lists), set(before.lists) - set(after.lists)
    totals = [
        *(to_count_image(list_, after.id, after.size, 1, now) for list_ in entered),
        *(to_count_image(list_, after.id, after.size, -1, now) for list_ in left),
    ]
    try:
        _transact([to_change(before, after), *totals], before, after)
    except ConditionFailed:
        return False
    return True


def note_reductions(image_id: str, note: str) -> bool:
    """Write the note of an image's reductions. Return False when there is no such image."""
    return _TABLE.try_update(record_key(image_id), "SET reductions = :note", EXISTS, {"note": note})


def delete(image: Image, *, keeps_bytes: bool, now: datetime) -> bool:
    """Replace a record by a tombstone and count the image out of its lists. Return False when it has changed since.

    Bytes that are kept still count for the owner.
    """
    kept = image.size if keeps_bytes else 0
    tombstone = to_item(image) | {"sk": "DELETED", "keepsBytes": keeps_bytes}
    if not keeps_bytes:  # else it says for ever whose they were
        tombstone["ttl"] = int((now + timedelta(days=_TOMBSTONE_DAYS)).timestamp())
    for position in ("created", "updated"):  # without which no index lists it
        del tombstone[position]
    tombstone.pop("placeholder", None)  # it shows what is deleted
    tombstone.pop("reductions", None)
    return try_transact(
        [
            _TABLE.to_delete(record_key(image.id), "version = :version", version=image.version),
            _TABLE.to_put(tombstone),
            _TABLE.to_put({**clean_up_key(image.id), "publicList": CLEAN_UPS, "updated": clean_up_time(image.id, now)}),
            *(
                to_count_image(list_, image.id, image.size, -1, now, kept=kept if list_ == image.owner else 0)
                for list_ in image.lists
            ),
            *([to_unfile(image.location, image.id)] if image.location else []),
        ]
    )


def _transact(parts: list[Part], before: Image | None, after: Image) -> None:
    """Write the parts together with the image's entry in its folder."""
    left, entered = before.location if before else None, after.location
    is_renamed = before is None or before.name != after.name
    if entered and (is_renamed or left != entered):
        parts = [*parts, to_file(entered, after.id, after.name, after.extension, after.created)]
    if entered is None or entered == left:
        transact(parts)
        return
    transact_into(entered, after.id, [*parts, *([to_unfile(left, after.id)] if left else [])])


def to_change(before: Image, after: Image) -> Part:
    """Return the part that changes a record, without views, renditions and commentCount, which others write.

    But what is stored for links ends with a change of what they give.
    """
    old, new = to_item(before), to_item(after)
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    gone = [name for name in old if name not in new]
    if (before.access, before.focus) != (after.access, after.focus):
        changed["renditions"] = new["renditions"]
    sets = ", ".join(f"#{name} = :{name}" for name in changed)
    removes = f" REMOVE {', '.join(f'#{name}' for name in gone)}" if gone else ""
    names = {name: name for name in (*changed, *gone)}
    values = {**changed, "before": before.version}
    return _TABLE.to_update(record_key(before.id), f"SET {sets}{removes}", "version = :before", values, names)


def to_check_in(image_id: str, constellation_id: str) -> Part:
    """Return the part of a transaction that requires an image to exist in a constellation, or in none (empty)."""
    if constellation_id:
        return _TABLE.to_check(record_key(image_id), "constellation = :constellation", constellation=constellation_id)
    return _TABLE.to_check(record_key(image_id), f"{EXISTS} AND attribute_not_exists(constellation)")


def record_key(image_id: str) -> dict[str, str]:
    """Return the key of an image's record."""
    return {"pk": f"IMAGE#{image_id}", "sk": "IMAGE"}


def clean_up_key(image_id: str) -> dict[str, str]:
    """Return the key of the item that lasts until the clean-up after an image is done."""
    return {"pk": f"IMAGE#{image_id}", "sk": "SWEEP"}


def clean_up_time(image_id: str, now: datetime) -> str:
    """Return the position of a clean-up in the list of those that are not over: when it was last asked for."""
    return f"{to_wire(now)}#{image_id}"


def to_item(image: Image) -> dict[str, Any]:
    """Return the record of a new image."""
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
        "placeholder": image.placeholder,
        "createdAt": to_wire(image.created_at),
        "describedAt": to_wire(image.described_at),
        "updatedAt": to_wire(image.updated_at) if image.updated_at else None,
        "created": image.created,
        "updated": image.updated,
        "views": image.views,
        "version": image.version,
        "wasMoved": image.was_moved or None,
        "signedAt": to_wire(image.signed_at) if image.signed_at else None,
        "focus": None if image.focus == CENTER else image.focus,
        "reductions": image.reductions or None,
        "fileSha256": image.file_sha256,
        "tags": _BREAK.join(image.tags) or None,
        "renames": image.renames or None,
        "renditions": dict[str, bool](),
    }
    # An index's key must be absent rather than null.
    return {name: value for name, value in item.items() if value is not None}


def to_image(item: Mapping[str, Any]) -> Image:
    """Return the image in a record."""
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
        placeholder=item.get("placeholder"),
        signed_at=datetime.fromisoformat(item["signedAt"]) if "signedAt" in item else None,
        focus=item.get("focus", CENTER),
        reductions=item.get("reductions", ""),
        file_sha256=item.get("fileSha256"),
        tags=tuple(item["tags"].split(_BREAK)) if "tags" in item else (),
        renames=item.get("renames", 0),
    )
