"""Shares in the table ``images``: the record, and the lists that it is in.

    pk SHARE#<id>                sk SHARE              the share; images and countedAt are of the last count;
                                                       linksGiven is missing in records from before it was noted
    pk SHARES#<user>             sk <createdAt>#<id>   nothing: the shares that a user has created
    pk SHARES#<constellation>    sk <createdAt>#<id>   folder: the shares of what is in a constellation, and of itself
    pk SHARES#<target>           sk <createdAt>#<id>   nothing: the shares of an image, or of a collection
    pk SHARE#<id>                sk ENDED#<version>    after signed links have ended, until these have expired:
                                                       publicList and updated list it in an index, in a list of its own

The id is made of the code (``shares.model``), so the record is found by either of them with one read. ``folder`` is the
one that is shared, if it is one.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from constellation.aws.client import ConditionFailed
from constellation.aws.resources import IMAGES as TABLE
from constellation.aws.resources import PUBLIC_UPDATED, Grant
from constellation.aws.table import EXISTS, Part, Table, transact
from constellation.common.times import to_wire
from constellation.shares import view_store
from constellation.shares.model import COLLECTION, FOLDER, IMAGE, Share, Target, id_of

CREATE = Grant(TABLE, ("dynamodb:PutItem",))
READ = Grant(TABLE, ("dynamodb:GetItem",))
LIST = Grant(TABLE, ("dynamodb:Query", "dynamodb:BatchGetItem"))
CHANGE = Grant(TABLE, ("dynamodb:PutItem",))
DELETE = Grant(TABLE, ("dynamodb:DeleteItem", "dynamodb:PutItem"))
GIVE_LINKS = Grant(TABLE, ("dynamodb:UpdateItem",))
COUNT = Grant(TABLE, ("dynamodb:UpdateItem",))
LIST_TARGETS = Grant(TABLE, ("dynamodb:Query",))
ENTER = Grant(TABLE, ("dynamodb:PutItem", "dynamodb:UpdateItem"))
FORGET_ENDED = (
    Grant(TABLE, ("dynamodb:Query",), f"index/{PUBLIC_UPDATED.name}"),
    Grant(TABLE, ("dynamodb:BatchWriteItem",)),
)

_TABLE = Table(TABLE)
_RECORD, _ENDED = "SHARE#", "ENDED#"
_ENDED_LINKS = "ended-shares"
"""The list, which is no user's, of the links that have ended."""


def to_create(share: Share) -> list[Part]:
    """Return the parts of a transaction that write a new share."""
    return [_TABLE.to_put_new(_to_item(share)), *map(_TABLE.to_put, _entries(share))]


def by_code(code: str) -> Share | None:
    """Return the share with a code as of now, or None."""
    return get(id_of(code))


def get(share_id: str) -> Share | None:
    """Return a share as of now, or None."""
    item = _TABLE.get(record_key(share_id))
    return _to_share(item) if item else None


def listed(list_: str, after: str, at_once: int) -> Iterator[tuple[str, Share | None]]:
    """Yield the shares of a user, a constellation or a target after a position, newest first, with their positions.

    They are read as they are asked for, ``at_once`` in a call, as of now. One that is deleted meanwhile is None.
    """
    values = {"list": f"SHARES#{list_}"} | ({"after": after} if after else {})
    condition = "pk = :list" + (" AND sk < :after" if after else "")
    batch = list[str]()
    for item in _TABLE.query(condition, values, ascending=False, consistent=True, at_once=at_once):
        batch.append(item["sk"])
        if len(batch) == at_once:
            yield from _read(batch)
            batch = []
    yield from _read(batch)


def at(position: str) -> Share | None:
    """Return the share at a position, as of now, or None."""
    return get(position.rpartition("#")[2])


def folders_in(constellation_id: str, after: str) -> Iterator[tuple[str, str | None]]:
    """Yield the positions of the shares of a constellation after one, as of now, each with the folder if it shares one.

    They are read as they are asked for, oldest first.
    """
    values = {"list": f"SHARES#{constellation_id}"} | ({"after": after} if after else {})
    condition = "pk = :list" + (" AND sk > :after" if after else "")
    for item in _TABLE.query(condition, values, consistent=True):
        yield item["sk"], item.get("folder")


def to_change(before: Share, after: Share, now: datetime) -> list[Part]:
    """Return the parts of a transaction that change a share, if it is as it was before."""
    parts = [_TABLE.to_put(_to_item(after), "version = :before", before=before.version)]
    return parts if after.links_version == before.links_version else [*parts, *_to_end(before, now)]


def delete(share: Share, now: datetime) -> None:
    """Delete a share with all that belongs to it, and note that its links have ended.

    Raises ConditionFailed where it has changed, or is gone.
    """
    entries = (_TABLE.to_delete({"pk": each["pk"], "sk": each["sk"]}) for each in _entries(share))
    parts = [
        _TABLE.to_delete(record_key(share.id), "version = :version", version=share.version),
        *entries,
        *view_store.to_delete(share.id),
        *_to_end(share, now),
    ]
    transact(parts)


