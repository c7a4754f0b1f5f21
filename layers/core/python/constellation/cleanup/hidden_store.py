"""The images that the CDN refuses: their ids, in the key-value store that its edge function reads.

A change is seen everywhere within seconds. The store holds 5 MB, some 100,000 ids.
"""

from collections.abc import Collection

from constellation.aws.key_value_store import KeyValueStore
from constellation.aws.resources import HIDDEN, Grant

HIDE = Grant(HIDDEN, ("cloudfront-keyvaluestore:DescribeKeyValueStore", "cloudfront-keyvaluestore:UpdateKeys"))
SHOW = Grant(HIDDEN, (*HIDE.actions, "cloudfront-keyvaluestore:GetKey"))

_STORE = KeyValueStore(HIDDEN)


def hide(image_ids: Collection[str]) -> None:
    """Have the CDN refuse images. Safe to repeat. Raises Full when the store holds no more."""
    _STORE.put(dict.fromkeys(image_ids, "1"))


def show(image_ids: Collection[str]) -> None:
    """Have the CDN no longer refuse images. Safe to repeat, and for images that it does not refuse."""
    _STORE.delete(image_ids)
