"""Keep the CDN's shared cache (RFC 9111) in files: whole responses to GET, evicting the least recently used."""

import re
import shutil
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote
from weakref import WeakSet

Headers = Sequence[tuple[bytes, bytes]]

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

_SHARES = re.compile(rf"[?&]share=({_ID.pattern})", re.ASCII)
"""The share that a link was given by, in its query."""


@dataclass(frozen=True)
class Stored:
    """One response with status 200: the file of its body, its arrival and its lifetime, both in seconds.

    A purge of one of its ``names`` removes it.
    """

    headers: Headers
    body: Path
    size: int
    arrived: float
    lifetime: int
    names: frozenset[str]


@dataclass(eq=False)
class Awaited:
    """A response that is on its way, and the names that were purged since it was requested."""

    purged: set[str] = field(default_factory=set[str])
    everything: bool = False
    """Whether the whole cache was purged."""


class Cache:
    """Responses by key, in a folder of its own, with at most ``capacity`` bytes. It begins empty."""

    def __init__(self, folder: Path, capacity: int) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self._folder = folder
        self._capacity = capacity
        self._entries: OrderedDict[bytes, Stored] = OrderedDict()
        self._used = 0
        self._count = 0
        self._awaited = WeakSet[Awaited]()

    def get(self, key: bytes, now: float) -> tuple[Stored, bytes] | None:
        """Return the response under ``key`` with its body, or None if there is no fresh one."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        try:
            if now - entry.arrived < entry.lifetime:
                self._entries.move_to_end(key)
                return entry, entry.body.read_bytes()
        except OSError:
            pass  # the file is gone, and with it the entry
        self._drop(key)
        return None

    def expect(self) -> Awaited:
        """Return what ``put`` has to know of a response that is about to be requested."""
        awaited = Awaited()
        self._awaited.add(awaited)
        return awaited

    def put(
        self,
        key: bytes,
        headers: Headers,
        body: bytes,
        now: float,
        lifetime: int,
        awaited: Awaited,
        tags: Iterable[str] = (),
    ) -> None:
        """Keep a response for ``lifetime`` seconds, and make room for it.

        ``key`` begins with a link as a viewer wrote it, so an id may be in upper case. A response that has been purged
        since it was requested may be outdated, and is not kept.
        """
        link = key.decode("latin-1")
        names = frozenset((*_first_id(link), *_SHARES.findall(link), *tags))
        if len(body) > self._capacity or awaited.everything or not names.isdisjoint(awaited.purged):
            return
        if key in self._entries:
            self._drop(key)
        while self._used + len(body) > self._capacity:
            self._drop(next(iter(self._entries)))
        self._count += 1
        file = self._folder / str(self._count)
        file.write_bytes(body)
        self._entries[key] = Stored(tuple(headers), file, len(body), now, lifetime, names)
        self._used += len(body)

    def purge(self, paths: Iterable[str]) -> None:
        """Remove what the paths of an invalidation name: ``#`` and a tag, or a path with the id of an image or a share.

        A path that names neither removes everything.
        """
        named = [(path[1:],) if path.startswith("#") else _first_id(path) for path in paths]
        everything = () in named
        names = {name for each in named for name in each}
        for awaited in self._awaited:
            awaited.purged |= names
            awaited.everything |= everything
        for key, entry in [*self._entries.items()]:
            if everything or not entry.names.isdisjoint(names):
                self._drop(key)

    def _drop(self, key: bytes) -> None:
        entry = self._entries.pop(key)
        self._used -= entry.size
        entry.body.unlink(missing_ok=True)


def _first_id(path: str) -> tuple[str, ...]:
    """Return the first id in a path, if there is one."""
    found = _ID.search(unquote(path).lower())
    return (found[0],) if found else ()
