"""Clean up shares whose targets are gone, and what the CDN knows of shares that have ended."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic
from typing import Any

from constellation.aws.resources import DELETIONS, Grant
from constellation.cleanup import hidden_store
from constellation.cleanup.model import Healed
from constellation.common.errors import NotFound
from constellation.images.find import find_image
from constellation.runtime.chains import go_on
from constellation.runtime.operation import operation
from constellation.shares import store
from constellation.shares.access import opened
from constellation.shares.change import delete, delete_some_of, end_links
from constellation.shares.model import Share
from constellation.workspaces import folder_store
from constellation.workspaces import store as constellation_store

MOST_MESSAGES = 2000
"""Messages of one clean-up in a row."""

MARKS = 500
"""Ended links that the CDN is told of together, by ten requests."""

SECONDS = 240
"""How long one run of the reconciliation tells it: of some 50,000."""

_LIFE = timedelta(hours=1, minutes=15)
"""How long the CDN is to refuse links: until the last of them would have ended anyway."""

PART = 100
"""Shares that one message works on. Each takes up to ten calls."""

LOOKED = 5000
"""Shares of a constellation among which one message looks for those of folders that are gone."""


@operation(grants=[Grant(DELETIONS, ("sqs:SendMessage",))], uses=[delete_some_of])
def end_shares_of(message: Mapping[str, Any], now: datetime) -> None:
    """End some of the shares of a target that is gone, and request the rest. Safe to repeat."""
    if delete_some_of(message["unshared"], now):
        go_on(DELETIONS, message, {"unshared": message["unshared"]}, MOST_MESSAGES, done=True)


@operation(
    grants=[store.LIST_TARGETS, store.READ, constellation_store.READ, folder_store.READ],
    uses=[delete],
)
def end_shares_of_folders(constellation_id: str, after: str, now: datetime) -> tuple[int, str]:
    """End some of the shares of folders of a constellation that are gone, after a position.

    Return how many these were, and the position after which there can be more, empty at the end. Safe to repeat.
    """
    listed = list(islice(store.folders_in(constellation_id, after), LOOKED))
    there = set(folder_store.parents({folder for _, folder in listed if folder}))
    ended = 0
    for position, folder in listed:
        if not folder or folder in there:
            continue
        if folder_store.get(folder):  # the root, which has no parent
            there.add(folder)
            continue
        share = store.at(position)
        if share:
            with suppress(NotFound):  # by another request
                delete(share, now)
        ended += 1
        if ended == PART:
            return ended, position
    return ended, listed[-1][0] if len(listed) == LOOKED else ""


@operation(grants=[store.LIST, store.ENTER, Grant(DELETIONS, ("sqs:SendMessage",))], uses=[find_image])
def enter_shares(message: Mapping[str, Any]) -> None:
    """List shares of an image in the constellation that it has come to lie in, if it has, and request the rest.

    Safe to repeat.
    """
    image = find_image(message["entered"])
    if image is None or image.location is None:
        return
    for share in _part(image.id, message):
        if not share.target.constellation:
            store.enter(share, image.location.constellation)


@operation(grants=[store.LIST, Grant(DELETIONS, ("sqs:SendMessage",))], uses=[opened, end_links])
def end_links_of_member(message: Mapping[str, Any], now: datetime) -> None:
    """End the links of shares of a user in a constellation that the user may no longer share, and request the rest.

    Safe to repeat.
    """
    for share in _part(message["constellation"], message):
        if share.creator == message["lost_right"]:
            try:
                opened(share)
            except NotFound:
                end_links(share, now)


def _part(list_: str, message: Mapping[str, Any]) -> Iterator[Share]:
    """Yield the shares of a list that a message is about. Then request the rest, if there is one.

    Its message names in ``after`` the position after which it begins.
    """
    rows = list(islice(store.listed(list_, message.get("after", ""), PART), PART))
    yield from (share for _, share in rows if share)
    if len(rows) == PART:
        go_on(DELETIONS, message, {**message, "after": rows[-1][0]}, MOST_MESSAGES, done=True)


@operation(grants=[*store.FORGET_ENDED, hidden_store.FORGET_ENDED])
def forget_ended_links(_checkpoint: str, now: datetime) -> Healed:
    """Have the CDN no longer refuse links of shares that have ended, once these would have ended anyway."""
    due, begun, forgotten = store.ended_before(now - _LIFE, MARKS), monotonic(), 0
    while monotonic() - begun < SECONDS and (tags := list(islice(due, MARKS))):
        hidden_store.forget_ended(tags)
        store.forget_ended(tags)
        forgotten += len(tags)
    return Healed(forgotten)
