"""Response bodies of shares."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

from constellation.common.ids import Id
from constellation.common.pages import CursorMeta, cursor_meta
from constellation.common.times import Time, to_wire
from constellation.shares.items import Item
from constellation.shares.model import TOKEN_SECONDS, Share, TargetType, address
from constellation.shares.view import View


class ShareTarget(TypedDict):
    """What is shared."""

    type: TargetType
    id: Id


class ShareEntry(TypedDict):
    """A share as its creator sees it. ``views`` is how often it was viewed."""

    id: Id
    code: str
    url: str
    target: ShareTarget
    hasPassword: bool
    expiresAt: Time | None
    maxViews: int | None
    views: int
    allowDownload: bool
    allowUpload: bool
    createdAt: Time


class OpenShare(TypedDict):
    """A share as whoever knows its code sees it. Fields that a password hides are null."""

    type: TargetType
    name: str | None
    count: int | None
    hasPassword: bool
    allowDownload: bool
    allowUpload: bool
    expiresAt: Time | None
    token: str | None
    expires_in: int | None


class UnlockedShare(TypedDict):
    """What a share shows to whoever knows its password, and a token."""

    name: str
    count: int
    token: str
    expires_in: int


class ShareList(TypedDict):
    """A page of shares."""

    data: list[ShareEntry]
    meta: CursorMeta


class ShareItem(TypedDict):
    """An image of a share. A link is null where the picture is not given. ``width`` and ``height`` are in pixels."""

    id: Id
    name: str
    url: str | None
    thumbnailUrl: str | None
    width: int
    height: int
    placeholder: NotRequired[str]
    downloadUrl: NotRequired[str | None]


class ShareItems(TypedDict):
    """A page of the images of a share."""

    data: list[ShareItem]
    meta: CursorMeta


def share_entry(share: Share, views: int, base: str) -> ShareEntry:
    """Return a share as its creator sees it. ``base`` is the scheme and the host of its address."""
    return {
        "id": share.id,
        "code": share.code,
        "url": address(share, base),
        "target": {"type": share.target.type, "id": share.target.id},
        "hasPassword": share.has_password,
        "expiresAt": to_wire(share.expires_at) if share.expires_at else None,
        "maxViews": share.max_views,
        "views": views,
        "allowDownload": share.allow_download,
        "allowUpload": share.allow_upload,
        "createdAt": to_wire(share.created_at),
    }


def open_share(share: Share, shown: View | None) -> OpenShare:
    """Return a share as it is shown, with what a counted view shows, or None for what a password hides."""
    return {
        "type": share.target.type,
        "name": shown.name if shown else None,
        "count": shown.count if shown else None,
        "hasPassword": share.has_password,
        "allowDownload": share.allow_download,
        "allowUpload": share.allow_upload,
        "expiresAt": to_wire(share.expires_at) if share.expires_at else None,
        "token": shown.token if shown else None,
        "expires_in": TOKEN_SECONDS if shown else None,
    }


def unlocked_share(shown: View) -> UnlockedShare:
    """Return what a counted view of a share with a password shows."""
    return {"name": shown.name, "count": shown.count, "token": shown.token, "expires_in": TOKEN_SECONDS}


def share_list(shares: Sequence[Share], views: Mapping[str, int], base: str, cursor: str) -> ShareList:
    """Return a page of shares, with their views by their ids."""
    data = [share_entry(share, views[share.id], base) for share in shares]
    return {"data": data, "meta": cursor_meta(data, cursor)}


def share_items(items: Sequence[Item], share: Share, cursor: str) -> ShareItems:
    """Return a page of the images of a share."""
    data = [share_item(item, share) for item in items]
    return {"data": data, "meta": cursor_meta(data, cursor)}


def share_item(item: Item, share: Share) -> ShareItem:
    """Return an image of a share."""
    image, links = item.image, item.pictures
    entry: ShareItem = {
        "id": image.id,
        "name": image.name,
        "url": links.url,
        "thumbnailUrl": links.thumbnail,
        "width": image.width,
        "height": image.height,
    }
    if image.placeholder:
        entry["placeholder"] = image.placeholder
    if share.allow_download:
        entry["downloadUrl"] = links.download
    return entry
