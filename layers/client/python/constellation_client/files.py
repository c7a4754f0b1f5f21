"""Local files: their names as the API takes them, their digests, and reading them while others may write to them."""

import hashlib
import io
import os
import threading
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, NamedTuple

from constellation_client.errors import FileChanged

NAME_LIMIT = 255
_CHUNK = 1 << 20
_ATTEMPTS = 3

Progress = Callable[[int, int], None]
"""Called with the bytes that were sent or received so far, and with all of them."""


class Stamp(NamedTuple):
    """The size in bytes and the modification time in nanoseconds, which detect an unchanged file without reading it."""

    size: int
    mtime: int


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the stamp in a file's status."""
    return Stamp(status.st_size, status.st_mtime_ns)


def clean_name(name: str) -> str:
    """Return a file's name as the API takes it: composed (NFC), without control characters, of at most 255 characters.

    Bytes that are no UTF-8 become U+FFFD, control characters an underscore; the end of a long name is kept.
    """
    text = os.fsencode(name).decode("utf-8", "replace")
    kept = "".join("_" if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in text)
    composed = "".join(each for each in unicodedata.normalize("NFC", kept) if each not in _REORDERING).strip()
    stem, dot, extension = composed.rpartition(".")
    if len(composed) > NAME_LIMIT and stem and len(extension) < NAME_LIMIT - 1:
        composed = stem[: NAME_LIMIT - 1 - len(extension)] + dot + extension
    return composed[:NAME_LIMIT].strip() or "_"


_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make a name look like another one. The API refuses them."""


_BEGINNINGS = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png", b"GIF8": "gif"}


def extension_of(path: Path) -> str:
    """Return the extension of what a file begins as: jpg, png, webp or gif, or nothing."""
    with path.open("rb") as file:
        start = file.read(12)
    if start[:4] == b"RIFF" and start[8:] == b"WEBP":
        return "webp"
    return next((extension for beginning, extension in _BEGINNINGS.items() if start.startswith(beginning)), "")


class Snapshot:
    """A file as it was when it was opened: its digest, and a stream of exactly those bytes.

    A file of at most ``in_memory`` bytes is held in memory, so that nothing can change it any more. A larger one is
    watched: reading its end raises FileChanged if it was written to since.
    """

    def __init__(self, path: Path, in_memory: int) -> None:
        self._path = path
        for _ in range(_ATTEMPTS):
            with path.open("rb") as file:
                self.stamp = stamp_of(os.fstat(file.fileno()))
                self._data = file.read() if self.stamp.size <= in_memory else None
                self.digest = _digest(io.BytesIO(self._data) if self._data is not None else file)
                if stamp_of(os.fstat(file.fileno())) == self.stamp:
                    return
        raise FileChanged(f"{path} changes while it is read. Upload it again when it is complete.")

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self.stamp.size

    def open(self, progress: Progress | None = None) -> "Stream":
        """Return a new stream of the bytes."""
        if self._data is not None:
            return Stream(io.BytesIO(self._data), self.stamp, progress)
        return Stream(self._path.open("rb"), self.stamp, progress, watched=self._path)


class Stream(io.RawIOBase):
    """The bytes of a snapshot, as an HTTP library reads them."""

    def __init__(self, source: IO[bytes], stamp: Stamp, progress: Progress | None, watched: Path | None = None) -> None:
        super().__init__()
        self._source, self._stamp, self._progress, self._watched = source, stamp, progress, watched

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes. Raises FileChanged rather than return the last ones of a file that has changed."""
        data = self._source.read(size)
        position = self._source.tell()
        if self._watched and (not data or position >= self._stamp.size) and self._changed():
            raise FileChanged(f"{self._watched} changed while it was sent. Upload it again when it is complete.")
        if self._progress and data:
            self._progress(min(position, self._stamp.size), self._stamp.size)
        return data

    def _changed(self) -> bool:
        return stamp_of(os.fstat(self._source.fileno())) != self._stamp

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a position."""
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        """Return the position."""
        return self._source.tell()

    def close(self) -> None:
        """Close the file."""
        self._source.close()
        super().close()


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while data := file.read(_CHUNK):
        digest.update(data)
    return digest.hexdigest()


def save(chunks: Iterable[bytes], path: Path) -> None:
    """Write chunks to a file that is whole or not there."""
    part = path.with_name(f".{os.getpid()}-{threading.get_ident()}.part")
    try:
        with part.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
