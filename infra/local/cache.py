"""Keep the CDN's shared cache (RFC 9111) in files: whole responses to GET, evicting the least recently used."""

import re
import shutil
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

Headers = Sequence[tuple[bytes, bytes]]

_VARIANT = b"variant="

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

_SHARES = re.compile(rf"[?&]share=({_ID.pattern})", re.ASCII)
"""The share that a link was given by, in its query."""


@dataclass(frozen=True)
class Stored:
    """One response with status 200: the file of its body, its arrival and its lifetime, both in seconds."""

    headers: Headers
    body: Path
    size: int
    arrived: float
    lifetime: int


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
        self.purges = 0
        """How often the cache was purged."""

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

    def put(self, key: bytes, headers: Headers, body: bytes, now: float, lifetime: int, purges: int) -> None:
        """Keep a response for ``lifetime`` seconds, and make room for it.

        ``purges`` is their number when the response was requested. If there was a purge since, the response may be
        outdated and is not kept.
        """
        if len(body) > self._capacity or purges != self.purges:
            return
        if key in self._entries:
            self._drop(key)
        while self._used + len(body) > self._capacity:
            self._drop(next(iter(self._entries)))
        self._count += 1
        file = self._folder / str(self._count)
        file.write_bytes(body)
        self._entries[key] = Stored(tuple(headers), file, len(body), now, lifetime)
        self._used += len(body)

    def purge(self, paths: Iterable[str]) -> None:
        """Remove the links of the images or shares that ``paths`` name, or everything if a path names none.

        Keys are links as viewers write them, so the id of an image may be in upper case. They do not say what a variant
        depends on, so links with a variant are removed with every purge.
        """
        self.purges += 1
        ids = {_first_id(path) for path in paths}
        for key in [*self._entries]:
            link = key.decode("latin-1")
            named = {_first_id(link), *_SHARES.findall(link)}
            if None in ids or _VARIANT in key or not ids.isdisjoint(named):
                self._drop(key)

    def _drop(self, key: bytes) -> None:
        entry = self._entries.pop(key)
        self._used -= entry.size
        entry.body.unlink(missing_ok=True)


def _first_id(path: str) -> str | None:
    """Return the first id in a path, or None."""
    found = _ID.search(unquote(path).lower())
    return found[0] if found else None
