"""View a share: count the view, and let in whoever views it."""

from dataclasses import dataclass
from datetime import datetime

from constellation.common.errors import NotFound
from constellation.runtime.operation import operation
from constellation.shares import attempts, tokens, views
from constellation.shares.access import Opened
from constellation.shares.count import count
from constellation.shares.model import gone


@dataclass(frozen=True)
class View:
    """What a counted view of a share shows: a name, the number of images, and a token."""

    name: str
    count: int
    token: str


@operation(uses=[count, views.count], errors=[NotFound])
def view(found: Opened, now: datetime) -> View:
    """Count a view of a share, and return what it shows. Raise NotFound where it has had all its views."""
    number = count(found.share, found.shared, now)
    if not views.count(found.share):
        raise gone()
    return View(found.shared.name, number, tokens.issue(found.share, now))


@operation(uses=[views.is_used_up, view], errors=[NotFound])
def look_at(found: Opened, now: datetime) -> View | None:
    """Count a view of a share, and return what it shows; None for what a password hides, which counts none.

    Raise NotFound where it has had all its views.
    """
    if not found.share.has_password:
        return view(found, now)
    if views.is_used_up(found.share):
        raise gone()
    return None


@operation(uses=[views.is_used_up, attempts.check, view], errors=[NotFound])
def unlock(found: Opened, password: str, now: datetime) -> View:
    """Count a view of a share for whoever knows its password. A share without a password accepts any.

    Raise NotFound where it has had all its views, Unauthenticated for a wrong password, TooManyRequests after many.
    """
    if views.is_used_up(found.share):
        raise gone()
    if found.share.has_password:
        attempts.check(found.share, password, now)
    return view(found, now)
