"""The pictures in a folder of this machine, why other files are left out, and what a downloaded file is named."""

import os
from collections.abc import Callable, Generator
from pathlib import Path

from constellation_client.files import Stamp, clean_name, extension_of, stamp_of

Skipped = Callable[[Path, str], None]
"""Called with a file that is left out, and why."""


def _never(path: Path, stamp: Stamp) -> bool:
    del path, stamp
    return False


def pictures(
    folder: Path, skipped: Skipped, known: Callable[[Path, Stamp], bool] = _never
) -> Generator[tuple[Path, Stamp]]:
    """Yield the pictures in a folder and its subfolders, sorted by name, each with its stamp.

    Names that begin with a dot are left out, and so are links to folders. A file that is ``known`` is not looked into.
    Raises OSError if a folder cannot be read.
    """
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda each: os.fsencode(each.name))
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from pictures(path, skipped, known)
            continue
        try:
            status = entry.stat()
            stamp = stamp_of(status)
            if not entry.is_file():
                skipped(path, "neither a file nor a folder of this tree")
            elif known(path, stamp) or extension_of(path):
                yield path, stamp
            else:
                skipped(path, "no JPEG, PNG, WebP or GIF")
        except OSError as error:
            skipped(path, error.strerror or str(error))


def local_name(name: str) -> str:
    """Return the name of a file that the server names so. It leads out of no folder, and may be empty."""
    return "".join("_" if each in '/\\:*?"<>|' else each for each in clean_name(name)).lstrip(".")
