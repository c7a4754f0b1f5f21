"""The AWS resources that the functions use. Each name stands here once, each IAM action once in its store.

The stack creates the resources that are listed here. It gives each function the names and rights of the function's
declared grants, and nothing else.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Resource:
    """Something that the stack creates and a function reaches by its physical name."""

    kind: Literal["table", "bucket", "key", "queue", "cdn", "key_value_store"]
    name: str

    @property
    def variable(self) -> str:
        """Return the environment variable that carries the physical name into a function."""
        return f"{self.name}_{self.kind}".upper()

    @property
    def physical_name(self) -> str:
        """Return a table's or bucket's name, keys' ARNs with commas, a queue's URL, a distribution's id, a store's ARN.

        Raises KeyError where the function has no grant on it.
        """
        return os.environ[self.variable]


@dataclass(frozen=True)
class Grant:
    """Exact IAM actions on one resource.

    ``path`` narrows the grant to a pattern of object keys, or to ``index/<name>`` of a table.
    """

    resource: Resource
    actions: tuple[str, ...]
    path: str = ""


@dataclass(frozen=True)
class Index:
    """A secondary index of a table: of the items that have both attributes.

    It holds their keys and the attributes that it ``includes``.
    """

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
LOGS_OF_CDN = "cdn/"
"""The prefix of the keys of the CDN's access logs in LOGS."""
CONSOLE = Resource("bucket", "console")
"""The files of the console, which the deployment puts there and the CDN hands out. No function uses it."""

SIGNING = Resource("key", "signing")

INDEXING = Resource("queue", "indexing")
DELETIONS = Resource("queue", "deletions")
REMOVALS = Resource("queue", "removals")
HIDING = Resource("queue", "hiding")
REDUCING = Resource("queue", "reducing")
LEFTOVERS = Resource("queue", "leftovers")
ACCESS_LOGS = Resource("queue", "access_logs")
ARRIVALS = Resource("queue", "arrivals")
SOURCES = Resource("queue", "sources")

CDN = Resource("cdn", "distribution")
HIDDEN = Resource("key_value_store", "hidden")

_LISTED = ("name", "description", "describedAt", "size", "views")
"""The attributes by which images are sorted and searched without reading their items.

All but ``views`` change only together with the sort key.
"""

MEMBERSHIPS = Index("memberships", "userId", "joined")
FILES_CREATED = Index("files-created", "filesOf", "created")

OWN_CREATED = Index("own-created", "owner", "created", ("name", "extension", "constellation"))
OWN_UPDATED = Index("own-updated", "owner", "updated", _LISTED)
PUBLIC_CREATED = Index("public-created", "publicList", "created")
PUBLIC_UPDATED = Index("public-updated", "publicList", "updated", ("owner", *_LISTED))
FOLDER_CREATED = Index("folder-created", "folder", "created")

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
    CONSTELLATIONS: (MEMBERSHIPS, FILES_CREATED),
    FIRMWARE: (SCOPE_CREATED, SCOPE_VERSIONS, LABEL_CREATED, LABEL_VERSIONS, OFFERED, STABLE),
    IMAGES: (OWN_CREATED, OWN_UPDATED, PUBLIC_CREATED, PUBLIC_UPDATED, FOLDER_CREATED),
    UPLOADS: (PENDING,),
}
BUCKETS = (ORIGINALS, BINARIES, RENDITIONS, INCOMING, LOGS, CONSOLE)
QUEUES = (INDEXING, DELETIONS, REMOVALS, HIDING, REDUCING, LEFTOVERS, ACCESS_LOGS, ARRIVALS, SOURCES)
