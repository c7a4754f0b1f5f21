"""Change and delete shares.

The links to pictures that a share has given end with the share, and when it no longer shows them. The CDN is told of
that twice: before, for when the request has ended, and right after. So a function that is killed in between leaves no
link behind. A share that has given none that is signed ends without.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from typing import Any

from constellation.aws.client import ConditionFailed
from constellation.aws.table import transact
from constellation.common.errors import NotFound, Unavailable
from constellation.runtime.operation import operation
from constellation.shares import requests, store, views
from constellation.shares.model import Share, gone

_TRIES = 10
DELETED_TOGETHER = 25


@operation(
    grants=[store.CHANGE, store.READ],
    uses=[views.limit, requests.ending],
    errors=[NotFound, Unavailable],
)
def change(share: Share, fields: Mapping[str, Any], now: datetime) -> None:
    """Change some fields of a share, by their names. Of two changes at once the later one stands for what it sets."""
    for _ in range(_TRIES):
        after = share.changed(fields)
        if after == share:
            return
        ends = after.links_version != share.links_version
        parts = store.to_change(share, after, now)
        try:
            with _ending(share) if ends else nullcontext():
                if after.max_views == share.max_views:
                    transact(parts)
                else:
                    views.limit(share.id, after.max_views, parts)
        except ConditionFailed:
            share = _again(share)
        else:
            return
    raise Unavailable


@operation(
    grants=[store.DELETE, store.READ],
    uses=[requests.ending],
    errors=[NotFound, Unavailable],
)
def delete(share: Share, now: datetime) -> None:
    """Delete a share. What it shows stays. Raise NotFound where it is gone already."""
    for _ in range(_TRIES):
        try:
            with _ending(share):
                store.delete(share, now)
        except ConditionFailed:
            share = _again(share)
        else:
            return
    raise Unavailable


@operation(grants=[store.CHANGE], uses=[requests.ending])
def end_links(share: Share, now: datetime) -> None:
    """End the links that a share has given, and nothing else. A change that comes first is left to its own request."""
    with suppress(ConditionFailed), _ending(share):
        transact(store.to_change(share, share.without_links(), now))


@operation(grants=[store.LIST], uses=[delete])
def delete_some_of(list_: str, now: datetime) -> bool:
    """Delete some of the shares of a user, a constellation or a target. Return whether there are more.

    Safe to repeat.
    """
    for number, (_, share) in enumerate(store.listed(list_, "", DELETED_TOGETHER), 1):
        if share:
            try:
                delete(share, now)
            except NotFound:  # by another request
                continue
        if number == DELETED_TOGETHER:
            return True
    return False


def _ending(share: Share) -> AbstractContextManager[None]:
    return requests.ending(share.links_tag) if share.links_given else nullcontext()


def _again(share: Share) -> Share:
    found = store.get(share.id)
    if found is None:
        raise gone()
    return found
