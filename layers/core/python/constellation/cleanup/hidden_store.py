"""Images that the CDN refuses: their ids, in the key-value store that its edge function asks.

A change is seen everywhere within seconds. The store holds 5 MB, some 100,000 ids. Each change names the state that
it builds on, so of two at once one has to try again.
"""

from collections.abc import Callable, Collection
from random import SystemRandom
from time import sleep
from typing import Any

from constellation.aws import client as aws
from constellation.aws import sigv4a
from constellation.aws.resources import HIDDEN, Grant
from constellation.common.errors import Unavailable

HIDE = Grant(HIDDEN, ("cloudfront-keyvaluestore:DescribeKeyValueStore", "cloudfront-keyvaluestore:UpdateKeys"))
SHOW = Grant(HIDDEN, (*HIDE.actions, "cloudfront-keyvaluestore:GetKey"))

AT_ONCE = 50
"""Keys that one request changes (CloudFront's developer guide, "Quotas on key value stores")."""

_TRIES = 10
_PAUSE = 0.2
_CHANCE = SystemRandom()


def hide(image_ids: Collection[str]) -> None:
    """Have the CDN refuse images. Safe to repeat. Raises Full when the store holds no more."""
    _in_parts(image_ids, _put)


def show(image_ids: Collection[str]) -> None:
    """Have the CDN refuse images no longer. Safe to repeat, and for images that it does not refuse."""
    _in_parts(image_ids, _remove)


def _in_parts(image_ids: Collection[str], change: Callable[[list[str]], None]) -> None:
    ids = sorted(image_ids)
    for start in range(0, len(ids), AT_ONCE):
        change(ids[start : start + AT_ONCE])


def _put(ids: list[str]) -> None:
    _update(Puts=[{"Key": each, "Value": "1"} for each in ids])


def _remove(ids: list[str]) -> None:
    try:
        _update(Deletes=[{"Key": each} for each in ids])
    except aws.Missing:  # one of them is, and then none is removed
        held = [each for each in ids if _holds(each)]
        if held:
            _update(Deletes=[{"Key": each} for each in held])


def _holds(image_id: str) -> bool:
    try:
        aws.call("cloudfront-keyvaluestore", "get_key", KvsARN=HIDDEN.physical_name, Key=image_id)
    except aws.Missing:
        return False
    return True


def _update(**changes: Any) -> None:
    """Change the store as it is now. Raises Unavailable when others keep being quicker."""
    sigv4a.install()
    store = HIDDEN.physical_name
    for _ in range(_TRIES):
        state = aws.call("cloudfront-keyvaluestore", "describe_key_value_store", KvsARN=store)["ETag"]
        try:
            aws.call("cloudfront-keyvaluestore", "update_keys", KvsARN=store, IfMatch=state, **changes)
        except aws.ConditionFailed:
            sleep(_CHANCE.uniform(0, _PAUSE))
        else:
            return
    raise Unavailable
