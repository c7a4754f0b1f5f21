"""The keys of signatures in the key-value store that the CDN's edge function reads (``links.marks``).

In the table ``images``, pk EDGE, sk KEYS: ``published`` is a digest of the keys that the store has and of its name.
"""

import hashlib
from collections.abc import Sequence

from constellation.aws.key_value_store import KeyValueStore
from constellation.aws.resources import HIDDEN, IMAGES, Grant
from constellation.aws.table import Table
from constellation.links.marks import KEYS

PUBLISH = (
    Grant(IMAGES, ("dynamodb:GetItem", "dynamodb:PutItem")),
    Grant(HIDDEN, ("cloudfront-keyvaluestore:DescribeKeyValueStore", "cloudfront-keyvaluestore:UpdateKeys")),
)

_STORE = KeyValueStore(HIDDEN)
_TABLE = Table(IMAGES)
_NOTE = {"pk": "EDGE", "sk": "KEYS"}


def publish(keys: Sequence[str]) -> None:
    """Give the edge the keys that it verifies with, unless it has them. Safe to repeat. Raises Full.

    Asking the store costs more than a thousand reads of the table. So a note there says what the store has.
    """
    value = ",".join(sorted(keys))
    digest = hashlib.sha256(f"{HIDDEN.physical_name} {value}".encode()).hexdigest()
    note = _TABLE.get(_NOTE)
    if note is None or note["published"] != digest:
        _STORE.put({KEYS: value})
        _TABLE.put({**_NOTE, "published": digest})
