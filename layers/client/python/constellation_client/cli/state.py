"""What this machine has uploaded: a local database that makes a repeated command send nothing twice.

A row says that a file at a path, with this size, modification time and SHA-256, became an image in a place. It is
written when the server has answered. A command that is killed before that repeats its request with the same
Idempotency-Key, and the server gives the answer of the first one. ``salt`` is part of every key: it is random and made
with the database, so that a database that was lost, or another machine, uploads anew rather than be given the id of an
image that was deleted since.
"""

import contextlib
import secrets
import sqlite3
from collections.abc import Callable
from typing import NamedTuple, Self

from platformdirs import user_state_path

from constellation_client.files import Snapshot, Stamp

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sent (
  account TEXT, place TEXT, path BLOB, size INTEGER, mtime INTEGER, digest TEXT, image TEXT,
  PRIMARY KEY (account, place, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS machine (id INTEGER PRIMARY KEY CHECK (id = 1), salt TEXT);
"""


class Sent(NamedTuple):
    """A file that was uploaded."""

    stamp: Stamp
    digest: str
    image: str

    @classmethod
    def of(cls, file: Snapshot, image: str) -> Self:
        """Return what is remembered of a file and its image."""
        return cls(file.stamp, file.digest, image)


class State:
    """The rows of one account. Where they cannot be written, ``warn`` is called once, and the command goes on."""

    def __init__(self, account: str, warn: Callable[[str], None]) -> None:
        self._account, self._warn, self._has_warned = account, warn, False
        self._path = user_state_path("constellation") / "state.db"
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._opened(str(self._path))
        except (OSError, sqlite3.Error) as error:
            self._unwritable(error)
            self._opened(":memory:")

    def _opened(self, path: str) -> None:
        self._rows = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = WAL")
        self._rows.execute("PRAGMA synchronous = NORMAL")
        self._rows.executescript(_SCHEMA)
        self._rows.execute("INSERT OR IGNORE INTO machine VALUES (1, ?)", (secrets.token_hex(16),))
        ((self.salt,),) = self._rows.execute("SELECT salt FROM machine").fetchall()

    def of(self, place: str) -> dict[bytes, Sent]:
        """Return what was uploaded to a place, by path."""
        found = self._rows.execute(
            "SELECT path, size, mtime, digest, image FROM sent WHERE account = ? AND place = ?", (self._account, place)
        )
        return {path: Sent(Stamp(size, mtime), digest, image) for path, size, mtime, digest, image in found}

    def put(self, place: str, path: bytes, sent: Sent) -> None:
        """Remember a file."""
        row = (self._account, place, path, *sent.stamp, sent.digest, sent.image)
        self._write("INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?, ?, ?, ?)", *row)

    def move(self, place: str, before: bytes, path: bytes, sent: Sent) -> None:
        """Remember a file that lay at another path. At no time is its image remembered twice."""
        self._write(
            "UPDATE OR REPLACE sent SET path = ?, size = ?, mtime = ?, digest = ?, image = ?"
            " WHERE account = ? AND place = ? AND path = ?",
            *(path, *sent.stamp, sent.digest, sent.image, self._account, place, before),
        )

    def remove(self, place: str, path: bytes) -> None:
        """Forget a file."""
        self._write("DELETE FROM sent WHERE account = ? AND place = ? AND path = ?", self._account, place, path)

    def _write(self, statement: str, *values: str | int | bytes) -> None:
        try:
            self._rows.execute(statement, values)
        except sqlite3.Error as error:
            self._unwritable(error)

    def _unwritable(self, error: Exception) -> None:
        if not self._has_warned:
            self._has_warned = True
            self._warn(f"{self._path} cannot be used ({error}): what is uploaded now will not be remembered.")

    def close(self) -> None:
        """Close the database."""
        with contextlib.suppress(sqlite3.Error):
            self._rows.close()