def give_links(share: Share) -> None:
    """Note that a share gives links that are signed. Raises ConditionFailed where links of its version are over.

    The version grows, so that a change which does not know of them is not made. Safe to repeat.
    """
    names, values = {"version": "version"}, {"one": 1, "given": True, "links": share.links_version, "not": False}
    change = "SET linksGiven = :given ADD #version :one"
    try:
        _TABLE.update(record_key(share.id), change, "linksVersion = :links AND linksGiven = :not", values, names)
    except ConditionFailed as fault:
        if fault.item is None or fault.item["linksVersion"] != share.links_version:
            raise


def keep_count(share_id: str, images: int, now: datetime) -> None:
    """Keep how many images a share shows, if it exists."""
    values = {"images": images, "now": to_wire(now)}
    _TABLE.try_update(record_key(share_id), "SET images = :images, countedAt = :now", EXISTS, values)


def enter(share: Share, constellation_id: str) -> None:
    """List a share of an image in the constellation that the image has come to lie in. Safe to repeat."""
    values = {"constellation": constellation_id, "one": 1}
    entry = {"pk": f"SHARES#{constellation_id}", "sk": share.position}
    names = {"version": "version"}
    condition = f"{EXISTS} AND attribute_not_exists(constellation)"
    change = "SET constellation = :constellation ADD #version :one"
    try:
        transact([_TABLE.to_update(record_key(share.id), change, condition, values, names), _TABLE.to_put(entry)])
    except ConditionFailed:  # it is deleted, or listed
        return


def has_ended(tag: str) -> bool:
    """Return whether the links with a tag have ended, as of now."""
    return _TABLE.get(_ended_key(tag)) is not None


def ended_before(moment: datetime, at_once: int) -> Iterator[str]:
    """Yield the tags of links that ended before a moment, the first ones first. One call reads ``at_once``."""
    values = {"list": _ENDED_LINKS, "before": to_wire(moment)}
    condition = "publicList = :list AND updated < :before"
    for item in _TABLE.query(condition, values, index=PUBLIC_UPDATED, at_once=at_once):
        yield item["updated"].rpartition("#")[2]


def forget_ended(tags: Sequence[str]) -> None:
    """Delete the notes of links that have ended."""
    _TABLE.delete_many(map(_ended_key, tags))


def record_key(share_id: str) -> dict[str, str]:
    """Return the key of a share's record."""
    return {"pk": f"{_RECORD}{share_id}", "sk": "SHARE"}


def _read(positions: Sequence[str]) -> Iterator[tuple[str, Share | None]]:
    keys = [record_key(position.rpartition("#")[2]) for position in positions]
    found = {share.position: share for share in map(_to_share, _TABLE.get_many(keys, consistent=True))}
    return ((position, found.get(position)) for position in positions)


def _entries(share: Share) -> list[dict[str, Any]]:
    """Return the items by which a share is listed: its creator's, its constellation's and its target's."""
    target = share.target
    folder = target.id if target.type == FOLDER else None
    lists = [
        (share.creator, None),
        *([(target.constellation, folder)] if target.constellation else []),
        *([(target.id, None)] if target.type in (IMAGE, COLLECTION) else []),
    ]
    return [{"pk": f"SHARES#{list_}", "sk": share.position, "folder": folder} for list_, folder in lists]


def _to_end(share: Share, now: datetime) -> list[Part]:
    """Return the part of a transaction that notes that the links of a share have ended, if it has given any."""
    if not share.links_given:
        return []
    listed = {"publicList": _ENDED_LINKS, "updated": f"{to_wire(now)}#{share.links_tag}"}
    return [_TABLE.to_put({**_ended_key(share.links_tag), **listed})]


def _ended_key(tag: str) -> dict[str, str]:
    share_id, _, version = tag.partition(".")
    return {"pk": f"{_RECORD}{share_id}", "sk": f"{_ENDED}{version}"}


def _to_item(share: Share) -> dict[str, Any]:
    return {
        **record_key(share.id),
        "code": share.code,
        "creator": share.creator,
        "targetType": share.target.type,
        "targetId": share.target.id,
        "constellation": share.target.constellation or None,
        "createdAt": to_wire(share.created_at),
        "passwordHash": share.password_hash,
        "passwordVersion": share.password_version,
        "linksVersion": share.links_version,
        "linksGiven": share.links_given,
        "version": share.version,
        "expiresAt": to_wire(share.expires_at) if share.expires_at else None,
        "maxViews": share.max_views,
        "allowDownload": share.allow_download,
        "allowUpload": share.allow_upload,
        "images": share.images,
        "countedAt": to_wire(share.counted_at) if share.counted_at else None,
    }


def _to_share(item: Mapping[str, Any]) -> Share:
    return Share(
        code=item["code"],
        creator=item["creator"],
        target=Target(item["targetType"], item["targetId"], item.get("constellation", "")),
        created_at=datetime.fromisoformat(item["createdAt"]),
        password_hash=item.get("passwordHash"),
        password_version=item["passwordVersion"],
        links_version=item["linksVersion"],
        links_given=item.get("linksGiven", True),
        version=item["version"],
        expires_at=datetime.fromisoformat(item["expiresAt"]) if "expiresAt" in item else None,
        max_views=item.get("maxViews"),
        allow_download=item["allowDownload"],
        allow_upload=item["allowUpload"],
        images=item.get("images"),
        counted_at=datetime.fromisoformat(item["countedAt"]) if "countedAt" in item else None,
    )
