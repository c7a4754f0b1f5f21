"""What the functions use of AWS: each name stands here once, each IAM action once in its store.

The stack creates what is listed here, gives each function the names and the rights of its declared grants,
and nothing else.
"""

import os
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Resource:
    """Something the stack creates and a function reaches by its physical name."""

    kind: Literal["table", "bucket", "key"]
    name: str

    @property
    def variable(self) -> str:
        """The environment variable that carries the physical name into a function."""
        return f"{self.name}_{self.kind}".upper()

    @property
    def physical_name(self) -> str:
        """The deployed table's or bucket's name, or the key's ARN. KeyError where the function has no grant on it."""
        return os.environ[self.variable]


@dataclass(frozen=True)
class Grant:
    """Exact IAM actions on one resource; ``path`` narrows it: an object key pattern, or ``index/<name>`` of a table."""

    resource: Resource
    actions: tuple[str, ...]
    path: str = ""


ACCOUNTS = Resource("table", "accounts")
CONSTELLATIONS = Resource("table", "constellations")
IMAGES = Resource("table", "images")
FIRMWARE = Resource("table", "firmware")

ORIGINALS = Resource("bucket", "originals")
BINARIES = Resource("bucket", "binaries")
RENDITIONS = Resource("bucket", "renditions")
INCOMING = Resource("bucket", "incoming")

SIGNING = Resource("key", "signing")

TABLES = (ACCOUNTS, CONSTELLATIONS, IMAGES, FIRMWARE)
BUCKETS = (ORIGINALS, BINARIES, RENDITIONS, INCOMING)
