"""Show a share as a page, to whoever opens its address in a browser.

The page gets what it needs by its own forms: a password, or the token of a view and a cursor. Its script sends what
they send.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from constellation.common.errors import Invalid, NotFound, TooManyRequests, Unauthenticated
from constellation.common.settings import settings
from constellation.runtime.operation import operation
from constellation.runtime.pagination import cursor_at, position_after
from constellation.shares import items, page, tokens
from constellation.shares.access import Opened, live_share, opened
from constellation.shares.attempt_store import WINDOW
from constellation.shares.count import count
from constellation.shares.model import IMAGE, address
from constellation.shares.outputs import share_item
from constellation.shares.texts import Texts
from constellation.shares.view import unlock
from constellation.shares.views import is_used_up

PICTURES = 24
"""The pictures of one page."""


@dataclass(frozen=True)
class Visitor:
    """Who asks for a page: the language, the scheme and host that were asked, and the time."""

    texts: Texts
    base: str
    now: datetime


@dataclass(frozen=True)
class Shown:
    """A page as it is sent."""

    status: int
    headers: Mapping[str, str]
    html: bytes


@operation(uses=[items.page, count])
def _pictures(found: Opened, token: str, cursor: str, visitor: Visitor) -> Shown:
    share, scope = found.share, ("share", found.share.id)
    try:
        position = position_after(cursor, *scope)
    except Invalid:
        position = ""  # of another share, or altered: the first page
    listed = items.page(found, position, PICTURES, visitor.now)
    shown = page.Contents(
        address=address(share, visitor.base),
        name=found.shared.name,
        count=count(share, found.shared, visitor.now),
        ends=share.expires_at,
        items=[share_item(item, share) for item in listed.items],
        cursor=cursor_at(listed.following, *scope),
        token=token,
        is_single=share.target.type == IMAGE,
        has_large=settings().links == "open",
        takes_uploads=share.allow_upload,
    )
    return _shown(visitor, 200, page.pictures(visitor.texts, shown))


@operation(uses=[live_share, opened, is_used_up, _pictures])
def show(code: str, cursor: str, visitor: Visitor) -> Shown:
    """Return the page of a share, which counts no view: what needs no token, or the door in front of the rest."""
    try:
        found = opened(live_share(code, visitor.now))
        if is_used_up(found.share):
            return _gone(visitor)
        return _door(found, visitor, 200) if found.share.needs_token else _pictures(found, "", cursor, visitor)
    except NotFound:
        return _gone(visitor)


@operation(uses=[live_share, opened, unlock, _pictures])
def answer(code: str, password: str, token: str, cursor: str, visitor: Visitor) -> Shown:
    """Return the page of a share for what a form of the page has sent: a password, or a token and a cursor.

    A password counts a view, or an attempt. A token that no longer opens the share leads back to the door.
    """
    try:
        found = opened(live_share(code, visitor.now))
        if token and not tokens.opens(token, found.share, visitor.now):
            return _door(found, visitor, 401, visitor.texts.over)
        try:
            token = token or unlock(found, password, visitor.now).token
        except Unauthenticated:
            return _door(found, visitor, 401, visitor.texts.wrong)
        except TooManyRequests as refusal:
            # The time to wait can be a part of a second longer than the window. The text is of several minutes.
            minutes = max(2, math.ceil(min(refusal.retry_after, WINDOW) / 60))
            fault = visitor.texts.too_many.format(minutes)
            door = _door(found, visitor, 429, fault)
            return replace(door, headers={**door.headers, "Retry-After": str(refusal.retry_after)})
        return _pictures(found, token, cursor, visitor)
    except NotFound:
        return _gone(visitor)


def _gone(visitor: Visitor) -> Shown:
    return _shown(visitor, 404, page.gone(visitor.texts))


def _door(found: Opened, visitor: Visitor, status: int, fault: str = "") -> Shown:
    asks_password = found.share.has_password
    return _shown(visitor, status, page.door(visitor.texts, asks_password=asks_password, fault=fault))


def _shown(visitor: Visitor, status: int, html: bytes) -> Shown:
    return Shown(status, {**page.HEADERS, "Content-Language": visitor.texts.language}, html)
