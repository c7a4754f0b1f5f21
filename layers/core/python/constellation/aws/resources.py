"""What the functions use of AWS: each name stands here once, each IAM action once in its store.

The stack creates what is listed here, gives each function the names and the rights of its declared grants,
and nothing else.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Resource:
    """Something the stack creates and a function reaches by its physical name."""

    kind: Literal["table", "bucket", "key", "queue", "cdn", "key_value_store"]
    name: str

    @property
    def variable(self) -> str:
        """The environment variable that carries the physical name into a function."""
        return f"{self.name}_{self.kind}".upper()

    @property
    def physical_name(self) -> str:
        """The table's or bucket's name, the keys' ARNs, the queue's URL, the distribution's id, the store's ARN.

        KeyError where the function has no grant on it.
        """
        return os.environ[self.variable]


@dataclass(frozen=True)
class Grant:
    """Exact IAM actions on one resource; ``path`` narrows it: an object key pattern, or ``index/<name>`` of a table."""

    resource: Resource
    actions: tuple[str, ...]
    path: str = ""


@dataclass(frozen=True)
class Index:
    """A secondary index of a table; it holds the keys of what has both attributes, and what it ``includes``."""

    name: str
    partition: str
    sort: str
    includes: tuple[str, ...] = ()


ACCOUNTS = Resource("table", "accounts")
CONSTELLATIONS = Resource("table", "constellations")
IMAGES = Resource("table", "images")
FIRMWARE = Resource("table", "firmware")
UPLOADS = Resource("table", "uploads")

ORIGINALS = Resource("bucket", "originals")
BINARIES = Resource("bucket", "binaries")
RENDITIONS = Resource("bucket", "renditions")
INCOMING = Resource("bucket", "incoming")
LOGS = Resource("bucket", "logs")

SIGNING = Resource("key", "signing")

INDEXING = Resource("queue", "indexing")
DELETIONS = Resource("queue", "deletions")
REMOVALS = Resource("queue", "removals")
HIDING = Resource("queue", "hiding")
LEFTOVERS = Resource("queue", "leftovers")
ACCESS_LOGS = Resource("queue", "access_logs")
ARRIVALS = Resource("queue", "arrivals")

CDN = Resource("cdn", "distribution")
HIDDEN = Resource("key_value_store", "hidden")

_LISTED = ("name", "description", "describedAt", "size", "views")
"""What can be sorted and searched without the record. All but ``views`` change only together with the sort key."""

MEMBERSHIPS = Index("memberships", "userId", "joined")

OWN_CREATED = Index("own-created", "owner", "created", ("name", "extension", "constellation"))
OWN_UPDATED = Index("own-updated", "owner", "updated", _LISTED)
PUBLIC_CREATED = Index("public-created", "publicList", "created")
PUBLIC_UPDATED = Index("public-updated", "publicList", "updated", ("owner", *_LISTED))

_FIRMWARE = ("label", "version", "created", "confirmed")

SCOPE_CREATED = Index("scope-created", "scope", "created", ("label", "version", "confirmed"))
SCOPE_VERSIONS = Index("scope-versions", "scope", "precedence", _FIRMWARE)
LABEL_CREATED = Index("label-created", "series", "created", ("label", "version", "confirmed"))
LABEL_VERSIONS = Index("label-versions", "series", "precedence", _FIRMWARE)
OFFERED = Index("offered", "offered", "precedence")
STABLE = Index("stable", "stable", "precedence")

PENDING = Index("pending", "pending", "expires", ("objectKey",))

TABLES = (ACCOUNTS, CONSTELLATIONS, IMAGES, FIRMWARE, UPLOADS)
INDEXES: Mapping[Resource, tuple[Index, ...]] = {
    CONSTELLATIONS: (MEMBERSHIPS,),
    FIRMWARE: (SCOPE_CREATED, SCOPE_VERSIONS, LABEL_CREATED, LABEL_VERSIONS, OFFERED, STABLE),
    IMAGES: (OWN_CREATED, OWN_UPDATED, PUBLIC_CREATED, PUBLIC_UPDATED),
    UPLOADS: (PENDING,),
}
BUCKETS = (ORIGINALS, BINARIES, RENDITIONS, INCOMING, LOGS)
QUEUES = (INDEXING, DELETIONS, REMOVALS, HIDING, LEFTOVERS, ACCESS_LOGS, ARRIVALS)
