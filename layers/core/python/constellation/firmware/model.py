"""Firmware images: what is known of one, apart from its bytes (contract, "Firmware")."""

import contextlib
import re
from dataclasses import dataclass
from datetime import datetime

from constellation.common.names import exact_name
from constellation.common.times import to_wire
from constellation.firmware.versions import Version, parse_version

LABEL_LIMIT = 128
"""Characters of a label."""

SEGMENT_LIMIT = 10_000
"""Segments of a file that are kept; one of more is refused."""

LINE_LIMIT = 5_000_000
"""Lines of an Intel HEX file, blank ones too: 200 MB in records of 16 bytes have fewer."""

EXTENSION = ".hex"

INTEL_HEX, OPAQUE = "intel-hex", "opaque"
"""The formats of binaries: checked in full, and stored as they come."""


@dataclass(frozen=True)
class Segment:
    """Bytes that lie together in a device's memory: the first one's address, and how many they are."""

    start: int
    length: int


@dataclass(frozen=True)
class Binary:
    """The file of a firmware image: its object's key, the hex SHA-256 and the bytes of the file, and its format.

    ``uploader`` is the id of the user who uploaded it. ``segments`` are what an Intel HEX file fills, in the order of
    their addresses.
    """

    key: str
    uploader: str
    sha256: str
    size: int
    format: str
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True)
class Firmware:
    """One firmware image. ``owner`` is a user's id; ``constellation`` is None where it lies in none.

    It is ``confirmed`` when it has a binary.
    """

    id: str
    owner: str
    constellation: str | None
    label: str
    version: Version
    created_at: datetime
    binary: Binary | None = None

    @property
    def confirmed(self) -> bool:
        """Whether there is something to download."""
        return self.binary is not None

    @property
    def scope(self) -> str:
        """Whose it is: the constellation's, else the owner's."""
        return self.constellation or self.owner

    @property
    def created(self) -> str:
        """Its place in the order of creation."""
        return f"{to_wire(self.created_at)}#{self.id}"

    @property
    def position(self) -> str:
        """Its place in the order of precedence, the newest last among equals."""
        return f"{self.version.precedence}#{self.created}"

    @property
    def file_name(self) -> str:
        """``<id>.hex``."""
        return file_name(self.id)


@dataclass(frozen=True)
class Entry:
    """A firmware image in a list, and its place in the list's order."""

    id: str
    position: str
    label: str
    version: str
    created: str
    confirmed: bool


def file_name(firmware_id: str) -> str:
    """``<id>.hex``."""
    return f"{firmware_id}{EXTENSION}"


def named(name: str) -> tuple[str, Version]:
    """The label and the version in the name of a file, ``<label>-<version>.hex``; 0.0.0 where there is no version.

    Before the version there may be ``-``, ``_`` or a blank, and a ``v``. Raises ValueError where there is no label.
    """
    stem = name[: -len(EXTENSION)] if name.lower().endswith(EXTENSION) else name
    label, version = stem, parse_version("0.0.0")
    for separator in re.finditer(r"(?<=.)[-_ ]v?(?=[0-9])", stem, re.ASCII | re.DOTALL):
        with contextlib.suppress(ValueError):
            label, version = stem[: separator.start()], parse_version(stem[separator.end() :])
            break
    return exact_name(label, LABEL_LIMIT), version


NO_BINARY = "Image does not have an binary file"
BINARY_EXISTS = "Binary already exists"


def no_such_firmware(text: str) -> str:
    """What is said of an id that names none."""
    return f"No such image: {text}"
