"""Clean up shares whose targets are gone, and what the CDN knows of shares that have ended."""

from collections.abc import Mapping
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
from constellation.workspaces import folder_store

MOST_MESSAGES = 2000
"""Messages of one clean-up in a row."""

MARKS = 500
"""Ended links that the CDN is told of together, by ten requests."""

SECONDS = 240
"""How long one run of the reconciliation tells it: of some 50,000."""

_LIFE = timedelta(hours=1, minutes=15)
"""How long the CDN is to refuse links: until the last of them would have ended anyway."""

_TOGETHER = 50


@operation(grants=[Grant(DELETIONS, ("sqs:SendMessage",))], uses=[delete_some_of])
def end_shares_of(message: Mapping[str, Any], now: datetime) -> None:
    """End some of the shares of a target that is gone, and request the rest. Safe to repeat."""
    if delete_some_of(message["unshared"], now):
        go_on(DELETIONS, message, {"unshared": message["unshared"]}, MOST_MESSAGES, done=True)


@operation(grants=[store.LIST_TARGETS, store.READ, folder_store.READ], uses=[delete])
def end_shares_of_folders(constellation_id: str, most: int, now: datetime) -> int:
    """End up to ``most`` shares of folders of a constellation that are gone, and return how many these were."""
    there, ended = dict[str, bool](), 0
    for folder_id, share_id in list(store.folders_in(constellation_id)):
        if folder_id not in there:
            there[folder_id] = folder_store.get(folder_id) is not None
        share = None if there[folder_id] or ended == most else store.get(share_id)
        if share:
            ended += 1
            with suppress(NotFound):  # by another request
                delete(share, now)
    return ended


@operation(grants=[store.LIST, store.ENTER], uses=[find_image])
def enter_shares(image_id: str) -> None:
    """List the shares of an image in the constellation that it has come to lie in, if it has. Safe to repeat."""
    image = find_image(image_id)
    if image is None or image.location is None:
        return
    for _, share in store.listed(image_id, "", _TOGETHER):
        if share and not share.target.constellation:
            store.enter(share, image.location.constellation)


@operation(grants=[store.LIST], uses=[opened, end_links])
def end_links_of_member(constellation_id: str, user_id: str, now: datetime) -> None:
    """End the links of a user's shares in a constellation that the user may no longer share. Safe to repeat."""
    for _, share in store.listed(constellation_id, "", _TOGETHER):
        if share and share.creator == user_id:
            try:
                opened(share)
            except NotFound:
                end_links(share, now)


@operation(grants=[*store.FORGET_ENDED, hidden_store.FORGET_ENDED])
def forget_ended_links(_checkpoint: str, now: datetime) -> Healed:
    """Have the CDN no longer refuse links of shares that have ended, once these would have ended anyway."""
    due, begun, forgotten = store.ended_before(now - _LIFE, MARKS), monotonic(), 0
    while monotonic() - begun < SECONDS and (tags := list(islice(due, MARKS))):
        hidden_store.forget_ended(tags)
        store.forget_ended(tags)
        forgotten += len(tags)
    return Healed(forgotten)
